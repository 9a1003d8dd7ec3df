"""Stores as people use them: by name, filled from the disk, emptied without leaving anything behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import InvalidRequest, NotFound
from engine.service import Engine


def _file(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    return folder / name


def test_a_store_is_found_by_id_name_or_nearly_its_name(engine: Engine) -> None:
    tea = engine.vector_stores.create(name="Tea")
    low = engine.vector_stores.create(name="tea")

    assert engine.knowledge.find(tea.id) == tea
    assert engine.knowledge.find("tea") == low
    with pytest.raises(InvalidRequest) as caught:
        engine.knowledge.find("TEA")
    assert caught.value.code == "same_name"
    with pytest.raises(InvalidRequest) as caught:
        engine.knowledge.find("coffee")
    assert (caught.value.code, caught.value.details["known"]) == ("no_store", "tea, Tea")


def test_files_and_folders_are_gathered_once(engine: Engine, tmp_path: Path) -> None:
    a, b = _file(tmp_path / "in", "a.md", "a"), _file(tmp_path / "in", "b.md", "b")
    _file(tmp_path / "in", "c.png", "c")

    gathered = engine.knowledge.gather([b, tmp_path / "in"])

    assert (gathered.paths, gathered.passed_over) == ((b, a), 1)
    with pytest.raises(InvalidRequest) as caught:
        engine.knowledge.gather([tmp_path / "none"])
    assert caught.value.code == "file_not_read"


def test_a_file_of_the_same_name_and_content_is_not_read_twice(engine: Engine, tmp_path: Path) -> None:
    store = engine.vector_stores.create(name="Tea")
    path = _file(tmp_path / "in", "a.md", "Tea steeps.")

    first = engine.knowledge.add(store.id, path)
    engine.vector_stores.wait([store.id], 60)
    again = engine.knowledge.add(store.id, path)
    assert (first.known, again.known, again.file.id) == (False, True, first.file.id)

    _file(tmp_path / "in", "a.md", "Tea cools.!")
    changed = engine.knowledge.add(store.id, path)
    assert not changed.known
    assert len(engine.knowledge.files(store.id)) == 2
    with pytest.raises(NotFound):
        engine.knowledge.add("vs_x", path)
    assert len(engine.files.list().items) == 2


def test_a_file_that_failed_is_tried_again(engine: Engine, tmp_path: Path) -> None:
    store = engine.vector_stores.create(name="Tea")
    path = _file(tmp_path / "in", "a.md", "")
    first = engine.knowledge.add(store.id, path)
    engine.vector_stores.wait([store.id], 60)
    [held] = engine.knowledge.files(store.id)
    assert held.place.last_error is not None
    assert held.place.last_error.message == "This file is empty."

    again = engine.knowledge.add(store.id, path)

    assert (again.known, again.file.id, again.file.status) == (True, first.file.id, "in_progress")
    engine.vector_stores.wait([store.id], 60)


def test_what_is_removed_is_deleted_unless_it_is_needed(engine: Engine, tmp_path: Path) -> None:
    one, two = engine.vector_stores.create(name="1"), engine.vector_stores.create(name="2")
    shared = engine.knowledge.add(one.id, _file(tmp_path / "in", "a.md", "a")).file.id
    engine.vector_stores.files.create(two.id, shared)
    own = engine.knowledge.add(one.id, _file(tmp_path / "in", "b.md", "b")).file.id

    engine.knowledge.remove(one.id, own)
    with pytest.raises(NotFound):
        engine.files.get(own)
    engine.knowledge.delete(one.id)
    assert engine.files.get(shared).filename == "a.md"
    engine.knowledge.delete(two.id)
    assert engine.files.list().items == ()


def test_a_store_knows_who_uses_it_and_what_embedded_it(engine: Engine, tmp_path: Path) -> None:
    store = engine.vector_stores.create(name="1")
    resources = {"file_search": {"vector_store_ids": [store.id]}}
    user = engine.assistants.create(model="default", tools=[{"type": "file_search"}], tool_resources=resources)
    engine.assistants.create(model="default")
    engine.knowledge.add(store.id, _file(tmp_path / "in", "a.md", "Tea."))
    engine.vector_stores.wait([store.id], 60)

    assert engine.knowledge.used_by(store.id) == (user,)
    assert engine.knowledge.embedders(store.id) == {"": 1}
    assert engine.knowledge.all() == (engine.vector_stores.get(store.id),)
