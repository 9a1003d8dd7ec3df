"""One store with a torn index, a deleted blob and a corrupt PDF: each says what is wrong, all the rest is found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, cast

import pytest

from engine.bus import Bus
from engine.cancel import CancelToken
from engine.errors import FiresideError
from engine.retrieval.direct import DirectReader
from engine.retrieval.indexes import Indexes
from engine.retrieval.ingest import Ingest
from engine.retrieval.port import Kind, ModelLimits
from engine.retrieval.search import Search
from engine.retrieval.session import Session
from engine.retrieval.shelf import Shelf
from engine.retrieval.vectors import VectorClient
from engine.store import Store
from engine.types import JsonObject, NewVectorStoreFile
from engine.workers import child
from tests.support.documents import pdf

CHUNKING = {"type": "static", "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 0}}
Expected = Callable[[str], AbstractContextManager[None]]


class Letters:
    """Embeds a text as how often it has each of four letters: texts of one word are alike."""

    id = "letters"

    def limits(self) -> ModelLimits:
        return ModelLimits(dimensions=4, tokens=2000)

    def embed(self, texts: Sequence[str], kind: Kind, cancel: CancelToken) -> list[list[float]]:
        counted = ([float(text.lower().count(letter)) + 0.01 for letter in "teac"] for text in texts)
        return [[part / sum(p * p for p in row) ** 0.5 for part in row] for row in counted]


class Here:
    """The real index, in this process; `pid` changes as if the process had been started anew."""

    def __init__(self) -> None:
        self.pid = 0
        self.restart()

    def restart(self) -> None:
        self.pid += 1
        self._handlers = Shelf().handlers()

    def call(self, op: str, args: JsonObject, *, urgent: bool = False) -> JsonObject:
        request = child.Request(1, op, args, lambda _frame: None, lambda _id: None)
        return cast(JsonObject, self._handlers[op](request))


def add(store: Store, vs: str, name: str, content: bytes) -> str:
    with store.files.receive(1_000_000) as incoming:
        incoming.write(content)
        file = store.files.create(incoming, filename=name, purpose="assistants")
    store.vector_store_files.put(vs, [NewVectorStoreFile(file_id=file.id, chunking_strategy=dict(CHUNKING))])
    return file.id


def test_damage_is_told_where_it_is_and_the_rest_works(tmp_path: Path, expected_log: Expected) -> None:
    store, here = Store(tmp_path / "fireside.db", tmp_path / "blobs"), Here()
    indexes = Indexes(store, VectorClient(cast(Session, here)), tmp_path / "index")
    ingest = Ingest(store, Bus(), DirectReader(), indexes, Letters)
    search = Search(store, indexes=indexes, embedder=Letters)
    vs = store.vector_stores.create().id
    whole = [add(store, vs, f"tea {n}.md", f"Tea number {n} is steeped for {n} minutes.".encode()) for n in range(5)]
    ingest.start()
    assert ingest.wait([vs], 60)
    while indexes.tend():
        pass

    torn = next((tmp_path / "index" / vs).glob("tail-*"))
    torn.write_bytes(torn.read_bytes()[:-7] + b"garbage")
    store.blobs.remove(store.files.get(whole[0]).sha256)  # read already: its passages are still found
    here.restart()
    broken = add(store, vs, "broken.pdf", pdf(tmp_path / "a.pdf", [[("Coffee.", 12)]]).read_bytes()[:300])
    lost = add(store, vs, "lost.md", b"Cocoa is drunk hot.")
    store.blobs.remove(store.files.get(lost).sha256)
    good = add(store, vs, "good.md", b"Coffee is ground by hand.")
    with expected_log("file_content_missing"):
        ingest.wake()
        assert ingest.wait([vs], 60)

    said: dict[str, Any] = {each: store.vector_store_files.get(vs, each) for each in (*whole, good, broken, lost)}
    assert [said[each].status for each in (*whole, good)] == ["completed"] * 6
    assert [said[each].status for each in (broken, lost)] == ["failed", "failed"]
    assert "PDF" in said[broken].last_error.message
    assert "content" in said[lost].last_error.message
    for n, file_id in enumerate(whole):
        assert search.find([vs], [f"tea number {n}"], limit=3)[0].file_id == file_id
    found = search.search([vs], ["coffee ground by hand"], limit=6)
    assert (found.hits[0].file_id, found.failed) == (good, ())
    assert {hit.file_id for hit in found.hits} == {*whole, good}, "the index is whole again: all have vectors"
    assert all(hit.vector_score is not None for hit in found.hits)
    with pytest.raises(FiresideError):
        store.blobs.open(store.files.get(whole[0]).sha256)
    ingest.close()
    store.close()
