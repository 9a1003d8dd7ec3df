"""Live folders and what is known of their files."""

from __future__ import annotations

import pytest

from engine.errors import NotFound
from engine.store import Store
from engine.types import LiveFile
from tests.unit.engine.store.values import stored


def test_a_folder_is_kept_once_for_a_store(store: Store) -> None:
    vs, other = store.vector_stores.create().id, store.vector_stores.create().id
    folder = store.live_folders.create(vs, "/a", ["*.log"])

    assert store.live_folders.create(vs, "/a") == folder
    elsewhere = store.live_folders.create(other, "/a")
    assert store.live_folders.all() == (folder, elsewhere)
    assert store.live_folders.all(other) == (elsewhere,)
    changed = store.live_folders.update(folder.id, identity="1:2", checked_at=5)
    assert (changed.ignored, store.live_folders.get(folder.id)) == (("*.log",), changed)

    store.vector_stores.delete(other)
    store.live_folders.delete(folder.id)
    assert store.live_folders.all() == ()
    with pytest.raises(NotFound):
        store.live_folders.get(folder.id)


def test_files_are_noted_by_their_path(store: Store) -> None:
    folder = store.live_folders.create(store.vector_stores.create().id, "/a").id
    file_id = stored(store, b"1").id
    good = LiveFile(path="b/c.md", size=1, modified_ns=2**62, sha256="x", file_id=file_id)
    bad = LiveFile(path="big.md", size=9, modified_ns=1, problem="file_too_large")
    for each in (LiveFile(path="b/c.md", size=7, modified_ns=7), good, bad):
        store.live_folders.keep(folder, each)

    assert store.live_folders.files(folder) == {"b/c.md": good, "big.md": bad}
    assert store.live_folders.problems(folder, 10) == (bad,)
    store.live_folders.forget(folder, "big.md")
    store.live_folders.forget(folder, "none")
    assert store.live_folders.count(folder) == 1

    store.files.delete(file_id)
    assert store.live_folders.count(folder) == 0
    assert store.live_folders.files(folder)["b/c.md"].file_id is None
