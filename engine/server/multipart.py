"""Forms with a file: the file goes to the disk as it arrives, memory holds none of it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from engine.errors import Cancelled, InvalidRequest
from engine.server.api import Api
from engine.store.blobs import Incoming

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

# It warns about every broken form, and quotes from it; the sender is told instead.
logging.getLogger("python_multipart").setLevel(logging.ERROR)

_LUMP = 1024 * 1024  # bytes written at once: each write is a trip to a thread
_MAX_FIELDS = 32
_MAX_FIELD_BYTES = 64 * 1024
_DRAINED = 4  # times the largest file; a client that is cut off while it sends never reads the answer


@dataclass(slots=True)
class Form:
    """What a form held: text fields by name, and the file with the name its sender gave it."""

    incoming: Incoming
    filename: str = ""
    fields: dict[str, str] = field(default_factory=dict)


@asynccontextmanager
async def read_form(
    request: Request, api: Api, file_field: str, receive: Callable[[], Incoming], *, allowed: frozenset[str]
) -> AsyncIterator[Form]:
    """Give the form of a request, its file received and gone afterwards unless it was kept.

    Raises InvalidRequest for what is no such form, for unknown fields and for a file that is too large.
    """
    boundary = _boundary(request)
    incoming = await api.call(receive)
    try:
        reader = _Reader(boundary, file_field, allowed, incoming)
        try:
            await _feed(request, api, reader)
        except ClientDisconnect:
            raise Cancelled("The client left before its file was here.") from None
        yield reader.form()
    finally:
        await api.call(incoming.close)


async def _feed(request: Request, api: Api, reader: _Reader) -> None:
    refusal: InvalidRequest | None = None
    spare = _DRAINED * reader.limit
    async for chunk in request.stream():
        if refusal is not None:
            spare -= len(chunk)
            if spare < 0:
                break
            continue
        try:
            reader.take(chunk)
            if reader.waiting >= _LUMP:
                await api.call(reader.write)
        except InvalidRequest as error:
            refusal = error
    if refusal is None:
        await api.call(reader.write)
        reader.finish()
    else:
        raise refusal


class _Reader:
    """Parses the body piece by piece; `write` moves what waits to the file."""

    def __init__(self, boundary: bytes, file_field: str, allowed: frozenset[str], incoming: Incoming) -> None:
        self._file_field, self._allowed, self._incoming = file_field, allowed, incoming
        self._form = Form(incoming)
        self._pieces: list[bytes] = []
        self.waiting = 0
        self.limit = incoming.limit
        self._header = ["", ""]
        self._disposition = ""
        self._name = ""
        self._value = bytearray()
        self._is_file = self._has_file = self._ended = False
        callbacks: MultipartCallbacks = {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._add_to_header(0, data[start:end]),
            "on_header_value": lambda data, start, end: self._add_to_header(1, data[start:end]),
            "on_header_end": self._end_header,
            "on_headers_finished": self._open_part,
            "on_part_data": self._add,
            "on_part_end": self._end_part,
            "on_end": self._end,
        }
        self._parser = MultipartParser(boundary, callbacks)

    def take(self, untrusted: bytes) -> None:
        try:
            self._parser.write(untrusted)
        except FormParserError as error:
            raise _not_a_form() from error

    def write(self) -> None:
        pieces, self._pieces, self.waiting = self._pieces, [], 0
        self._incoming.write(b"".join(pieces))

    def finish(self) -> None:
        if not self._ended:
            raise _not_a_form()
        if not self._has_file:
            raise InvalidRequest(
                f"Missing required parameter: '{self._file_field}'.",
                code="missing_required_parameter",
                param=self._file_field,
            )

    def form(self) -> Form:
        return self._form

    def _begin(self) -> None:
        self._header, self._disposition, self._value = ["", ""], "", bytearray()

    def _add_to_header(self, part: int, data: bytes) -> None:
        self._header[part] += data.decode("utf-8", "replace")
        if len(self._header[part]) > _MAX_FIELD_BYTES:
            raise _not_a_form()

    def _end_header(self) -> None:
        if self._header[0].lower() == "content-disposition":
            self._disposition = self._header[1]
        self._header = ["", ""]

    def _open_part(self) -> None:
        _, options = parse_options_header(self._disposition.encode())
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        self._is_file = self._name == self._file_field
        if self._is_file:
            if self._has_file:
                raise InvalidRequest(f"'{self._file_field}' is there twice; send one file.", param=self._file_field)
            self._has_file = True
            self._form.filename = _plain(options.get(b"filename", b"").decode("utf-8", "replace"))
        elif self._name not in self._allowed:
            shown = self._name[:64]
            raise InvalidRequest(f"Unknown parameter: '{shown}'.", code="unknown_parameter", param=shown or None)
        elif len(self._form.fields) >= _MAX_FIELDS:
            raise _not_a_form()

    def _add(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            self._pieces.append(data[start:end])
            self.waiting += end - start
            return
        self._value += data[start:end]
        if len(self._value) > _MAX_FIELD_BYTES:
            raise InvalidRequest(f"Invalid '{self._name}': too long.", param=self._name)

    def _end_part(self) -> None:
        if not self._is_file:
            self._form.fields[self._name] = self._value.decode("utf-8", "replace")

    def _end(self) -> None:
        self._ended = True


def _boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type", "").encode("latin-1"))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise InvalidRequest(
            "This request must be a form with a file: send it as multipart/form-data.", code="invalid_content_type"
        )
    return options[b"boundary"]


def _plain(name: str) -> str:
    """Undo what senders write for characters that a header cannot hold."""
    return name.replace("%22", '"').replace("%0D", "").replace("%0A", "")


def _not_a_form() -> InvalidRequest:
    return InvalidRequest(
        "We could not read the form in your request. Send sound multipart/form-data.", code="invalid_form"
    )
