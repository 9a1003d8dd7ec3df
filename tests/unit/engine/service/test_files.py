"""Files at the front door: from anywhere, checked, announced, gone when their time is over."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest

from engine.errors import InvalidRequest, NotFound, Unavailable
from engine.events import FileChanged, VectorStoreChanged
from engine.service import Engine
from tests.support.fixtures import Recorder


def _content(engine: Engine, file_id: str) -> bytes:
    return b"".join(engine.files.read(file_id)[1])


def test_a_file_comes_from_a_path_an_open_file_or_bytes(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "a b.txt"
    path.write_bytes(b"path")

    files = [
        engine.files.create(path),
        engine.files.create(io.BytesIO(b"open"), filename="x/open.txt", purpose="vision"),
        engine.files.create(b"bytes"),
    ]

    assert [file.filename for file in files] == ["a b.txt", "open.txt", "upload"]
    assert [_content(engine, file.id) for file in files] == [b"path", b"open", b"bytes"]
    assert engine.files.list().items == tuple(reversed(files))
    assert engine.files.list(purpose="vision").items == (files[1],)
    assert engine.files.path(files[0].id).read_bytes() == b"path"


def test_a_deletion_is_announced_with_the_stores_it_touches(engine: Engine, recorder: Recorder) -> None:
    file = engine.files.create(b"tea")
    vector_store = engine.vector_stores.create(file_ids=[file.id])
    assert engine.vector_stores.wait([vector_store.id], 60)
    engine.subscribe(recorder)

    assert engine.files.delete(file.id) == file

    deleted, updated = recorder.events
    assert isinstance(deleted, FileChanged)
    assert isinstance(updated, VectorStoreChanged)
    assert (deleted.what, deleted.file) == ("deleted", file)
    assert updated.vector_store is not None
    assert (updated.what, updated.vector_store.file_counts.total) == ("updated", 0)


def test_a_file_whose_time_is_over_is_gone_at_the_next_look(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    file = engine.files.create(b"x", expires_after=3600)
    path = engine.files.path(file.id)
    later = file.created_at + 3600
    monkeypatch.setattr(time, "time", lambda: later)

    assert engine.files.list().items == ()
    with pytest.raises(NotFound):
        engine.files.get(file.id)
    assert not path.exists()


def test_what_cannot_be_stored_says_why_and_leaves_nothing(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="cannot be read") as caught:
        engine.files.create(tmp_path / "none.txt")
    assert caught.value.code == "file_not_read"
    with pytest.raises(InvalidRequest, match="purpose"):
        engine.files.create(b"x", purpose="other")
    with pytest.raises(InvalidRequest, match=r"expires_after\.seconds"):
        engine.files.create(b"x", expires_after=1)
    with engine.files.receive() as incoming, pytest.raises(InvalidRequest, match="512 MB"):
        incoming.size = incoming.limit
        incoming.write(b"x")

    assert engine.files.list().items == ()
    assert not [path for path in engine.paths.blobs.rglob("*") if path.is_file()]


def test_a_lost_content_is_told_before_the_first_byte(engine: Engine) -> None:
    file = engine.files.create(b"x")
    engine.files.path(file.id).unlink()

    for call in (engine.files.read, engine.files.path):
        with pytest.raises(Unavailable, match="backup"):
            call(file.id)
