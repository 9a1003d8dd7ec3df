"""What every route needs: the engine, threads for its blocking calls, and bodies within bounds."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import weakref
from collections.abc import AsyncIterator, Callable
from typing import Any, ParamSpec, TypeVar, cast

import anyio.to_thread
from anyio import CapacityLimiter
from starlette.requests import Request

from engine.cancel import CancelToken
from engine.server.errors import TooLarge
from engine.server.sse import Mailbox
from engine.server.wire.body import Body, load_json, parse
from engine.service import Engine

P = ParamSpec("P")
T = TypeVar("T")
B = TypeVar("B", bound=Body)

MAX_JSON_BYTES = 32 * 1024 * 1024
# What a poll helper of the client waits between two questions; its own default is a second.
POLL_SOON = {"openai-poll-after-ms": "100"}
_QUICK_CALLS = 32
_GENERATIONS = 64


class Api:
    """Shared by all routes of one server; `ping_seconds` is the longest silence of a stream."""

    def __init__(self, engine: Engine, *, ping_seconds: float = 10.0) -> None:
        self.engine = engine
        self.ping_seconds = ping_seconds
        self._mailboxes: weakref.WeakSet[Mailbox[Any]] = weakref.WeakSet()
        # Generations last minutes: with threads of their own they never keep a quick call waiting.
        self._quick = CapacityLimiter(_QUICK_CALLS)
        self._long = CapacityLimiter(_GENERATIONS)

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a blocking call of the engine that ends soon."""
        return await anyio.to_thread.run_sync(functools.partial(function, *args, **kwargs), limiter=self._quick)

    async def generate(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a blocking call of the engine that may last minutes."""
        return await anyio.to_thread.run_sync(functools.partial(function, *args, **kwargs), limiter=self._long)

    def mailbox(self) -> Mailbox[Any]:
        """Return a new mailbox that ends when the server stops."""
        box: Mailbox[Any] = Mailbox()
        self._mailboxes.add(box)
        return box

    def end_streams(self) -> None:
        """End all open streams; call before the server stops."""
        for box in tuple(self._mailboxes):
            box.put(None)


def api_of(request: Request) -> Api:
    """Return what the app was made with."""
    return cast(Api, request.app.state.api)


async def read_body(request: Request, shape: type[B]) -> B:
    """Return the checked body. Raises InvalidRequest, TooLarge."""
    return parse(shape, load_json(await _read(request, MAX_JSON_BYTES)))


@contextlib.asynccontextmanager
async def cancelled_when_gone(request: Request, token: CancelToken | None = None) -> AsyncIterator[CancelToken]:
    """Yield a token that is set when the client goes away, and at the end; the body must have been read."""
    token = token or CancelToken()
    watcher = asyncio.ensure_future(_until_gone(request, token))
    try:
        yield token
    finally:
        watcher.cancel()
        token.set()


async def _until_gone(request: Request, token: CancelToken) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        continue
    token.set()


async def _read(request: Request, limit: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= limit:
            chunks.append(chunk)
        elif size > 4 * limit:  # read on for a while: closing at once would hide the answer from the client
            break
    if size > limit:
        raise TooLarge(f"The body of the request is larger than {limit // 1024**2} MB.", limit=limit)
    return b"".join(chunks)
