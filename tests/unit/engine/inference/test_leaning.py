"""What the first token says of yes and no."""

from __future__ import annotations

import pytest

from engine.inference import leaning
from engine.types import JsonObject


def token(**alternatives: float) -> JsonObject:
    return {"token": "x", "top_logprobs": [{"token": word, "logprob": value} for word, value in alternatives.items()]}


def test_one_token_is_asked_for_and_what_else_it_might_have_been() -> None:
    request = leaning.asked("Is it?")

    assert [(message.role, message.content) for message in request.messages] == [("user", "Is it?")]
    assert (request.sampling.max_tokens, request.sampling.temperature) == (1, 0.0)
    assert request.sampling.logprobs


@pytest.mark.parametrize(
    ("tokens", "found"),
    [
        ([token(yes=-0.5, no=-1.5)], 1.0),
        ([token(Yes=-2.0, no=-1.0, yes=-1.5)], -0.5),
        ([token(**{" No": -0.1, "Maybe": -4.1})], -4.0),
        ([token(Well=-0.1)], 0.0),
        ([], 0.0),
    ],
)
def test_the_likelier_spelling_counts(tokens: list[JsonObject], found: float) -> None:
    assert leaning.read(tokens) == pytest.approx(found)
