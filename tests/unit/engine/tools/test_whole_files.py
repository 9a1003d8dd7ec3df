"""When all of the files are read, which of them, and what the model is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.cancel import CancelToken
from engine.errors import WorkerFailed
from engine.store import Store
from engine.store.chunks import NewChunk
from engine.tools.file_search import FileSearch
from engine.tools.whole_files import ROOM, WholeFiles, told
from engine.types import Chunk, NewMessage, NewVectorStoreFile, Run, TextPart

TEXT = "Rule {n} of this file says that {n} cups of tea are served at noon to everyone who asks."


class Mind:
    """Notes the first passage of each part."""

    def __init__(self, context: int = 2048, passes: int = 9) -> None:
        self._context, self._passes = context, passes
        self.told: list[str] = []
        self.heard: list[tuple[int, int]] = []
        self.fails = False

    def context(self, run: Run) -> int:
        return self._context

    def most_passes(self) -> int:
        return self._passes

    def ask(self, run: Run, instructions: str, text: str, max_tokens: int, cancel: CancelToken) -> str:
        if self.fails:
            raise WorkerFailed("gone", code="worker_died")
        self.told.append(text)
        return next(line for line in text.splitlines() if line.startswith("Rule"))

    def progress(self, run: Run, done: int, total: int) -> None:
        self.heard.append((done, total))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "db", tmp_path / "blobs") as store:
        yield store


def add(store: Store, vs: str, name: str, count: int) -> None:
    with store.files.receive(1000) as incoming:
        incoming.write(name.encode())
        file = store.files.create(incoming, filename=name, purpose="assistants")
    store.vector_store_files.put(vs, [NewVectorStoreFile(file_id=file.id, chunking_strategy={})])
    job = store.vector_store_files.next_job()
    assert job is not None
    texts = [TEXT.format(n=n) for n in range(count)]
    store.chunks.add(job, [NewChunk(Chunk(text=text, tokens=22), text) for text in texts], start=0)
    store.chunks.close(job, count)
    store.vector_store_files.complete(job)


def asked(store: Store, question: str, **files: int) -> tuple[Run, list[str]]:
    vs = store.vector_stores.create().id
    for stem, count in files.items():
        add(store, vs, f"{stem}.md", count)
    assistant = store.assistants.create(model="m", tool_resources={"file_search": {"vector_store_ids": [vs]}})
    thread = store.threads.create(messages=[NewMessage(role="user", content=(TextPart(text=question),))])
    run, _ = store.runs.create(thread.id, assistant_id=assistant.id, model="m", tools=({"type": "file_search"},))
    return run, [vs]


def test_other_questions_are_left_to_the_search(store: Store) -> None:
    run, stores = asked(store, "How many cups are served?", tea=3)
    assert WholeFiles(store, Mind()).read(run, stores, CancelToken()) is None


def test_it_can_be_switched_off_and_needs_files(store: Store) -> None:
    run, stores = asked(store, "Summarise these files", tea=3)
    assert WholeFiles(store, Mind(passes=0)).read(run, stores, CancelToken()) is None
    empty = store.vector_stores.create().id
    assert WholeFiles(store, Mind()).read(run, [empty], CancelToken()) is None


def test_short_files_are_given_whole_and_long_ones_as_notes(store: Store) -> None:
    run, stores = asked(store, "Summarise these files", tea=3, milk=80)
    mind = Mind()
    read = WholeFiles(store, mind).read(run, stores, CancelToken())
    assert read is not None
    assert mind.heard[-1][0] == mind.heard[-1][1]
    assert read.whole["want"] == "summary"
    assert [(each["filename"], each["read"], each["of"]) for each in read.whole["coverage"]] == [
        ("tea.md", 3, 3),
        ("milk.md", 80, 80),
    ]
    assert read.survey.notes

    large = WholeFiles(store, Mind(context=32_768)).read(run, stores, CancelToken())
    assert large is not None
    assert (large.survey.notes, len(large.survey.sources)) == ((), 83)


def test_a_file_that_the_question_names_is_read_alone(store: Store) -> None:
    run, stores = asked(store, "Summarise the file Milk.md", tea=3, milk=2)
    read = WholeFiles(store, Mind()).read(run, stores, CancelToken())
    assert read is not None
    assert {source.filename for source in read.survey.sources} == {"milk.md"}


def test_a_model_that_fails_leaves_the_search_to_passages(store: Store) -> None:
    run, stores = asked(store, "Summarise these files", milk=80)
    mind = Mind()
    mind.fails = True
    assert WholeFiles(store, mind).read(run, stores, CancelToken()) is None


def test_what_was_not_read_is_said_in_the_language_of_the_user() -> None:
    whole = {"notes": ["Tea【0:0†source】"], "coverage": [{"filename": "tea.md", "read": 3, "of": 9}]}
    before, after = told(whole, chinese=False)
    assert "Tea【0:0†source】" in before
    assert "3 of 9 passages of tea.md" in after
    assert "tea.md 的 9 段中读了 3 段" in told(whole, chinese=True)[1]
    assert told({}, chinese=False) == ("", "")


def test_the_room_follows_the_context(store: Store) -> None:
    run, _ = asked(store, "?")
    rooms = [WholeFiles(store, Mind(context)).room(run) for context in (1024, 4096, 32_768)]
    assert rooms == [300, 1448, ROOM]


def test_file_search_reads_whole_files_once_in_a_run(store: Store) -> None:
    run, stores = asked(store, "Summarise these files", milk=80)
    found: list[str] = []

    def find(ids: list[str], queries: list[str], **_values: object) -> tuple[()]:
        found.extend([*ids, *queries])
        return ()

    tool = FileSearch(store, find, lambda _ids, _seconds: True, WholeFiles(store, Mind(passes=2)))
    outcome = tool.call(run, '{"query": "summary"}', CancelToken(), lambda _text: None)
    assert found == []
    assert "Notes on the files" in outcome.output
    assert "of 80 passages of milk.md. Tell the user so." in outcome.output
    assert set(outcome.files) == {result["marker"] for result in outcome.details["results"]}
    recalled = tool.recall({"id": "c", "type": "file_search", "file_search": outcome.details}, chinese=True)[1]
    assert "以下是逐段阅读文件所做的笔记" in recalled.content

    call = {"id": "call_1", "type": "file_search", "file_search": outcome.details}
    store.steps.create(
        run_id=run.id,
        thread_id=run.thread_id,
        assistant_id=run.assistant_id,
        type="tool_calls",
        details={"type": "tool_calls", "tool_calls": [call]},
    )
    tool.call(run, '{"query": "again"}', CancelToken(), lambda _text: None)
    assert found == [*stores, "again"]
