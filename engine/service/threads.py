"""Threads at the front door: checked, stored, announced."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from engine.bus import Bus
from engine.errors import InvalidRequest
from engine.events import MessageChanged, ThreadChanged
from engine.runs.scheduler import Scheduler
from engine.service.limits import check_message, check_metadata
from engine.service.resources import Resources
from engine.service.titles import title_of
from engine.store import Store
from engine.types import UNSET, JsonObject, NewMessage, Page, PageRequest, Thread

MAX_FOLDER = 60
_STOP_SECONDS = 10.0


class Threads:
    """Conversations without an end."""

    def __init__(
        self, store: Store, bus: Bus, scheduler: Scheduler, resources: Resources, forget: Callable[[str], None]
    ) -> None:
        """`forget` drops what is kept of a deleted thread outside the store."""
        self._forget = forget
        self._store = store
        self._bus = bus
        self._scheduler = scheduler
        self._resources = resources

    def create(
        self,
        *,
        messages: Sequence[NewMessage] = (),
        metadata: Mapping[str, str] | None = None,
        tool_resources: JsonObject | None = None,
        title: str | None = None,
    ) -> Thread:
        """Store a thread with its first messages, all or nothing. Raises InvalidRequest."""
        thread = self.store_new(messages=messages, metadata=metadata, tool_resources=tool_resources, title=title)
        self.announce_new(thread)
        return thread

    def store_new(
        self,
        *,
        messages: Sequence[NewMessage] = (),
        metadata: Mapping[str, str] | None = None,
        tool_resources: JsonObject | None = None,
        title: str | None = None,
    ) -> Thread:
        """Like `create`, but announces nothing: for a caller that stores more in the same transaction."""
        check_metadata(metadata or {})
        for message in messages:
            check_message(message, param="messages")
        self._resources.check_messages(messages)
        with self._store.transaction():
            thread = self._store.threads.create(
                messages=messages,
                metadata=metadata,
                tool_resources=self._resources.settled(tool_resources),
                title=title if title is not None else title_of(messages),
            )
            self._resources.attach(thread.id, messages)
            return self._store.threads.get(thread.id)

    def announce_new(self, thread: Thread, *, with_messages: bool = True) -> None:
        """Tell listeners about a new thread and the messages it came with."""
        self._announce("created", thread)
        if not with_messages:
            return
        for message in reversed(tuple(self._store.messages.history(thread.id))):
            self._bus.publish(MessageChanged(thread_id=thread.id, what="created", message=message))

    def get(self, thread_id: str) -> Thread:
        """Raises NotFound."""
        return self._store.threads.get(thread_id)

    def list(self, page: PageRequest = PageRequest()) -> Page[Thread]:  # noqa: B008 - frozen
        """Raises InvalidRequest for a bad limit or cursor."""
        return self._store.threads.list(page)

    def update(
        self,
        thread_id: str,
        *,
        metadata: Any = UNSET,
        tool_resources: Any = UNSET,
        title: Any = UNSET,
        folder: Any = UNSET,
        pinned: Any = UNSET,
    ) -> Thread:
        """Change fields: UNSET leaves one as it is, None clears it; `pinned` is a bool.

        Raises NotFound, InvalidRequest.
        """
        if metadata:
            check_metadata(metadata)
        if title and len(title) > 256:
            raise InvalidRequest("'title' has more than 256 characters.", param="title")
        if folder and len(folder) > MAX_FOLDER:
            raise InvalidRequest(f"'folder' has more than {MAX_FOLDER} characters.", param="folder")
        pinned_at = UNSET if pinned is UNSET else int(time.time()) if pinned else None
        with self._store.transaction():
            if tool_resources:
                tool_resources = self._resources.settled(tool_resources)
            thread = self._store.threads.update(
                thread_id,
                metadata=metadata,
                tool_resources=tool_resources,
                title=title,
                folder=folder or (None if folder is not UNSET else UNSET),
                pinned_at=pinned_at,
            )
        self._announce("updated", thread)
        return thread

    def delete(self, thread_id: str) -> None:
        """Remove the thread with all that belongs to it; a run at work on it is stopped first. Raises NotFound."""
        thread = self._store.threads.get(thread_id)
        stop_run(self._store, self._scheduler, thread_id)
        self._store.threads.delete(thread_id)
        self._forget(thread_id)
        if not thread.scratch:
            self._bus.publish(ThreadChanged(thread_id=thread.id, what="deleted", thread=None))

    def _announce(self, what: Literal["created", "updated"], thread: Thread) -> None:
        self._bus.publish(ThreadChanged(thread_id=thread.id, what=what, thread=thread))


def stop_run(store: Store, scheduler: Scheduler, thread_id: str) -> None:
    """Cancel the thread's unfinished run, if there is one, and wait until it has stopped."""
    run = store.runs.active(thread_id)
    if run is not None:
        with contextlib.suppress(InvalidRequest):  # it ended meanwhile
            scheduler.cancel(thread_id, run.id)
        scheduler.wait(run.id, _STOP_SECONDS)
