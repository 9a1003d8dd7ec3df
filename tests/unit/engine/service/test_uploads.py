"""Uploads at the front door: bounds, expiry, and the file that comes of one."""

from __future__ import annotations

import time
from typing import Any

import pytest

from engine.errors import InvalidRequest, NotFound
from engine.events import FileChanged
from engine.service import Engine
from engine.types import Upload
from tests.support.fixtures import Recorder


def _upload(engine: Engine, **values: Any) -> Upload:
    given = {"filename": "x/a.txt", "purpose": "assistants", "size": 3, "mime_type": "text/plain"}
    return engine.uploads.create(**{**given, **values})


def _part(engine: Engine, upload: Upload, content: bytes) -> str:
    with engine.uploads.receive() as incoming:
        incoming.write(content)
        return engine.uploads.add_part(upload.id, incoming).id


def test_a_completed_upload_is_a_file(engine: Engine, recorder: Recorder) -> None:
    engine.subscribe(recorder)
    upload = _upload(engine)
    assert (upload.filename, upload.expires_at) == ("a.txt", upload.created_at + 3600)
    part = _part(engine, upload, b"abc")

    done, file = engine.uploads.complete(upload.id, [part])

    assert engine.uploads.get(upload.id) == (done, file)
    assert b"".join(engine.files.read(file.id)[1]) == b"abc"
    [event] = recorder.events
    assert isinstance(event, FileChanged)
    engine.files.delete(file.id)
    assert engine.uploads.get(upload.id)[1] is None


def test_an_upload_expires_after_an_hour(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = _upload(engine)
    part = _part(engine, upload, b"abc")
    monkeypatch.setattr(time, "time", lambda: upload.expires_at)

    for call in (lambda: engine.uploads.complete(upload.id, [part]), lambda: engine.uploads.cancel(upload.id)):
        with pytest.raises(InvalidRequest, match="is expired"):
            call()
    assert engine.uploads.get(upload.id)[0].status == "expired"


def test_bounds(engine: Engine) -> None:
    for wrong in ({"size": -1}, {"size": 8 * 1024**3 + 1}, {"purpose": "x"}, {"expires_after": 5}):
        with pytest.raises(InvalidRequest):
            _upload(engine, **wrong)
    with pytest.raises(InvalidRequest, match="32 hex"):
        engine.uploads.complete(_upload(engine).id, [], "no md5")
    with engine.uploads.receive() as incoming:
        assert incoming.limit == 64 * 1024**2
    with pytest.raises(NotFound):
        engine.uploads.get("upload_x")


def test_a_cancelled_upload_is_over(engine: Engine) -> None:
    upload = _upload(engine)
    _part(engine, upload, b"a")

    assert engine.uploads.cancel(upload.id).status == "cancelled"
    assert not [path for path in engine.paths.blobs.rglob("*") if path.is_file()]
