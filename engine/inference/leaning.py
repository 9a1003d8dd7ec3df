"""A question that a model answers with yes or no, and what its first token says of how sure it is; pure."""

from __future__ import annotations

from collections.abc import Sequence

from engine.inference.port import ChatMessage, ChatRequest, Sampling
from engine.types import JsonObject

_SEEN = 20  # alternatives of the first token that are looked at


def asked(question: str) -> ChatRequest:
    """Return what a model is asked for: one token, with its likeliest alternatives."""
    sampling = Sampling(temperature=0.0, max_tokens=1, logprobs=_SEEN)
    return ChatRequest(messages=(ChatMessage(role="user", content=question),), sampling=sampling)


def read(untrusted_tokens: Sequence[JsonObject]) -> float:
    """Return how much likelier "yes" is than "no", from the log probabilities of the first token.

    A word that is not among the alternatives counts like the last of them; 0 where neither is.
    """
    if not untrusted_tokens:
        return 0.0
    said: dict[str, float] = {}
    for alternative in untrusted_tokens[0].get("top_logprobs", ()):
        word = str(alternative["token"]).strip().casefold()
        said[word] = max(float(alternative["logprob"]), said.get(word, float("-inf")))
    if not {"yes", "no"} & said.keys():
        return 0.0
    least = min(said.values())
    return said.get("yes", least) - said.get("no", least)
