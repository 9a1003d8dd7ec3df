"""Counts of many owners in one look."""

from __future__ import annotations

from engine.store import Store, tables
from engine.store.counts import Counts, counts_by
from engine.types import FileCounts
from tests.unit.engine.store.values import kept, put, stored


def test_every_owner_asked_for_gets_its_counts(store: Store) -> None:
    one, two, none = (store.vector_stores.create().id for _ in range(3))
    files = [stored(store, bytes([n])).id for n in range(3)]
    put(store, one, *files)
    put(store, two, files[0])
    kept(store, "four")

    with store._database.read() as connection:
        counts = counts_by(connection, tables.vector_store_files.c.vector_store_id, [one, two, none])

    assert counts == {
        one: Counts(FileCounts(in_progress=2, completed=1), 4),
        two: Counts(FileCounts(in_progress=1), 0),
        none: Counts(),
    }
