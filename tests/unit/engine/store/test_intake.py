"""Values that keep their ids: stored once, files with their content."""

from __future__ import annotations

from pathlib import Path

from engine.store import Store
from engine.types import Assistant, Message, StoredFile, TextPart, Thread


def test_a_value_is_stored_as_it_is_and_only_once(tmp_path: Path) -> None:
    with Store(tmp_path / "fireside.db", tmp_path / "blobs") as store:
        assistant = Assistant(id="asst_old", created_at=7, model="gpt-4o", name="Tutor")
        thread = Thread(id="thread_old", created_at=8, last_used_at=9)
        message = Message(
            id="msg_old", created_at=8, thread_id="thread_old", role="user", content=(TextPart(text="Hi"),)
        )

        assert [store.intake.add(each) for each in (assistant, thread, message)] == [True] * 3
        assert not store.intake.add(Assistant(id="asst_old", created_at=1, model="other"))

        assert store.assistants.get("asst_old") == assistant
        assert store.threads.get("thread_old") == thread
        assert store.messages.get("thread_old", "msg_old") == message
        assert store.intake.has(Thread, "thread_old")
        assert not store.intake.has(Thread, "asst_old")


def test_a_file_comes_with_its_content(tmp_path: Path) -> None:
    with Store(tmp_path / "fireside.db", tmp_path / "blobs") as store:
        with store.files.receive(10) as incoming:
            incoming.write(b"abc")
            file = StoredFile(
                id="file-1", created_at=1, filename="a", purpose="assistants", bytes=3, sha256=incoming.finish()
            )
            assert store.intake.add(file, incoming)

        assert b"".join(store.files.read(store.files.get("file-1"))) == b"abc"
