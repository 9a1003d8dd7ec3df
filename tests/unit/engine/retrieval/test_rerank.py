"""What the retrieval process says of passages is checked; with a real cross-encoder it is tried in tests/contracts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.errors import Unavailable, WorkerFailed
from engine.retrieval.rerank import RerankClient
from engine.types import JsonObject


def _client(scores: object) -> RerankClient:
    class Fake:
        def call(self, op: str, args: JsonObject, *, urgent: bool = False) -> JsonObject:
            assert (op, urgent) == ("rerank", True)
            return {"scores": scores}

    anything: Any = Fake()
    return RerankClient(anything)


def test_scores_are_from_0_to_1(tmp_path: Path) -> None:
    assert _client([0.5, 1.2, -1.0]).rerank(tmp_path, "q", ["a", "b", "c"]) == [0.5, 1.0, 0.0]


@pytest.mark.parametrize("scores", [None, [], [0.1, 0.2], ["0.5"], [float("nan")], [None]])
def test_senseless_scores_are_an_error(tmp_path: Path, scores: object) -> None:
    with pytest.raises(WorkerFailed):
        _client(scores).rerank(tmp_path, "q", ["a"])


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="Models page"):
        _client([]).rerank(tmp_path / "none", "q", [])
