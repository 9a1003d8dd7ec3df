"""The file search tool: what it asks for, what it tells the model, what it keeps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from engine.cancel import CancelToken
from engine.store import Store
from engine.tools.file_search import FileSearch, sources_in
from engine.types import Chunk, JsonObject, Run, RunStep, SearchHit


class Finder:
    """Answers with prepared passages and remembers what it was asked."""

    def __init__(self, *hits: SearchHit) -> None:
        self.hits = hits
        self.asked: list[tuple[list[str], list[str], int, float]] = []

    def find(self, ids: Sequence[str], queries: Sequence[str], *, limit: int, threshold: float) -> Sequence[SearchHit]:
        self.asked.append((list(ids), list(queries), limit, threshold))
        return self.hits[:limit]


def hit(text: str, tokens: int = 10, page: int | None = 3) -> SearchHit:
    return SearchHit(
        vector_store_id="vs",
        file_id="file-1",
        filename="intro.pdf",
        attributes={},
        chunk=Chunk(text=text, tokens=tokens, page=page),
        position=0,
        score=0.9,
        keyword_score=0.9,
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "db", tmp_path / "blobs") as store:
        yield store


def a_run(store: Store, **tool: object) -> Run:
    mine, theirs = store.vector_stores.create(), store.vector_stores.create()
    assistant = store.assistants.create(
        model="m", tool_resources={"file_search": {"vector_store_ids": [mine.id, "vs_gone"]}}
    )
    thread = store.threads.create(tool_resources={"file_search": {"vector_store_ids": [theirs.id]}})
    tools: tuple[JsonObject, ...] = ({"type": "file_search", **tool},)
    run, _ = store.runs.create(thread.id, assistant_id=assistant.id, model="m", tools=tools)
    return run


def search(store: Store, finder: Finder) -> FileSearch:
    return FileSearch(store, finder.find, lambda _ids, _seconds: True)


def call(tool: FileSearch, run: Run, arguments: str) -> JsonObject:
    return tool.call(run, arguments, CancelToken(), lambda _text: None).details


def test_passages_come_with_markers(store: Store) -> None:
    finder = Finder(hit("One."), hit("Two.", page=None))
    run = a_run(store, file_search={"max_num_results": 7, "ranking_options": {"score_threshold": 0.25}})
    outcome = search(store, finder).call(run, '{"query": "who"}', CancelToken(), lambda _text: None)
    ids, queries, limit, threshold = finder.asked[0]
    assert (len(ids), queries, limit, threshold) == (2, ["who"], 7, 0.25)
    assert "【0:0†source】 intro.pdf, page 3\nOne." in outcome.output
    assert "【0:1†source】 intro.pdf\nTwo." in outcome.output
    assert outcome.files == {"【0:0†source】": "file-1", "【0:1†source】": "file-1"}
    assert [result["score"] for result in outcome.details["results"]] == [0.9, 0.9]


def test_what_does_not_fit_is_left_out_and_counted(store: Store) -> None:
    finder = Finder(hit("a", tokens=2000), hit("b", tokens=2000))
    details = call(search(store, finder), a_run(store), '{"query": "x"}')
    assert (len(details["results"]), details["left_out"]) == (1, 1)


@pytest.mark.parametrize("arguments", ["{}", '{"query": 5}', "[]"])
def test_without_a_query_nothing_is_searched(store: Store, arguments: str) -> None:
    finder = Finder(hit("a"))
    assert call(search(store, finder), a_run(store), arguments)["results"] == []
    assert finder.asked == []


def test_arguments_that_are_no_json_are_the_query(store: Store) -> None:
    finder = Finder(hit("a"))
    call(search(store, finder), a_run(store), "适合哪些人")
    assert finder.asked[0][1] == ["适合哪些人"]


def test_an_earlier_search_is_told_again_in_the_user_s_language(store: Store) -> None:
    tool = search(store, Finder(hit("One.")))
    details = call(tool, a_run(store), '{"query": "who"}')
    asked, told = tool.recall({"id": "call_1", "type": "file_search", "file_search": details}, chinese=True)
    assert asked.tool_calls[0]["function"]["arguments"] == '{"query": "who"}'
    assert "以下是文件中的段落" in told.content
    nothing = tool.recall({"id": "c", "type": "file_search", "file_search": {}}, chinese=False)[1]
    assert "No passage" in nothing.content


def test_the_passages_of_a_run_are_found_in_its_steps(store: Store) -> None:
    run = a_run(store)
    calls = [
        {"id": "call_1", "type": "file_search", "file_search": call(search(store, Finder(hit("One."))), run, "who")},
        {"id": "call_2", "type": "file_search", "file_search": {}},
        {"id": "call_3", "type": "function", "function": {"name": "f", "arguments": "{}", "output": None}},
    ]
    step = RunStep(
        id="step_1",
        created_at=1,
        run_id=run.id,
        thread_id=run.thread_id,
        assistant_id=run.assistant_id,
        type="tool_calls",
        status="completed",
        details={"type": "tool_calls", "tool_calls": calls},
    )
    [source] = sources_in([step])
    assert (source.marker, source.file_id, source.filename) == ("【0:0†source】", "file-1", "intro.pdf")
    assert (source.chunk.text, source.chunk.page) == ("One.", 3)
