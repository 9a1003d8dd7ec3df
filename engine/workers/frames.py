"""Messages between the app and its children: four bytes of length (big-endian), then one JSON object in ASCII."""

from __future__ import annotations

import json
import struct
from typing import BinaryIO, NoReturn

from engine.types import JsonObject

MAX_FRAME = 64 * 1024 * 1024
_LENGTH = struct.Struct(">I")


class FrameError(Exception):
    """The other side broke the protocol; nothing after it can be trusted. The message holds no content."""


def encode(message: JsonObject) -> bytes:
    """Return the bytes of one frame. Raises FrameError if it is too long or not JSON (NaN is not)."""
    # Escaped to ASCII, so that a lone surrogate from somebody's JSON travels instead of failing here.
    try:
        body = json.dumps(message, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode("ascii")
    except (TypeError, ValueError, RecursionError) as error:
        raise FrameError(f"a message is not JSON ({type(error).__name__})") from None
    if len(body) > MAX_FRAME:
        raise FrameError(f"a frame of {len(body)} bytes is over the limit of {MAX_FRAME}")
    return _LENGTH.pack(len(body)) + body


def read(stream: BinaryIO) -> JsonObject | None:
    """Read one frame; None at the end of the stream. Raises FrameError on anything that is not a frame."""
    untrusted_head = _exactly(stream, _LENGTH.size)
    if not untrusted_head:
        return None
    if len(untrusted_head) < _LENGTH.size:
        raise FrameError("the stream ended inside a length")
    (length,) = _LENGTH.unpack(untrusted_head)
    if length > MAX_FRAME:
        raise FrameError(f"a frame of {length} bytes was announced, the limit is {MAX_FRAME}")
    untrusted_body = _exactly(stream, length)
    if len(untrusted_body) < length:
        raise FrameError("the stream ended inside a frame")
    return _decode(untrusted_body)


def _decode(untrusted_body: bytes) -> JsonObject:
    try:
        message = json.loads(untrusted_body.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise FrameError(f"a frame is not JSON ({type(error).__name__})") from None
    if not isinstance(message, dict):
        raise FrameError("a frame is not an object")
    return message


def _refuse(_constant: str) -> NoReturn:
    raise ValueError


def _exactly(stream: BinaryIO, size: int) -> bytes:
    """Read `size` bytes, or fewer at the end of the stream; unbuffered pipes hand over what they have."""
    parts: list[bytes] = []
    while size > 0:
        part = stream.read(size)
        if not part:
            break
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
