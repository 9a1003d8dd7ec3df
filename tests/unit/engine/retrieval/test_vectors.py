"""What the retrieval process says of vectors is checked; that it finds the right ones is shown in tests/contracts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.errors import WorkerFailed
from engine.retrieval.port import IndexPlace
from engine.retrieval.vectors import VectorClient
from engine.types import JsonObject

INDEX = IndexPlace(folder=Path("x"), embedder="e", dimensions=2)
STATE = {"places": [1], "count": 1, "waiting": 0}


class FakeSession:
    """Gives one answer to everything; `asked` records what for."""

    def __init__(self, answer: JsonObject) -> None:
        self._answer = answer
        self.asked: list[tuple[str, JsonObject]] = []

    def call(self, op: str, args: JsonObject, *, urgent: bool = False) -> JsonObject:
        self.asked.append((op, args))
        return self._answer


def _client(answer: JsonObject) -> VectorClient:
    anything: Any = FakeSession(answer)
    return VectorClient(anything)


@pytest.mark.parametrize(
    "answer",
    [{}, {**STATE, "places": 1}, {**STATE, "places": ["1"]}, {**STATE, "count": -1}, {**STATE, "waiting": None}],
)
def test_a_senseless_state_is_an_error(answer: JsonObject) -> None:
    with pytest.raises(WorkerFailed):
        _client(answer).state(INDEX)


@pytest.mark.parametrize(
    "hits",
    [None, [], [[], []], [[[1]]], [[[1, "0.5"]]], [[["1", 0.5]]], [[[-1, 0.5]]], [[[1, float("nan")]]], ["x"]],
)
def test_senseless_hits_are_an_error(hits: object) -> None:
    with pytest.raises(WorkerFailed):
        _client({"hits": hits}).search([(INDEX, None)], [[1.0, 0.0]], 3)


def test_hits_come_as_pairs() -> None:
    assert _client({"hits": [[[7, 0.5]]]}).search([(INDEX, [1])], [[1.0, 0.0]], 3) == [[(7, 0.5)]]


def test_files_are_taken_out_once_and_vectors_sent_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.retrieval.vectors._AT_ONCE", 16)
    session: Any = FakeSession(STATE)
    VectorClient(session).change(INDEX, forget=[5], add=[(n, bytes(8)) for n in range(5)])

    assert [args["forget"] for _, args in session.asked] == [[5], [], []]
    assert [len(args["rows"]) for _, args in session.asked] == [24, 24, 12]


@pytest.mark.parametrize("answer", [{}, {"bytes": -1}, {"bytes": "9"}])
def test_a_senseless_size_is_an_error(answer: JsonObject) -> None:
    with pytest.raises(WorkerFailed):
        _client(answer).save(INDEX)
    with pytest.raises(WorkerFailed):
        _client(answer).grow(INDEX)
