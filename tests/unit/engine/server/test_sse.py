"""Frames, and the bridge from threads to a coroutine."""

from __future__ import annotations

import asyncio
import threading

import pytest

from engine.server.sse import EventStream, Mailbox, frame


def test_frames() -> None:
    assert frame({"a": "炉\nb"}, event="thread.created") == 'event: thread.created\ndata: {"a":"炉\\nb"}\n\n'.encode()
    assert frame("[DONE]") == b"data: [DONE]\n\n"


def test_a_mailbox_keeps_the_order_of_a_thread() -> None:
    async def receive() -> list[int | None]:
        box: Mailbox[int] = Mailbox()

        def send() -> None:
            for i in range(100):
                box.put(i)
            box.put(None)

        thread = threading.Thread(target=send)
        thread.start()
        found: list[int | None] = []
        while (item := await box.get(10)) is not None:
            found.append(item)
        thread.join()
        assert box.empty()
        return found

    assert asyncio.run(receive()) == list(range(100))


def test_silence_is_a_timeout() -> None:
    async def wait() -> None:
        await Mailbox[int]().get(0.01)

    with pytest.raises(TimeoutError):
        asyncio.run(wait())


def test_what_comes_after_the_loops_end_is_dropped() -> None:
    async def make() -> Mailbox[int]:
        return Mailbox()

    asyncio.run(make()).put(1)


def test_a_stream_is_closed_even_if_the_client_left_before_it_began() -> None:
    closed: list[bool] = []

    async def frames():  # type: ignore[no-untyped-def]
        yield b"never sent"

    async def gone() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def send(_message: object) -> None:
        await asyncio.sleep(0)

    async def serve() -> None:
        stream = EventStream(frames(), on_close=lambda: closed.append(True))
        await stream({"type": "http", "asgi": {"spec_version": "2.3"}}, gone, send)  # type: ignore[arg-type]

    asyncio.run(serve())
    assert closed == [True]
