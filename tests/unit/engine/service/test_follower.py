"""One folder's follower on its own: what it asks to be done, with a taker that only notes it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from engine.service.follower import Follower, Patience, State
from engine.store import Store
from engine.store.blobs import Original
from engine.types import LiveFile, LiveFolder


class _Notes:
    """Keeps what it is told, and in the store what the real one would."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.said: list[str] = []
        self.state = threading.Condition()
        self.states: list[State] = []

    def take(self, folder: LiveFolder, seen: LiveFile, original: Original, old: LiveFile | None) -> None:
        assert Path(original.path).name == Path(seen.path).name
        self.said.append(f"{'take' if old is None else 'change'} {seen.path} {seen.problem or ''}".strip())
        file_id = None
        if not seen.problem:
            file_id = self.store.files.link(original, seen.sha256, filename="x", purpose="assistants").id
        self.store.live_folders.keep(
            folder.id,
            LiveFile(
                path=seen.path,
                size=seen.size,
                modified_ns=seen.modified_ns,
                sha256=seen.sha256,
                file_id=file_id,
                problem=seen.problem,
            ),
        )

    def move(self, folder: LiveFolder, seen: LiveFile, original: Original, old: LiveFile) -> None:
        self.said.append(f"move {old.path} {seen.path}")

    def drop(self, folder: LiveFolder, old: LiveFile) -> None:
        self.said.append(f"drop {old.path}")
        self.store.live_folders.forget(folder.id, old.path)

    def returned(self, folder: LiveFolder) -> None:
        self.said.append(f"returned {Path(folder.path).name}")

    def report(self, folder_id: str, state: State) -> None:
        with self.state:
            self.states.append(state)
            self.state.notify_all()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "fireside.db", tmp_path / "blobs")


def test_it_looks_and_tells_what_to_do(store: Store, tmp_path: Path) -> None:
    root = tmp_path / "in"
    root.mkdir()
    (root / "a.md").write_text("a")
    folder = store.live_folders.create(store.vector_stores.create().id, str(root))
    notes = _Notes(store)
    follower = Follower(store, folder, notes, Patience(quiet=0.02, anyway=1.0, unheard=0.1))
    follower.start()
    with notes.state:
        assert notes.state.wait_for(
            lambda: follower.state == "following" and sorted(notes.said) == ["returned in", "take a.md"], 30
        )  # a file younger than the quiet time is taken at the second look

    (root / "a.md").unlink()
    follower.look_now()
    with notes.state:
        assert notes.state.wait_for(lambda: notes.said[2:] == ["drop a.md"], 30)
    root.rmdir()
    with notes.state:
        assert notes.state.wait_for(lambda: follower.state == "missing", 30)
    follower.close()
    assert (follower.folder_id, follower.vector_store_id) == (folder.id, folder.vector_store_id)
    store.close()
