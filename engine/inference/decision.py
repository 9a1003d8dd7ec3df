"""How likely a model finds it to call a function rather than to answer in words; pure but for the model it asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Scorer(Protocol):
    """A model that has read a prompt."""

    def logits(self) -> NDArray[np.float32]:
        """Return the logits of the next token; shape: vocabulary."""

    def follow(self, tokens: Sequence[int]) -> list[float]:
        """Return the log-probability of each token but the first, after what was read; nothing stays read."""


def log_probabilities(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return log-softmax; same shape."""
    values = logits.astype(np.float64)
    top = values.max()
    shifted: NDArray[np.float64] = values - (top + np.log(np.exp(values - top).sum()))
    return shifted


def advantage(model: Scorer, names: Sequence[str], *, none: str, tokenize: Callable[[str], list[int]]) -> float:
    """Return how much likelier the best of `names` is than `none` as the next words, as a difference of logarithms.

    A name's first token bounds its likelihood, so names are looked at from the likeliest beginning on, and no further
    than they can be the best.
    """
    first = log_probabilities(model.logits())
    best = -np.inf
    for tokens in sorted((tokenize(name) for name in names), key=lambda tokens: -first[tokens[0]]):
        if first[tokens[0]] <= best:
            break
        best = max(best, _likelihood(model, tokens, float(first[tokens[0]])))
    nothing = tokenize(none)
    return float(best) - _likelihood(model, nothing, float(first[nothing[0]]))


def _likelihood(model: Scorer, tokens: list[int], start: float) -> float:
    return start + sum(model.follow(tokens)) if len(tokens) > 1 else start
