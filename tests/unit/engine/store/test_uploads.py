"""Uploads: parts in any order, a file in the one the client says, and nothing left behind."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from engine.errors import InvalidRequest, NotFound
from engine.store import Store
from engine.types import Upload, UploadPart
from tests.unit.engine.store.values import FIRST_HUNDRED, stored


def _upload(store: Store, size: int = 6, **values: Any) -> Upload:
    named = {"filename": "a.bin", "purpose": "assistants", "mime_type": "application/octet-stream", "lifetime": 3600}
    return store.uploads.create(size=size, **{**named, **values})


def _part(store: Store, upload: Upload, content: bytes) -> UploadPart:
    with store.files.receive(100) as incoming:
        incoming.write(content)
        return store.uploads.add_part(upload.id, incoming)


def _blobs(store: Store) -> int:
    return len([path for path in store.blobs.path("00").parent.parent.rglob("*") if path.is_file()])


def test_parts_become_a_file_in_the_order_given(store: Store) -> None:
    upload = _upload(store, expires_after=7200)
    second, first = _part(store, upload, b"def"), _part(store, upload, b"abc")

    done, file = store.uploads.complete(upload.id, [first.id, second.id], hashlib.md5(b"abcdef").hexdigest().upper())

    assert (done.status, done.file_id) == ("completed", file.id)
    assert store.uploads.get(upload.id) == done
    assert b"".join(store.files.read(file)) == b"abcdef"
    assert (file.filename, file.bytes, file.expires_at) == ("a.bin", 6, file.created_at + 7200)
    assert _blobs(store) == 1


def test_the_upload_outlives_its_file(store: Store) -> None:
    upload = _upload(store, 1)
    _, file = store.uploads.complete(upload.id, [_part(store, upload, b"a").id])

    store.files.delete(file.id)

    assert store.uploads.get(upload.id).file_id is None


@pytest.mark.parametrize(
    ("contents", "order", "md5", "code", "param"),
    [
        ([b"abc", b"def"], [0], None, "upload_size_mismatch", "part_ids"),
        ([b"abc", b"def"], [0, 0], None, "invalid_request", "part_ids"),
        ([b"abcdef"], [0], "0" * 32, "checksum_mismatch", "md5"),
        ([], ["part_x"], None, "invalid_request", "part_ids"),
    ],
)
def test_what_does_not_fit_is_refused_and_can_be_mended(
    store: Store, contents: list[bytes], order: list[Any], md5: str | None, code: str, param: str
) -> None:
    upload = _upload(store)
    parts = [_part(store, upload, content) for content in contents]

    with pytest.raises(InvalidRequest) as caught:
        store.uploads.complete(upload.id, [parts[n].id if isinstance(n, int) else n for n in order], md5)

    assert (caught.value.code, caught.value.param) == (code, param)
    assert store.uploads.get(upload.id).status == "pending"
    assert store.files.list(FIRST_HUNDRED).items == ()
    assert _blobs(store) == len(contents)


def test_parts_of_another_upload_are_refused(store: Store) -> None:
    part = _part(store, _upload(store, 1), b"a")

    with pytest.raises(InvalidRequest, match="no part"):
        store.uploads.complete(_upload(store, 1).id, [part.id])


def test_more_than_announced_is_refused(store: Store) -> None:
    upload = _upload(store, 3)
    _part(store, upload, b"ab")

    with pytest.raises(InvalidRequest) as caught:
        _part(store, upload, b"cd")

    assert (caught.value.code, caught.value.param) == ("upload_too_large", "data")


def test_a_cancelled_upload_keeps_no_parts_but_leaves_shared_contents(store: Store) -> None:
    file = stored(store, b"abc")
    upload = _upload(store)
    _part(store, upload, b"abc")
    _part(store, upload, b"def")

    assert store.uploads.cancel(upload.id).status == "cancelled"
    assert b"".join(store.files.read(file)) == b"abc"
    assert _blobs(store) == 1
    for call in (
        store.uploads.cancel,
        lambda id_: _part(store, upload, b"x"),
        lambda id_: store.uploads.complete(id_, []),
    ):
        with pytest.raises(InvalidRequest, match="is cancelled"):
            call(upload.id)


def test_pending_uploads_expire(store: Store) -> None:
    late, done = _upload(store, 1), _upload(store, 1)
    _part(store, late, b"x")
    store.uploads.complete(done.id, [_part(store, done, b"y").id])

    store.uploads.expire(late.expires_at - 1)
    assert store.uploads.get(late.id).status == "pending"
    store.uploads.expire(late.expires_at)

    assert [store.uploads.get(upload.id).status for upload in (late, done)] == ["expired", "completed"]
    assert _blobs(store) == 1


def test_an_unknown_upload_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        store.uploads.get("upload_x")
    with pytest.raises(NotFound):
        store.uploads.complete("upload_x", [])
