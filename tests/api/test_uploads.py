"""What only shows from outside: large files fill no memory, lists page to their end, polling is soon."""

from __future__ import annotations

import resource
import sys
from typing import Any

import pytest
from openai import OpenAI

from tests.api.conftest import Live

_MB = 1024 * 1024


class _Zeros:
    """A file of so many bytes that nobody has to hold."""

    name = "zeros.bin"

    def __init__(self, size: int) -> None:
        self._left = size

    def read(self, size: int = -1) -> bytes:
        piece = bytes(min(self._left, size if size >= 0 else self._left))
        self._left -= len(piece)
        return piece


def _form(size: int) -> Any:
    yield b'--x\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nuser_data\r\n'
    yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="zeros.bin"\r\n\r\n'
    zeros = _Zeros(size)
    while piece := zeros.read(_MB):
        yield piece
    yield b"\r\n--x--\r\n"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no peak to read")
def test_a_large_file_passes_without_filling_the_memory(live: Live) -> None:
    kind = {"content-type": "multipart/form-data; boundary=x"}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    unit = 1 if sys.platform == "darwin" else 1024

    file = live.ask("POST", "/v1/files", content=_form(200 * _MB), headers=kind).json()

    assert (file["bytes"], file["purpose"]) == (200 * _MB, "user_data")
    with live.client().files.with_streaming_response.content(file["id"]) as answer:
        assert sum(len(piece) for piece in answer.iter_bytes(_MB)) == 200 * _MB
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * unit < 100 * _MB


def test_lists_of_a_store_page_to_their_end_in_both_orders(client: OpenAI) -> None:
    ids = [client.files.create(file=(f"{n}.txt", b"x%d" % n), purpose="assistants").id for n in range(25)]
    store = client.beta.vector_stores.create()
    batch = client.beta.vector_stores.file_batches.create_and_poll(store.id, file_ids=ids)
    files, batches = client.beta.vector_stores.files, client.beta.vector_stores.file_batches

    assert [file.id for file in files.list(store.id, limit=7, order="asc")] == ids
    assert [file.id for file in files.list(store.id)] == ids[::-1]
    listed = batches.list_files(batch.id, vector_store_id=store.id, limit=10, order="asc")
    assert [file.id for file in listed] == ids
    assert [file.id for file in files.list(store.id, filter="failed")] == []


def test_who_polls_is_told_to_come_back_soon(live: Live) -> None:
    client = live.client()
    store = client.beta.vector_stores.create()
    file_id = client.files.create(file=("a.txt", b"Tea."), purpose="assistants").id

    answer = client.beta.vector_stores.files.with_raw_response.create(store.id, file_id=file_id)

    assert int(answer.headers["openai-poll-after-ms"]) <= 200


def test_an_upload_can_be_asked_about(live: Live) -> None:
    client = live.client()
    upload = client.uploads.create(bytes=1, filename="a.txt", mime_type="text/plain", purpose="assistants")
    assert live.ask("GET", f"/v1/uploads/{upload.id}").json()["status"] == "pending"

    part = client.uploads.parts.create(upload.id, data=b"a")
    done = client.uploads.complete(upload.id, part_ids=[part.id])

    assert done.file is not None
    assert live.ask("GET", f"/v1/uploads/{upload.id}").json()["file"]["id"] == done.file.id


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"bytes": -1}, "bytes"),
        ({"bytes": 8 * 1024**3 + 1}, "bytes"),
        ({"purpose": "assistants_output"}, "purpose"),
        ({"expires_after": {"anchor": "created_at", "seconds": 1}}, "expires_after.seconds"),
        ({"filename": ""}, "filename"),
    ],
)
def test_a_wrong_upload_is_refused_by_field(shared: Live, body: dict[str, Any], param: str) -> None:
    good = {"bytes": 1, "filename": "a", "mime_type": "text/plain", "purpose": "assistants"}

    answer = shared.ask("POST", "/v1/uploads", json={**good, **body})

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)


def test_an_expired_store_says_so_and_can_be_revived(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    client = live.client()
    expiry: Any = {"anchor": "last_active_at", "days": 1}
    store = client.beta.vector_stores.create(expires_after=expiry)
    live.engine.vector_stores._store.vector_stores.update(store.id, last_active_at=1)

    assert client.beta.vector_stores.retrieve(store.id).status == "expired"
    refused = live.ask("POST", f"/v1/vector_stores/{store.id}/search", json={"query": "x"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "vector_store_expired")
    client.beta.vector_stores.update(store.id, expires_after=None)
    assert live.ask("POST", f"/v1/vector_stores/{store.id}/search", json={"query": "x"}).status_code == 200
