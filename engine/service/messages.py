"""Messages at the front door: checked, stored, announced."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bus import Bus
from engine.errors import ThreadBusy
from engine.events import MessageChanged, ThreadChanged
from engine.runs.scheduler import Scheduler
from engine.service.limits import check_message, check_metadata
from engine.service.resources import Resources
from engine.service.titles import title_of
from engine.store import Store
from engine.types import Message, NewMessage, Page, PageRequest


class Messages:
    """What was said in a thread."""

    def __init__(self, store: Store, bus: Bus, scheduler: Scheduler, resources: Resources) -> None:
        self._store = store
        self._bus = bus
        self._scheduler = scheduler
        self._resources = resources

    def create(self, thread_id: str, new: NewMessage) -> Message:
        """Add a message without a run. Raises InvalidRequest, NotFound, ThreadBusy."""
        check_message(new)
        self._resources.check_messages([new])
        try:
            message = self._create(thread_id, new)
        except ThreadBusy:
            if not self._scheduler.reclaim(thread_id):
                raise
            message = self._create(thread_id, new)
        self._bus.publish(MessageChanged(thread_id=thread_id, what="created", message=message))
        thread = self._store.threads.get(thread_id)
        self._bus.publish(ThreadChanged(thread_id=thread_id, what="updated", thread=thread))
        return message

    def get(self, thread_id: str, message_id: str) -> Message:
        """Raises NotFound."""
        return self._store.messages.get(thread_id, message_id)

    def list(
        self,
        thread_id: str,
        page: PageRequest = PageRequest(),  # noqa: B008 - frozen
        run_id: str | None = None,
    ) -> Page[Message]:
        """Return a page of the thread, or of what one run wrote. Raises NotFound, InvalidRequest."""
        return self._store.messages.list(thread_id, page, run_id)

    def update(self, thread_id: str, message_id: str, *, metadata: Mapping[str, str] | None) -> Message:
        """Replace the metadata; allowed while a run is at work. Raises NotFound, InvalidRequest."""
        check_metadata(metadata or {})
        message = self._store.messages.update(thread_id, message_id, metadata=dict(metadata or {}))
        self._bus.publish(MessageChanged(thread_id=thread_id, run_id=message.run_id, what="updated", message=message))
        return message

    def delete(self, thread_id: str, message_id: str) -> None:
        """Take a message out of its thread. Raises NotFound, or ThreadBusy while a run is writing it."""
        with self._store.transaction():
            message = self._store.messages.get(thread_id, message_id)
            self._store.messages.delete(thread_id, message_id)
            self._store.run_logs.forget_prompts(thread_id)  # they repeat what it said
        self._bus.publish(MessageChanged(thread_id=thread_id, run_id=message.run_id, what="deleted", message=message))

    def _create(self, thread_id: str, new: NewMessage) -> Message:
        with self._store.transaction():
            message = self._store.messages.create(thread_id, new)
            self._resources.attach(thread_id, [new])
            if (title := title_of([new])) and self._store.threads.get(thread_id).title is None:
                self._store.threads.update(thread_id, title=title)
        return message
