"""The decision between a call and words: likelihoods compared as they are, and no more of them than needed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.inference.decision import advantage, log_probabilities

TOKENS = {"none": [0], "clock": [1, 2], "map": [3, 2], "post": [4, 2, 2]}


class Model:
    """Knows how likely each first token is; every following one costs `rest`."""

    def __init__(self, first: Sequence[float], rest: float) -> None:
        self.first, self.rest, self.followed = first, rest, 0

    def logits(self) -> NDArray[np.float32]:
        return np.log(np.asarray(self.first, dtype=np.float32))

    def follow(self, tokens: Sequence[int]) -> list[float]:
        self.followed += 1
        return [self.rest] * (len(tokens) - 1)


def _advantage(model: Model, *names: str) -> float:
    return advantage(model, names, none="none", tokenize=TOKENS.__getitem__)


def test_log_probabilities_add_up_to_one() -> None:
    found = log_probabilities(np.asarray([1000.0, 1000.0, -np.inf], dtype=np.float32))

    assert np.exp(found).sum() == pytest.approx(1.0)
    assert found[0] == pytest.approx(np.log(0.5))


def test_the_best_name_is_set_against_none() -> None:
    model = Model([0.5, 0.2, 0.05, 0.2, 0.05], rest=-1.0)

    assert _advantage(model, "clock") == pytest.approx(np.log(0.2) - 1.0 - np.log(0.5), abs=1e-5)
    assert _advantage(model, "post", "clock") == pytest.approx(np.log(0.2) - 1.0 - np.log(0.5), abs=1e-5)


def test_names_that_cannot_be_best_are_not_looked_at() -> None:
    model = Model([0.1, 0.8, 0.05, 0.04, 0.01], rest=-0.1)

    _advantage(model, "clock", "map", "post")

    assert model.followed == 1
