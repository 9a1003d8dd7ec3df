"""The stream of one run: subscribed before the run exists, ended with it, never silent for long."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

from engine.errors import FiresideError, Unavailable
from engine.events import Event, RunChanged, ThreadChanged
from engine.server.api import POLL_SOON, Api
from engine.server.errors import body_of
from engine.server.sse import PING, EventStream, Mailbox, frame
from engine.server.wire.events import StreamEvents, ends_stream
from engine.types import Run

_DONE = frame("[DONE]", event="done")


async def open_run_stream(
    api: Api, start: Callable[[], Run], *, thread_id: str | None, resumed: bool = False, with_content: bool = False
) -> EventStream:
    """Subscribe, call `start` (which creates the run, or hands it tool outputs), and answer with its events.

    What `start` raises is raised here, so that a refusal is an HTTP error and not a stream.
    `resumed`: the run existed before; a late event of the state it left does not end this stream.
    """
    box = api.mailbox()
    with contextlib.ExitStack() as undo:
        subscription = undo.enter_context(api.engine.subscribe(box.put, thread_id=thread_id))
        run = await api.call(start)
        undo.pop_all()

    stream = _RunStream(api, run, box, resumed=resumed, with_content=with_content)
    return EventStream(stream.frames(), on_close=subscription.close, headers=run_headers(run))


def run_headers(run: Run) -> dict[str, str]:
    """Return the headers of every answer that is a run: poll soon, and which local model answers."""
    model = str(run.trace.get("model", run.model))
    return {**POLL_SOON, "x-fireside-model": model.encode("ascii", "replace").decode()}


class _RunStream:
    def __init__(self, api: Api, run: Run, box: Mailbox[Any], *, resumed: bool, with_content: bool) -> None:
        self._api = api
        self._run = run
        self._box = box
        self._stale = resumed
        self._events = StreamEvents(with_content=with_content)

    async def frames(self) -> AsyncIterator[bytes]:
        while True:
            try:
                event = await self._box.get(self._api.ping_seconds)
            except TimeoutError:
                yield PING
                if event := await self._lost_end():
                    for sent in self._translate(event):
                        yield sent
                    break
                continue
            if event is None:
                yield frame(body_of(Unavailable("Fireside is being closed.", code="closing")), event="error")
                break
            if not self._belongs(event):
                continue
            for sent in self._translate(event):
                yield sent
            if ends_stream(event):
                break
            if isinstance(event, ThreadChanged) and event.what == "deleted":
                break
        yield _DONE

    def _translate(self, event: Event) -> list[bytes]:
        return [frame(data, event=name) for name, data in self._events.translate(event)]

    def _belongs(self, event: Event) -> bool:
        if isinstance(event, ThreadChanged):
            return event.thread_id == self._run.thread_id
        if event.run_id != self._run.id:
            return False
        if self._stale and isinstance(event, RunChanged):
            if event.what == "requires_action":
                return False
            self._stale = event.what == "updated"
        return True

    async def _lost_end(self) -> Event | None:
        """Return the run's end if it ended without telling us: a stream must not outlive its run."""
        try:
            run = await self._api.call(self._api.engine.runs.get, self._run.thread_id, self._run.id)
        except FiresideError:
            return ThreadChanged(what="deleted", thread=None, thread_id=self._run.thread_id)
        ended = RunChanged(what=run.status.value, run=run, run_id=run.id, thread_id=run.thread_id)
        return ended if ends_stream(ended) and not self._pending() else None

    def _pending(self) -> bool:
        return not self._box.empty()
