"""An import at the front door: checked, announced, all or nothing for a thread."""

from __future__ import annotations

import io

import pytest
from sqlalchemy.exc import IntegrityError

from engine.errors import InvalidRequest, NotFound
from engine.events import FileChanged, ThreadChanged
from engine.service import Engine
from engine.service.intake import check
from engine.types import Assistant, Message, StoredFile, TextPart, Thread, VectorStore
from tests.support.fixtures import Recorder

_THREAD = Thread(id="thread_1", created_at=1, last_used_at=1)


def test_what_is_new_is_announced(engine: Engine, recorder: Recorder) -> None:
    engine.subscribe(recorder)
    file = StoredFile(id="file-1", created_at=1, filename="a.txt", purpose="assistants", bytes=0, sha256="")

    assert engine.intake.add(_THREAD)
    assert not engine.intake.add(_THREAD)
    assert engine.intake.add_file(file, io.BytesIO(b"abc"))
    assert not engine.intake.add_file(file, io.BytesIO(b"other"))

    assert [type(event) for event in recorder.events] == [ThreadChanged, FileChanged]
    assert engine.files.get("file-1").bytes == 3


def test_a_thread_is_taken_whole_or_not_at_all(engine: Engine) -> None:
    lost = Message(id="msg_1", created_at=1, thread_id="thread_2", role="user", content=(TextPart(text="Hi"),))

    with pytest.raises(IntegrityError):  # a caller's mistake, not a user's
        engine.intake.add_together([[_THREAD], [lost]])

    with pytest.raises(NotFound):
        engine.threads.get("thread_1")


def test_the_bounds_of_the_api_hold(engine: Engine) -> None:
    with pytest.raises(InvalidRequest):
        check(Assistant(id="a", created_at=1, model="m", temperature=3))
    with pytest.raises(InvalidRequest):
        check(VectorStore(id="v", created_at=1, last_active_at=1, metadata={"k" * 65: ""}))
    long = (TextPart(text="x" * 256_001),)
    with pytest.raises(InvalidRequest):
        check(Message(id="m", created_at=1, thread_id="t", role="user", content=long))


def test_a_file_is_read_into_a_store(engine: Engine) -> None:
    engine.intake.add(VectorStore(id="vs_1", created_at=1, last_active_at=1))
    with pytest.raises(InvalidRequest):
        engine.intake.put_into_store("vs_1", "file-nowhere")
