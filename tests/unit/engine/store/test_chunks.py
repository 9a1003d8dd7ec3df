"""Passages: kept once, found by their words, gone with their file."""

from __future__ import annotations

import struct

import pytest
from sqlalchemy.exc import IntegrityError

from engine.store import Store
from engine.store.chunks import NewChunk
from engine.types import Chunk
from tests.unit.engine.store.values import kept, put, stored


@pytest.fixture
def vs(store: Store) -> str:
    return store.vector_stores.create().id


def _new(text: str, **values: object) -> NewChunk:
    return NewChunk(Chunk(text=text, tokens=1, **values), text.lower())


def test_passages_come_back_as_they_were(store: Store, vs: str) -> None:
    file_id = stored(store, b"1").id
    put(store, vs, file_id)
    job = store.vector_store_files.next_job()
    assert job is not None
    first = _new("One 一", page=1, last_page=2, line=3, last_line=9, heading=("A", "B"))

    store.chunks.add(job, [first], start=0)
    store.chunks.add(job, [_new("Two"), _new("Three")], start=1)
    store.chunks.close(job, 3)

    assert [chunk.text for chunk in store.chunks.list(vs, file_id)] == ["One 一", "Two", "Three"]
    assert store.chunks.list(vs, file_id)[0] == first.chunk
    file = store.vector_store_files.get(vs, file_id)
    assert (file.chunk_count, file.usage_bytes) == (3, len("One 一TwoThree".encode()))


def test_no_passage_is_kept_twice(store: Store, vs: str) -> None:
    put(store, vs, stored(store, b"1").id)
    job = store.vector_store_files.next_job()
    assert job is not None
    store.chunks.add(job, [_new("a"), _new("b")], start=0)

    with pytest.raises(IntegrityError):
        store.chunks.add(job, [_new("b")], start=1)
    store.chunks.clear(job)
    assert store.chunks.list(vs, job.file.id) == ()
    store.chunks.add(job, [_new("a")], start=0)
    assert store.vector_store_files.get(vs, job.file.id).usage_bytes == 1


def test_a_file_without_passages_is_read_to_its_end_all_the_same(store: Store, vs: str) -> None:
    put(store, vs, stored(store, b"1").id)

    job = kept(store)

    assert (store.vector_store_files.get(vs, job.file.id).chunk_count, store.chunks.list(vs, job.file.id)) == (0, ())


def test_only_finished_files_of_the_stores_asked_are_found(store: Store, vs: str) -> None:
    other = store.vector_stores.create().id
    one, two = stored(store, b"1").id, stored(store, b"2", filename="two.txt").id
    put(store, vs, one)
    kept(store, "green tea")
    put(store, other, two, attributes={"year": 2024})
    job = kept(store, "black tea", "coffee", finish=False)

    assert [found.file_id for found in store.chunks.matching([vs, other], '"tea"', 9)] == [one]
    store.vector_store_files.complete(job)
    assert {found.file_id for found in store.chunks.matching([vs, other], '"tea"', 9)} == {one, two}
    [found] = store.chunks.matching([other], '"tea"', 9)

    assert (found.filename, found.attributes, found.position, found.chunk.text) == (
        "two.txt",
        {"year": 2024},
        0,
        "black tea",
    )
    assert (found.words, found.vector_store_id) == ("black tea", other)
    assert found.rank > 0


def test_the_best_come_first_and_ties_in_their_order(store: Store, vs: str) -> None:
    put(store, vs, stored(store, b"1").id)
    kept(store, "milk milk and tea", "milk", "milk", "tea tea tea")

    found = store.chunks.matching([vs], '"milk"', 9)

    assert [one.rank for one in found] == sorted((one.rank for one in found), reverse=True)
    assert [one.position for one in found if one.chunk.text == "milk"] == [1, 2]
    assert len(store.chunks.matching([vs], '"milk" OR "tea"', 2)) == 2


def test_a_narrow_filter_loses_nothing(store: Store, vs: str) -> None:
    for number in range(30):
        put(store, vs, stored(store, bytes([number])).id, attributes={"n": number})
        kept(store, "tea")
    [wanted] = [seq for seq, attributes in store.vector_store_files.attributes([vs]) if attributes["n"] == 29]

    [found] = store.chunks.matching([vs], '"tea"', 1, within=[wanted])

    assert found.attributes == {"n": 29}
    assert store.chunks.matching([vs], '"tea"', 1, within=[]) == ()


def test_vectors_are_made_once_for_each_embedder(store: Store, vs: str) -> None:
    put(store, vs, stored(store, b"1").id)
    job = kept(store, "a", "b", "c", finish=False)
    vector = struct.pack("<2f", 1.0, 2.0)
    (first, passage), (second, _) = store.chunks.without_vector(job.seq, "mini", 2)

    store.chunks.add_vectors(job.seq, "mini", [(first, vector), (second, vector)])

    assert passage.text == "a"
    assert [chunk.text for _, chunk in store.chunks.without_vector(job.seq, "mini", 9)] == ["c"]
    assert [chunk.text for _, chunk in store.chunks.without_vector(job.seq, "other", 9)] == ["a", "b", "c"]
    store.chunks.add_vectors(job.seq, "other", [(first, vector)])
    assert [chunk.text for _, chunk in store.chunks.without_vector(job.seq, "mini", 9)] == ["a", "c"]
    assert store.vector_store_files.get(vs, job.file.id).usage_bytes == 3 + 2 * 8


def test_one_store_is_searched_without_the_others_and_whatever_is_still_being_read(store: Store, vs: str) -> None:
    other = store.vector_stores.create().id
    for number in range(30):
        put(store, other, stored(store, b"o%d" % number).id)
        kept(store, "tea tea tea")
    put(store, vs, stored(store, b"mine").id)
    mine = kept(store, "tea")
    put(store, vs, stored(store, b"waiting").id)
    kept(store, *["tea tea"] * 30, finish=False)

    [found] = store.chunks.matching([vs], '"tea"', 2)
    assert (found.store_file, found.vector_store_id, found.rank > 0) == (mine.seq, vs, True)
    assert store.chunks.matching([], '"tea"', 2) == ()
    assert len(store.chunks.matching([vs, other], '"tea"', 100)) == 31


def test_many_places_narrow_as_few_do(store: Store, vs: str) -> None:
    put(store, vs, stored(store, b"1").id)
    job = kept(store, "tea")

    for within in ([job.seq], [job.seq, *range(10_000, 10_500)]):
        assert len(store.chunks.matching([vs], '"tea"', 5, within=within)) == 1
    assert store.chunks.matching([vs], '"tea"', 5, within=[]) == ()


def test_the_words_of_places_are_no_words_of_passages(store: Store, vs: str) -> None:
    put(store, vs, stored(store, b"1").id)
    job = kept(store, "tea")

    assert store.chunks.matching([vs], f'"f{job.seq}"', 5) == ()


def test_passages_are_found_by_their_places(store: Store, vs: str) -> None:
    put(store, vs, stored(store, b"1").id)
    job = kept(store, *(f"text {n}" for n in range(1200)))

    found = store.chunks.at([(job.seq, n) for n in range(0, 1200, 2)] + [(job.seq + 1, 0), (job.seq, 5000)])
    assert {each.chunk.text for each in found} == {f"text {n}" for n in range(0, 1200, 2)}


def test_how_common_words_are(store: Store, vs: str) -> None:
    put(store, vs, stored(store, b"1").id)
    kept(store, "tea 茶文", "tea tea", "milk")

    assert store.chunks.frequencies(["tea", "茶文", "coffee"]) == {"tea": 2, "茶文": 1}


def test_vectors_come_back_in_order_and_only_those_of_the_embedder(store: Store, vs: str) -> None:
    put(store, vs, stored(store, b"1").id)
    job = kept(store, "a", "b", "c", finish=False)
    seqs = [seq for seq, _ in store.chunks.without_vector(job.seq, "e", 9)]
    store.chunks.add_vectors(job.seq, "e", [(seqs[2], b"3"), (seqs[0], b"1")])
    store.chunks.add_vectors(job.seq, "other", [(seqs[1], b"2")])

    assert store.chunks.vectors(job.seq, "e", start=0, limit=9) == ((0, b"1"), (2, b"3"))
    assert store.chunks.vectors(job.seq, "e", start=1, limit=9) == ((2, b"3"),)
    assert store.chunks.vectors(job.seq, "e", start=0, limit=1) == ((0, b"1"),)
