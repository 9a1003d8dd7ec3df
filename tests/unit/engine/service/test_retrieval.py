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


def test_the_model_rewrites_where_it_is_allowed_and_pays(make_engine: Callable[..., Engine]) -> None:
    engine = make_engine(replies=['["steep green tea", "black tea price"]'])
    store = engine.vector_stores.create(file_ids=[_stored(engine, b"Tea steeps for three minutes.")])
    question = "Compare green tea and black tea"

    assert engine.vector_stores.search(store.id, question).queries == (question,)
    found = engine.vector_stores.search(store.id, question, rewrite_query=True)
    assert found.queries == ("steep green tea", "black tea price", question)
    engine.settings.set(search_rewriting="never")
    assert engine.vector_stores.search(store.id, question, rewrite_query=True).queries == (question,)


def test_a_query_of_several_questions_is_taken_apart_for_a_run(engine: Engine) -> None:
    store = engine.vector_stores.create(file_ids=[_stored(engine, b"Tea steeps for three minutes.")])
    assert engine._retrieval.wait([store.id], 60)

    [hit] = engine._retrieval.find([store.id], ["How is coffee made? How long does tea steep?"], limit=3)
    assert hit.filename == "tea.txt"


def test_indexes_of_stores_that_are_gone_are_deleted_at_the_start(make_engine: Callable[..., Engine]) -> None:
    engine = make_engine()
    index = engine.paths.index / "vs_gone"
    index.mkdir()
    engine.close()

    make_engine()
    assert not index.exists()
