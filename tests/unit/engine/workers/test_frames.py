"""Frames: what goes in comes out, and nothing hostile gets through."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.workers import frames

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


class Trickle(io.RawIOBase):
    """A pipe that hands over one byte at a time."""

    def __init__(self, data: bytes) -> None:
        self._rest = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        return self._rest.readinto(memoryview(buffer)[:1])


@given(st.lists(st.dictionaries(st.text(), plain, max_size=3), max_size=3))
def test_messages_survive_the_pipe(messages: list[dict[str, object]]) -> None:
    stream = Trickle(b"".join(frames.encode(message) for message in messages))
    assert [frames.read(stream) for _ in messages] == messages
    assert frames.read(stream) is None


@given(st.binary(max_size=200))
def test_any_bytes_are_a_message_or_an_error(data: bytes) -> None:
    stream = io.BytesIO(data)
    try:
        while (message := frames.read(stream)) is not None:
            assert isinstance(message, dict)
    except frames.FrameError:
        pass


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"1", b'"x"', b"{", b"\xff\xfe", b'{"a": NaN}', b'{"a": Infinity}', b"[" * 100_000],
)
def test_what_is_not_an_object_is_refused(body: bytes) -> None:
    with pytest.raises(frames.FrameError):
        frames.read(io.BytesIO(struct.pack(">I", len(body)) + body))


def test_a_long_frame_is_refused_before_it_is_read() -> None:
    stream = io.BytesIO(struct.pack(">I", frames.MAX_FRAME + 1) + b"x" * 10)
    with pytest.raises(frames.FrameError, match="limit"):
        frames.read(stream)
    assert stream.tell() == 4


@pytest.mark.parametrize("cut", [1, 3, 5, 10])
def test_a_stream_that_ends_in_the_middle_is_an_error(cut: int) -> None:
    with pytest.raises(frames.FrameError, match="ended inside"):
        frames.read(io.BytesIO(frames.encode({"text": "hello"})[:cut]))


def test_what_is_too_long_or_not_json_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    for value in (float("nan"), object(), {1, 2}):
        with pytest.raises(frames.FrameError, match="not JSON"):
            frames.encode({"a": value})
    monkeypatch.setattr(frames, "MAX_FRAME", 10)
    with pytest.raises(frames.FrameError, match="over the limit"):
        frames.encode({"text": "x" * 10})


def test_lone_surrogates_travel() -> None:
    assert frames.read(io.BytesIO(frames.encode({"text": "\ud800"}))) == {"text": "\ud800"}
