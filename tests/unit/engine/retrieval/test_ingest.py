"""Files are read once, to the end, whatever happens: crashes, bad files, deletions, a full disk, a broken embedder."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from engine.bus import Bus
from engine.cancel import CancelToken
from engine.errors import Unavailable, WorkerFailed
from engine.events import VectorStoreChanged, VectorStoreFileChanged
from engine.retrieval import direct, embedding
from engine.retrieval import ingest as ingest_module
from engine.retrieval.direct import DirectReader
from engine.retrieval.embedding import Embedder
from engine.retrieval.indexes import Indexes
from engine.retrieval.ingest import Ingest
from engine.retrieval.passages import passages_of
from engine.retrieval.port import ModelLimits
from engine.retrieval.reading import Reading
from engine.retrieval.scripted import ScriptedVectors
from engine.store import Store
from engine.store.chunks import Chunks, NewChunk
from engine.types import VectorStoreFile
from tests.unit.engine.store.values import put, stored

REPOSITORY = Path(__file__).resolve().parents[4]
PARAGRAPHS = "\n".join(f"Paragraph {n} tells of tea and number {n}." * 12 for n in range(300))
Expected = Callable[[str], contextlib.AbstractContextManager[None]]


class _Lengths:
    """An embedder whose vectors are lengths; it notes what it was asked and may be told to fail."""

    def __init__(self) -> None:
        self.id = "lengths"
        self.asked: list[str] = []
        self.failure: Exception | None = None
        self.before: Callable[[], None] = lambda: None

    def limits(self) -> ModelLimits:
        return ModelLimits(dimensions=2, tokens=2000)

    def embed(self, texts: Sequence[str], kind: str, cancel: CancelToken) -> list[list[float]]:
        self.before()
        if self.failure is not None:
            raise self.failure
        self.asked += texts
        return [[float(len(text)), 1.0] for text in texts]


class _Reader(DirectReader):
    """Reads in this process; `instead` is called first, and may do what a reader does when it goes wrong."""

    def __init__(self) -> None:
        self.instead: Callable[[], None] = lambda: None
        self.rested = threading.Event()

    def read(self, path: Path, filename: str, **values: Any) -> Reading:
        self.instead()
        return super().read(path, filename, **values)

    def rest(self) -> None:
        self.rested.set()


class _Bench:
    """A store, a bus and an ingest that can be closed and opened again."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder / "fireside.db", folder / "blobs")
        self.bus = Bus()
        self.events: list[object] = []
        self.bus.subscribe(self.events.append)
        self.embedder: _Lengths | None = None
        self.reader = _Reader()
        self.vectors = ScriptedVectors()
        self.indexes = Indexes(self.store, self.vectors, folder / "index")
        self.ingest = self._new()
        self.vs = self.store.vector_stores.create().id

    def _new(self) -> Ingest:
        def embedder() -> Embedder | None:
            return self.embedder

        return Ingest(self.store, self.bus, self.reader, self.indexes, embedder)

    def restart(self) -> None:
        self.ingest.close()
        self.ingest = self._new()
        self.ingest.start()

    def add(self, content: bytes, **values: str) -> str:
        file_id = stored(self.store, content, **values).id
        put(self.store, self.vs, file_id)
        return file_id

    def read(self) -> None:
        if self.ingest._thread.ident is None:
            self.ingest.start()
        self.ingest.wake()
        assert self.ingest.wait([self.vs], 60)

    def file(self, file_id: str) -> VectorStoreFile:
        return self.store.vector_store_files.get(self.vs, file_id)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[_Bench]:
    monkeypatch.setattr(direct, "_GROUP", 8)
    monkeypatch.setattr(embedding, "_GROUP", 8)
    bench = _Bench(tmp_path)
    yield bench
    bench.ingest.close()
    bench.store.close()


def test_a_file_is_read_and_can_be_found(bench: _Bench) -> None:
    file_id = bench.add("Tea steeps three minutes. 茶泡三分钟。".encode(), filename="tea.txt")
    bench.read()

    file = bench.file(file_id)
    assert (file.status, file.chunk_count, file.attempts) == ("completed", 1, 1)
    [found] = bench.store.chunks.matching([bench.vs], '"三分"', 9)
    assert found.file_id == file_id


def test_progress_is_announced_in_order(bench: _Bench) -> None:
    bench.embedder = _Lengths()
    file_id = bench.add(PARAGRAPHS.encode())
    bench.read()

    told = [event for event in bench.events if isinstance(event, VectorStoreFileChanged)]
    count = bench.file(file_id).chunk_count
    assert count is not None
    assert [event.what for event in told] == ["in_progress"] * (len(told) - 1) + ["completed"]
    assert (told[0].done, told[0].total) == (0, 0)
    assert (told[-1].done, told[-1].total) == (count, count)
    assert isinstance(bench.events[-1], VectorStoreChanged)
    assert bench.events[-1].vector_store == bench.store.vector_stores.get(bench.vs)


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [(b"\x89PNG", "unsupported_file", "(OCR)"), (b" ", "invalid_file", "no text")],
)
def test_a_file_that_cannot_be_read_fails_alone(bench: _Bench, content: bytes, code: str, words: str) -> None:
    bad, good = bench.add(content), bench.add(b"good tea")
    bench.read()

    error = bench.file(bad).last_error
    assert error is not None
    assert (error.code, words in error.message) == (code, True)
    assert bench.file(good).status == "completed"


def test_a_lost_content_and_a_bug_are_errors_of_the_file(bench: _Bench, expected_log: Expected) -> None:
    lost, unlucky = bench.add(b"lost"), bench.add(b"secret words")
    bench.store.blobs.remove(bench.store.files.get(lost).sha256)

    def fail() -> None:
        raise ZeroDivisionError("secret words")

    bench.reader.instead = fail
    with expected_log("file_content_missing"), expected_log("ZeroDivisionError"):
        bench.read()

    for file_id in (lost, unlucky):
        error = bench.file(file_id).last_error
        assert error is not None
        assert (error.code, "secret" in error.message) == ("server_error", False)


def test_without_an_embedder_keywords_do_and_with_one_each_passage_is_embedded_once(
    bench: _Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest_module, "_REST_SECONDS", 0.01)
    bench.add(b"words only")
    bench.read()
    bench.embedder = _Lengths()
    file_id = bench.add(PARAGRAPHS.encode())
    bench.read()
    bench.reader.rested.clear()
    assert bench.reader.rested.wait(60)

    chunks = bench.store.chunks.list(bench.vs, file_id)
    assert sorted(bench.embedder.asked) == sorted(["words only", *(chunk.text for chunk in chunks)])
    assert bench.file(file_id).usage_bytes == sum(len(chunk.text.encode()) + 8 for chunk in chunks)
    assert [folder.name for folder in set(bench.vectors.saved)] == [bench.vs]


def test_a_change_of_the_embedder_makes_all_vectors_anew(bench: _Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest_module, "_REST_SECONDS", 0.01)
    bench.embedder = _Lengths()
    bench.add(PARAGRAPHS.encode())
    bench.add(b"another")
    bench.read()
    old, bench.embedder = bench.embedder, _Lengths()
    bench.embedder.id = "new"
    bench.reader.rested.clear()
    bench.ingest.wake()
    assert bench.reader.rested.wait(60)

    assert sorted(bench.embedder.asked) == sorted(old.asked)
    [found] = bench.indexes.search([bench.vs], "new", [[1.0, 0.0]], 1000)
    assert len(found) == len(old.asked)


@pytest.mark.parametrize(("code", "failed"), [("worker_died", True), ("worker_crash_loop", False)])
def test_a_reader_that_dies_over_a_file_costs_an_attempt_and_one_that_does_not_start_none(
    bench: _Bench, expected_log: Expected, monkeypatch: pytest.MonkeyPatch, code: str, failed: bool
) -> None:
    monkeypatch.setattr(ingest_module, "_PAUSE_SECONDS", 0.01)
    deaths = [1] * 5

    def die() -> None:
        if deaths:
            deaths.pop()
            raise WorkerFailed("died", code=code)

    bench.reader.instead = die
    file_id = bench.add(b"tea")
    with contextlib.nullcontext() if failed else expected_log("worker_crash_loop"):
        bench.read()

    assert bench.file(file_id).status == ("failed" if failed else "completed")
    assert len(deaths) == (2 if failed else 0)


def test_a_broken_embedder_leaves_a_file_that_is_found_by_keywords(bench: _Bench, expected_log: Expected) -> None:
    bench.embedder = _Lengths()
    bench.embedder.failure = WorkerFailed("died", code="worker_died")
    file_id = bench.add(b"tea")
    with expected_log("worker_died"):
        bench.read()

    assert bench.file(file_id).status == "completed"


def test_a_stop_is_not_the_files_fault_and_the_next_start_goes_on(bench: _Bench) -> None:
    bench.embedder = embedder = _Lengths()
    file_id = bench.add(PARAGRAPHS.encode())
    reached = threading.Event()
    threading.Thread(target=lambda: (reached.wait(60), bench.ingest.close())).start()
    embedder.before = lambda: (reached.set(), bench.ingest._cancel.wait(60)) if embedder.asked else None
    bench.ingest.start()
    bench.ingest._thread.join(60)

    stopped = bench.file(file_id)
    assert (stopped.status, stopped.attempts) == ("in_progress", 0)
    assert stopped.chunk_count is not None
    assert 0 < len(embedder.asked) < stopped.chunk_count

    embedder.before = lambda: None
    bench.restart()
    bench.read()
    assert embedder.asked == [chunk.text for chunk in bench.store.chunks.list(bench.vs, file_id)]


def test_a_crash_while_reading_starts_the_reading_again(bench: _Bench) -> None:
    file_id = bench.add(PARAGRAPHS.encode())
    job = bench.store.vector_store_files.next_job()
    assert job is not None
    job = bench.store.vector_store_files.begin(job)
    bench.store.chunks.add(job, _cut(bench, file_id)[:5], start=0)

    bench.read()

    file, chunks = bench.file(file_id), bench.store.chunks.list(bench.vs, file_id)
    assert (file.status, file.attempts, file.chunk_count) == ("completed", 1, len(chunks)), "it got further"
    assert len({chunk.text for chunk in chunks}) == len(chunks)
    assert file.usage_bytes == sum(len(chunk.text.encode()) for chunk in chunks)


def _cut(bench: _Bench, file_id: str) -> list[NewChunk]:
    """Return what the passages of a file should be."""
    file = bench.store.files.get(file_id)
    path = bench.store.blobs.path(file.sha256)
    return list(passages_of(path, file.filename, max_tokens=800, overlap=400)[1])


def test_a_file_that_brings_the_app_down_each_time_is_given_up(bench: _Bench) -> None:
    file_id = bench.add(b"evil")
    for _ in range(12):
        job = bench.store.vector_store_files.next_job()
        assert job is not None
        bench.store.vector_store_files.begin(job)
    bench.read()

    file = bench.file(file_id)
    assert file.last_error is not None
    assert (file.status, "again and again" in file.last_error.message) == ("failed", True)


@pytest.mark.parametrize("what", ["file", "place", "store", "cancel"])
def test_what_is_taken_away_while_it_is_read_is_left_alone(bench: _Bench, what: str) -> None:
    bench.embedder = embedder = _Lengths()
    batch = bench.store.file_batches.create(bench.vs)
    file_id = stored(bench.store, PARAGRAPHS.encode()).id
    put(bench.store, bench.vs, file_id, batch_id=batch.id)
    away = {
        "file": lambda: bench.store.files.delete(file_id),
        "place": lambda: bench.store.vector_store_files.delete(bench.vs, file_id),
        "store": lambda: bench.store.vector_stores.delete(bench.vs),
        "cancel": lambda: bench.store.vector_store_files.cancel_batch(batch.id),
    }[what]
    embedder.before = lambda: away() if not embedder.asked else None
    other = bench.store.vector_stores.create().id
    put(bench.store, other, stored(bench.store, b"next").id)

    bench.ingest.start()
    assert bench.ingest.wait([other], 60)

    assert bench.store.vector_stores.get(other).file_counts.completed == 1
    assert bench.store.chunks.matching([bench.vs], '"tea"', 9) == ()
    if what == "cancel":
        assert bench.file(file_id).status == "cancelled"


def test_a_full_disk_pauses_and_costs_no_attempt(
    bench: _Bench, expected_log: Expected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest_module, "_PAUSE_SECONDS", 0.01)
    add, calls = Chunks.add, []

    def full(self: Chunks, *args: object, **values: object) -> None:
        calls.append(1)
        if len(calls) < 6:
            raise Unavailable("full", code="disk_full")
        add(self, *args, **values)  # type: ignore[arg-type]

    monkeypatch.setattr(Chunks, "add", full)
    file_id = bench.add(b"tea")
    with expected_log("disk_full"):
        bench.read()

    assert (bench.file(file_id).status, bench.file(file_id).attempts) == ("completed", 1)


def test_waiting_ends_with_time_or_with_the_close(bench: _Bench) -> None:
    bench.add(b"nobody reads this")

    assert not bench.ingest.wait([bench.vs], 0.01)
    bench.ingest.close()
    assert not bench.ingest.wait([bench.vs])


def test_a_parser_that_does_not_end_is_left_behind(bench: _Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def stall() -> None:
        reached.set()
        go_on.wait(60)

    bench.reader.instead = stall
    monkeypatch.setattr(ingest_module, "_CLOSE_SECONDS", 0.01)
    file_id = bench.add(b"tea")
    bench.ingest.start()
    assert reached.wait(60)

    bench.ingest.close()
    go_on.set()
    bench.ingest._thread.join(60)

    assert (bench.file(file_id).status, bench.file(file_id).attempts) == ("in_progress", 1)
    assert bench.store.chunks.list(bench.vs, file_id) == ()


READER = """
import sys
from pathlib import Path
from engine.bus import Bus
from engine.retrieval import direct, embedding
from engine.retrieval.indexes import Indexes
from engine.retrieval.ingest import Ingest
from engine.retrieval.port import ModelLimits
from engine.retrieval.scripted import ScriptedVectors
from engine.store import Store

direct._GROUP = embedding._GROUP = 8

class Lengths:
    id = "lengths"
    def limits(self):
        return ModelLimits(dimensions=2, tokens=2000)
    def embed(self, texts, kind, cancel):
        return [[float(len(text)), 1.0] for text in texts]

folder = Path(sys.argv[1])
store, bus = Store(folder / "fireside.db", folder / "blobs"), Bus()
bus.subscribe(lambda event: print(type(event).__name__, flush=True))
indexes = Indexes(store, ScriptedVectors(), folder / "index")
ingest = Ingest(store, bus, direct.DirectReader(), indexes, Lengths)
ingest.start()
ingest._thread.join()
"""


def test_kill_9_at_any_moment_loses_and_doubles_nothing(bench: _Bench, tmp_path: Path) -> None:
    ids = [bench.add(f"{n} {PARAGRAPHS}".encode()) for n in range(2)]
    for lines in (1, 3, 9, 16):
        child = subprocess.Popen(
            [sys.executable, "-c", READER, str(tmp_path)], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
        )
        with child:
            assert child.stdout is not None
            for _ in range(lines):
                child.stdout.readline()
            child.kill()
        for job in [bench.store.vector_store_files.next_job()]:
            if job is not None:  # four deaths are ours, not the file's
                bench.store.vector_store_files.pause(job)
    bench.embedder = _Lengths()
    bench.read()

    for file_id in ids:
        file, chunks = bench.file(file_id), bench.store.chunks.list(bench.vs, file_id)
        assert (file.status, file.chunk_count) == ("completed", len(chunks))
        assert file.usage_bytes == sum(len(chunk.text.encode()) + 8 for chunk in chunks)
        assert [chunk.text for chunk in chunks] == [new.chunk.text for new in _cut(bench, file_id)]


def test_a_pause_stops_within_a_group_and_loses_nothing(bench: _Bench) -> None:
    embedder = bench.embedder = _Lengths()
    file_id = bench.add(PARAGRAPHS.encode())
    other = bench.store.vector_stores.create().id
    put(bench.store, other, stored(bench.store, b"next").id)

    def pause() -> None:
        if len(embedder.asked) == 8:
            bench.store.vector_stores.update(bench.vs, paused_at=1)
            bench.ingest.interrupt(bench.vs)

    embedder.before = pause
    bench.ingest.start()
    assert bench.ingest.wait([bench.vs, other], 60)
    paused = bench.file(file_id)
    assert (paused.status, paused.attempts) == ("in_progress", 0)
    assert bench.store.vector_stores.get(other).file_counts.completed == 1

    embedder.before = lambda: None
    bench.store.vector_stores.update(bench.vs, paused_at=None)
    bench.read()
    texts = [chunk.text for chunk in bench.store.chunks.list(bench.vs, file_id)]
    assert sorted(embedder.asked) == sorted([*texts, "next"])
