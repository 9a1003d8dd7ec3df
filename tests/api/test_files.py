"""Files and uploads: kept byte for byte, streamed both ways, listed, expired, refused by name."""

from __future__ import annotations

import hashlib
import io
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import OpenAI

from tests.api.conftest import Live

_BYTES = bytes(range(256)) * 1000


def _upload(client: OpenAI, data: bytes = b"text", name: str = "a.txt", **more: Any) -> Any:
    return client.files.create(file=(name, data), purpose="assistants", **more)


@pytest.mark.filterwarnings("ignore:The .*content.* method:DeprecationWarning")
def test_a_file_comes_back_as_it_was_sent(client: OpenAI) -> None:
    file = _upload(client, _BYTES, '报告 "1".bin')

    assert (file.object, file.bytes, file.purpose, file.status) == ("file", len(_BYTES), "assistants", "processed")
    assert client.files.retrieve(file.id) == file
    answer = client.files.content(file.id)
    assert answer.content == _BYTES
    assert answer.response.headers["content-type"] == "application/octet-stream"
    assert client.files.retrieve_content(_upload(client, "文本".encode()).id) == "文本"
    assert client.files.wait_for_processing(file.id).id == file.id


def test_all_the_ways_to_give_a_file(client: OpenAI, tmp_path: Path) -> None:
    path = tmp_path / "数据.csv"
    path.write_bytes(b"a,b\n")

    with path.open("rb") as opened:
        names = [
            client.files.create(file=given, purpose="assistants").filename
            for given in (opened, path, b"raw", io.BytesIO(b"x"), ("../../etc/passwd", b"x"), ("", b"x"))
        ]

    assert names == ["数据.csv", "数据.csv", "upload", "upload", "passwd", "upload"]


def test_an_empty_file_is_a_file(client: OpenAI) -> None:
    file = _upload(client, b"")

    assert file.bytes == 0
    assert client.files.content(file.id).content == b""


def test_files_are_listed_newest_first_and_by_purpose(client: OpenAI) -> None:
    ids = [_upload(client, name=f"{i}").id for i in range(3)]
    vision = client.files.create(file=("v.png", b"x"), purpose="vision").id

    assert [f.id for f in client.files.list()] == [vision, *reversed(ids)]
    assert [f.id for f in client.files.list(purpose="vision")] == [vision]
    assert [f.id for f in client.files.list(limit=2, order="asc")] == [*ids, vision]


def test_a_deleted_file_is_gone(client: OpenAI) -> None:
    file = _upload(client)

    gone = client.files.delete(file.id)

    assert (gone.id, gone.object, gone.deleted) == (file.id, "file", True)
    for ask in (client.files.retrieve, client.files.content, client.files.delete):
        with pytest.raises(openai.NotFoundError, match="No file found"):
            ask(file.id)


def test_expiry_is_kept(client: OpenAI) -> None:
    extra = {"expires_after": {"anchor": "created_at", "seconds": 3600}}
    file = _upload(client, extra_body=extra)

    assert file.expires_at == file.created_at + 3600  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"purpose": "homework"}, "purpose"),
        ({}, "purpose"),
        ({"purpose": "assistants", "colour": "red"}, "colour"),
        ({"purpose": "assistants", "expires_after[seconds]": "5", "expires_after[anchor]": "created_at"}, "seconds"),
        ({"purpose": "assistants", "expires_after[seconds]": "x", "expires_after[anchor]": "created_at"}, "seconds"),
        ({"purpose": "assistants", "expires_after[seconds]": "3600"}, "anchor"),
    ],
)
def test_bad_fields_are_named_and_nothing_is_kept(live: Live, fields: dict[str, str], param: str) -> None:
    answer = live.ask("POST", "/v1/files", data=fields, files={"file": ("a.txt", b"x")})

    assert answer.status_code == 400
    assert answer.json()["error"]["param"].endswith(param)
    assert live.ask("GET", "/v1/files").json()["data"] == []
    assert not [path for path in live.engine.paths.blobs.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "multipart/form-data; boundary=x"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"noise", "multipart/form-data; boundary=x"),
        (b"--x--\r\n", "multipart/form-data; boundary=x"),
        (b"{}", "application/json"),
        (b"--x--", "multipart/form-data"),
        (b"--x\r\nContent-Disposition: form-data\r\n\r\nx\r\n--x--\r\n", "multipart/form-data; boundary=x"),
        (b"--x\r\n" + b"a" * 10_000 + b": b\r\n\r\n\r\n--x--\r\n", "multipart/form-data; boundary=x"),
    ],
)
def test_broken_forms_are_refused(shared: Live, content: bytes, kind: str) -> None:
    answer = shared.ask("POST", "/v1/files", content=content, headers={"content-type": kind})

    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_two_files_at_once_are_refused(shared: Live) -> None:
    files = [("file", ("a", b"1")), ("file", ("b", b"2"))]

    answer = shared.ask("POST", "/v1/files", data={"purpose": "assistants"}, files=files)

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "file")


def test_too_large_a_file_is_told_while_it_comes(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    small = live.engine._store.files.receive if hasattr(live.engine, "_store") else None
    receive = small or live.engine.files._store.files.receive
    monkeypatch.setattr(live.engine.files, "receive", lambda: receive(1000))

    with pytest.raises(openai.APIStatusError) as refused:
        _upload(live.client(), b"x" * 3_000_000)

    assert refused.value.status_code == 413
    assert refused.value.body["code"] == "file_too_large"  # type: ignore[index]
    assert live.ask("GET", "/v1/files").json()["data"] == []


def test_parallel_uploads_do_not_mix(client: OpenAI) -> None:
    data = [os.urandom(200_000) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        ids = list(pool.map(lambda piece: _upload(client, piece).id, data))

    assert [client.files.content(each).content for each in ids] == data


def test_an_upload_in_parts_becomes_a_file(client: OpenAI) -> None:
    upload = client.uploads.create(
        bytes=len(_BYTES), filename="big.bin", mime_type="application/octet-stream", purpose="assistants"
    )
    assert (upload.status, upload.file) == ("pending", None)
    pieces = [_BYTES[i : i + 100_000] for i in range(0, len(_BYTES), 100_000)]
    parts = [client.uploads.parts.create(upload.id, data=piece).id for piece in reversed(pieces)]

    done = client.uploads.complete(
        upload.id, part_ids=list(reversed(parts)), md5=hashlib.md5(_BYTES, usedforsecurity=False).hexdigest()
    )

    assert done.status == "completed"
    assert done.file is not None
    assert (done.file.filename, done.file.bytes) == ("big.bin", len(_BYTES))
    assert client.files.content(done.file.id).content == _BYTES
    with pytest.raises(openai.BadRequestError):
        client.uploads.parts.create(upload.id, data=b"late")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the helper leaves its file open
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
def test_the_clients_helper_uploads_in_chunks(client: OpenAI, tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_bytes(_BYTES)

    done = client.uploads.upload_file_chunked(file=path, mime_type="text/plain", purpose="assistants", part_size=64_000)

    assert done.file is not None
    assert client.files.content(done.file.id).content == _BYTES


def test_wrong_sums_and_parts_are_refused_and_an_upload_can_be_given_up(client: OpenAI) -> None:
    upload = client.uploads.create(bytes=4, filename="a", mime_type="text/plain", purpose="assistants")
    part = client.uploads.parts.create(upload.id, data=b"text")

    for wrong in ({"part_ids": ["part_none"]}, {"part_ids": []}, {"part_ids": [part.id], "md5": "0" * 32}):
        with pytest.raises(openai.BadRequestError):
            client.uploads.complete(upload.id, **wrong)  # type: ignore[arg-type]
    assert client.uploads.cancel(upload.id).status == "cancelled"
    with pytest.raises(openai.BadRequestError):
        client.uploads.complete(upload.id, part_ids=[part.id])
    with pytest.raises(openai.NotFoundError):
        client.uploads.cancel("upload_none")


def test_a_client_that_leaves_in_the_middle_leaves_nothing(live: Live) -> None:
    left = threading.Event()

    def body() -> Any:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        yield b"y" * 2_000_000
        left.set()
        raise ConnectionError

    with pytest.raises(ConnectionError):
        live.ask("POST", "/v1/files", content=body(), headers={"content-type": "multipart/form-data; boundary=x"})

    assert left.is_set()
    assert live.ask("GET", "/v1/files").json()["data"] == []
