"""The engine's retrieval: files are read and found, gone stores leave no index, a new default embedder is noticed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from engine.service import Engine
from engine.service.retrieval import retrievers_in
from engine.workers.supervisor import Supervisor
from tests.unit.engine.service.test_embeddings import put_embedder


def _stored(engine: Engine, content: bytes) -> str:
    with engine.files.receive() as incoming:
        incoming.write(content)
        return engine.files.keep(incoming, filename="tea.txt", purpose="assistants").id


def test_the_real_parts_share_two_processes(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path)
    parts = retrievers_in(supervisor)

    assert {kind for kind, _ in supervisor._workers} == {"retrieval", "reader"}
    assert parts.embedder.unload_idle(0)
    supervisor.close()


def test_files_are_found_by_words_and_by_meaning(engine: Engine) -> None:
    put_embedder(engine)
    store = engine.vector_stores.create(file_ids=[_stored(engine, b"Tea steeps for three minutes.")])
    assert engine.vector_stores.wait([store.id], 60)

    found = engine.vector_stores.search(store.id, "How long does tea steep?")
    [hit] = found.hits
    assert (hit.filename, hit.keyword_rank, hit.vector_rank, found.failed) == ("tea.txt", 1, 1, ())
    assert 0.0 < hit.score <= 1.0


def test_indexes_of_stores_that_are_gone_are_deleted_at_the_start(make_engine: Callable[..., Engine]) -> None:
    engine = make_engine()
    index = engine.paths.index / "vs_gone"
    index.mkdir()
    engine.close()

    make_engine()
    assert not index.exists()
