"""What the reading process says is checked, and its failures are told apart by whose fault they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.cancel import CancelToken
from engine.errors import FiresideError, WorkerFailed
from engine.retrieval.problems import Unreadable, Unsupported
from engine.retrieval.reading import ReaderClient, Reading
from engine.store.chunks import NewChunk
from engine.types import Chunk, JsonObject

CHUNK = {
    **{"text": "Tea", "tokens": 1, "page": 2, "last_page": 3, "line": None, "last_line": None, "heading": ["A"]},
    **{"start": 0, "stop": 3, "page_starts": [2]},
}
PASSAGE = {"chunk": CHUNK, "words": "tea", "heading_words": "a"}


class FakeSupervisor:
    """Gives events and an answer, or fails."""

    def __init__(self, *events: JsonObject, answer: JsonObject | None = None, failure: Exception | None = None) -> None:
        self._events, self._answer, self._failure = events, answer, failure
        self.stopped = 0

    def worker(self, kind: str) -> FakeSupervisor:
        assert kind == "reader"
        return self

    def stream(self, op: str, args: JsonObject, *, on_event: Callable[[JsonObject], None], **_: Any) -> JsonObject:
        for event in self._events:
            on_event(event)
        if self._failure is not None:
            raise self._failure
        return self._answer or {"count": 1, "pages": None, "notes": []}

    def stop(self) -> None:
        self.stopped += 1


def _read(supervisor: FakeSupervisor) -> tuple[Reading, list[NewChunk], list[tuple[int, int]]]:
    passages: list[NewChunk] = []
    pages: list[tuple[int, int]] = []
    anything: Any = supervisor
    reading = ReaderClient(anything).read(
        Path("x"),
        "x.pdf",
        max_tokens=100,
        overlap=0,
        on_passages=lambda new, total: passages.extend(new),
        on_pages=lambda done, total: pages.append((done, total)),
        cancel=CancelToken(),
    )
    return reading, passages, pages


def test_passages_pages_and_notes_come_through() -> None:
    supervisor = FakeSupervisor(
        {"pages": [1, 2]}, {"passages": [PASSAGE], "total": 1}, answer={"count": 1, "pages": 2, "notes": ["n"]}
    )

    reading, [passage], pages = _read(supervisor)
    assert passage == NewChunk(
        Chunk(text="Tea", tokens=1, page=2, last_page=3, heading=("A",), start=0, stop=3, page_starts=(2,)), "tea", "a"
    )
    assert (reading, pages) == (Reading(count=1, pages=2, notes=("n",)), [(1, 2)])


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"pages": [1]},
        {"pages": ["1", 2]},
        {"passages": "x", "total": 1},
        {"passages": [{}], "total": 1},
        {"passages": [{**PASSAGE, "words": 5}], "total": 1},
        {"passages": [{**PASSAGE, "chunk": {**CHUNK, "page": "2"}}], "total": 1},
        {"passages": [{**PASSAGE, "chunk": {**CHUNK, "more": 1}}], "total": 1},
        {"passages": [PASSAGE], "total": -1},
    ],
)
def test_nonsense_is_an_error(event: JsonObject) -> None:
    with pytest.raises(WorkerFailed) as caught:
        _read(FakeSupervisor(event))
    assert caught.value.code == "worker_protocol"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("invalid_file", Unreadable),
        ("unsupported_file", Unsupported),
        ("worker_hung", Unreadable),
        ("worker_died", WorkerFailed),
    ],
)
def test_whose_fault_it_is(code: str, kind: type[FiresideError]) -> None:
    with pytest.raises(kind) as caught:
        _read(FakeSupervisor(failure=WorkerFailed("words", code=code)))
    assert type(caught.value) is kind


def test_rest_ends_the_process() -> None:
    supervisor: Any = FakeSupervisor()
    ReaderClient(supervisor).rest()

    assert supervisor.stopped == 1
