"""Server-sent events: frames, comments that keep a slow stream alive, and the bridge from the engine's threads."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Generic, TypeVar

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from engine.types import JsonObject

T = TypeVar("T")
PING = b": ping\n\n"


def frame(data: JsonObject | str, *, event: str | None = None) -> bytes:
    """Return one frame; JSON has no raw line break, so one `data:` line always holds it."""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    head = f"event: {event}\n" if event else ""
    return f"{head}data: {text}\n\n".encode()


class Mailbox(Generic[T]):
    """A queue that any thread fills and one coroutine empties."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[T | None] = asyncio.Queue()

    def put(self, item: T | None) -> None:
        """Hand over an item from any thread, in order; None ends the stream. Nothing happens once the loop is gone."""
        try:
            self._loop.call_soon_threadsafe(self._queue.put_nowait, item)
        except RuntimeError:  # the server has stopped while the engine still speaks
            return

    async def get(self, timeout: float | None) -> T | None:
        """Return the next item, or None at the end. Raises TimeoutError when nothing came in `timeout` seconds."""
        return await asyncio.wait_for(self._queue.get(), timeout)

    def empty(self) -> bool:
        """Tell whether nothing waits."""
        return self._queue.empty()


class EventStream(StreamingResponse):
    """An answer of frames. `on_close` is called however it ends: a client may leave before the first frame."""

    def __init__(
        self, frames: AsyncIterator[bytes], *, on_close: Callable[[], None], headers: dict[str, str] | None = None
    ) -> None:
        fixed = {"cache-control": "no-store", "x-accel-buffering": "no"}
        super().__init__(frames, media_type="text/event-stream; charset=utf-8", headers={**fixed, **(headers or {})})
        self._on_close = on_close

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._on_close()
