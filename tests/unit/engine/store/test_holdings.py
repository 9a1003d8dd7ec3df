"""What stores hold: names beside places, who wrote the vectors, and what is still needed."""

from __future__ import annotations

import pytest

from engine.errors import NotFound
from engine.store import Store
from engine.types import NewMessage, TextPart
from tests.unit.engine.store.values import kept, put, stored


def test_files_come_with_their_names(store: Store) -> None:
    vs = store.vector_stores.create().id
    one, two = stored(store, b"1"), stored(store, b"22")
    put(store, vs, one.id, two.id)

    held = store.holdings.files(vs)

    assert [(each.place.id, each.filename, each.bytes, each.sha256) for each in held] == [
        (file.id, file.filename, file.bytes, file.sha256) for file in (one, two)
    ]
    assert held[0].place == store.vector_store_files.get(vs, one.id)
    assert store.holdings.alike(vs, two.filename, 2) == held[1:]
    assert store.holdings.alike(vs, two.filename, 3) == ()
    with pytest.raises(NotFound):
        store.holdings.files("vs_x")


def test_passages_are_counted_by_who_embedded_them(store: Store) -> None:
    vs = store.vector_stores.create().id
    put(store, vs, stored(store, b"1").id)
    kept(store, "x", "y", "z")
    [place] = store.vector_store_files.searchable(vs)
    first = store.chunks.without_vector(place, "mini/1", 1)
    store.chunks.add_vectors(place, "mini/1", [(first[0][0], b"\0\0\0\0")])

    assert store.holdings.embedders(vs) == {"mini/1": 1, "": 2}
    assert store.holdings.embedders(store.vector_stores.create().id) == {}


def test_a_file_is_needed_by_whoever_names_it(store: Store) -> None:
    held, attached, coded, free = (stored(store, bytes([n])).id for n in range(4))
    put(store, store.vector_stores.create().id, held)
    message = NewMessage(role="user", content=(TextPart(text="x"),), attachments=({"file_id": attached, "tools": []},))
    store.threads.create(metadata={}, tool_resources={"code_interpreter": {"file_ids": [coded]}}, messages=(message,))

    assert store.holdings.needed_elsewhere([held, attached, coded, free]) == {held, attached, coded}
