"""Forms arrive in pieces of any size; the file goes to the disk, the rest is bounded and named when it is wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request

from engine.errors import Cancelled, InvalidRequest
from engine.server import multipart
from engine.server.api import Api
from engine.server.multipart import read_form
from engine.store.blobs import Blobs

ALLOWED = frozenset({"purpose"})
BODY = (
    b'--x\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nassist\xc3\xa9\r\n'
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a %22b%22.txt"\r\nContent-Type: text/plain\r\n\r\n'
    b"line\r\n--x-not-yet\r\n\r\n--x--\r\n"
)
CONTENT = b"line\r\n--x-not-yet\r\n"


class _Api:
    """Runs blocking calls where they are made."""

    async def call(self, function: Callable[..., Any], *args: Any) -> Any:
        return function(*args)


def _read(
    folder: Path,
    pieces: list[bytes],
    *,
    limit: int = 1000,
    kind: str = "multipart/form-data; boundary=x",
    ends: bool = True,
) -> tuple[str, dict[str, str], bytes]:
    messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    messages.append({"type": "http.request", "body": b""} if ends else {"type": "http.disconnect"})
    scope = {"type": "http", "headers": [(b"content-type", kind.encode())]}

    async def receive() -> Any:
        return messages.pop(0)

    async def read() -> tuple[str, dict[str, str], bytes]:
        api = cast(Api, _Api())
        receive_file = lambda: Blobs(folder).receive(limit)  # noqa: E731
        async with read_form(Request(scope, receive), api, "file", receive_file, allowed=ALLOWED) as form:
            form.incoming.finish()
            return form.filename, form.fields, form.incoming.path.read_bytes()

    try:
        return asyncio.run(read())
    finally:
        assert not [path for path in folder.rglob("*") if path.is_file()]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, len(BODY)), max_size=8))
def test_a_form_may_be_cut_anywhere(tmp_path_factory: pytest.TempPathFactory, cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(BODY)]
    pieces = [BODY[a:b] for a, b in pairwise(edges)]

    found = _read(tmp_path_factory.mktemp("form"), pieces)

    assert found == ('a "b".txt', {"purpose": "assisté"}, CONTENT)


def _part(disposition: str, content: bytes = b"1") -> bytes:
    return b"--x\r\nContent-Disposition: form-data; " + disposition.encode() + b"\r\n\r\n" + content + b"\r\n"


FILE = _part('name="file"; filename="a"')
END = b"--x--\r\n"


@pytest.mark.parametrize(
    ("body", "param"),
    [
        (b"", None),
        (b"noise", None),
        (FILE, None),
        (_part('name="purpose"') + END, "file"),
        (FILE + FILE + END, "file"),
        (FILE + _part('name="other"') + END, "other"),
        (FILE + _part("x") + END, None),
        (FILE + _part('name="purpose"', b"x" * 70_000) + END, "purpose"),
        (b"--x\r\n" + b"a" * 70_000 + b": b\r\n\r\n", None),
    ],
)
def test_a_wrong_form_is_refused(tmp_path: Path, body: bytes, param: str | None) -> None:
    with pytest.raises(InvalidRequest) as caught:
        _read(tmp_path, [body])

    assert caught.value.param == param


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data", "", "multipart/form-data; boundary="])
def test_other_kinds_of_body_are_refused(tmp_path: Path, kind: str) -> None:
    with pytest.raises(InvalidRequest, match="multipart/form-data"):
        _read(tmp_path, [FILE + END], kind=kind)


def test_too_large_a_file_is_refused_after_it_was_read_past(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multipart, "_LUMP", 100)
    for rest in (1, 1000):  # within and beyond what is read for politeness
        with pytest.raises(InvalidRequest) as caught:
            _read(tmp_path, [FILE[:-3], *[b"y" * 150] * rest], limit=200)
        assert caught.value.code == ("file_too_large" if rest > 1 else "invalid_form")


def test_a_sender_that_leaves_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        _read(tmp_path, [FILE[:-3]], ends=False)
