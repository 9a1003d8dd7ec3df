"""From a question to what is searched for: split where it asks several things, rewritten where that pays."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from engine.errors import FiresideError
from engine.retrieval.folding import collapse, plain
from engine.retrieval.keyword import terms_of

log = logging.getLogger(__name__)

Ask = Callable[[str, str], str]
"""Has a language model answer: instructions and text in, its answer out. May raise FiresideError."""

When = Literal["never", "auto", "always"]

MAX_QUERIES = 4
_MAX_QUERY = 300
_MAX_EARLIER = 6
_MAX_EARLIER_TEXT = 600
_MAX_ANSWER = 4000
_LONG = 40  # words of a question: more than that hides what it asks

# Words that stand for something said before; without it they find nothing.
_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|theirs|this|that|these|those|he|she|him|her|his|hers|there|the same|what about|"
    r"how about|the (?:first|second|last|other|former|latter) one|and (?:in|for|the))\b"
    r"|[它他她]们?|[这那](?:个|些|里|样|种|家|位|两|次|门|款)?|上述|前者|后者|上面|刚才|其中|呢[？?]?$",
    re.IGNORECASE,
)
# Where a question goes on to ask something else.
_SEVERAL = re.compile(
    r"[?？；;]\s*(?=\S)|\s*,?\s+and\s+(?=(?:what|how|who|when|where|why|which|is|are|does|do|can)\b)"
    r"|[，,]\s*(?:还有|另外|以及|并且|同时)|(?:以及|还有)(?=.{2,20}(?:什么|多少|怎么|如何|哪|几|吗))",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"\b(?:compare|difference between|versus|vs\.?|better than|both)\b|比较|对比|区别|不同|相比|和.{1,20}哪个",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """What is searched for, the question itself among it, and how it came about."""

    queries: tuple[str, ...]
    how: Literal["asked", "split", "model"]


def pays(question: str, earlier: Sequence[str] = ()) -> bool:
    """Return whether a model's rewriting is likely to find more than the words as they stand.

    It costs a generation, which takes seconds on a small machine. It pays when the question points back at what was
    said before, compares things, or is very long; a question that stands alone is best searched for as it is.
    """
    text = plain(question)
    if earlier and _POINTS_BACK.search(text) is not None:
        return True
    return bool(_COMPARES.search(text)) or len(terms_of(text)) > _LONG


def split(question: str) -> tuple[str, ...]:
    """Return the parts of a question that asks several things, or the question alone; costs nothing."""
    text = collapse(plain(question))
    parts = [part.strip(" ,，;；?？") for part in _SEVERAL.split(text)]
    # A part that says nothing of its own, or points back, is lost without the rest.
    whole = [part for part in parts if len(terms_of(part)) >= 2 and _POINTS_BACK.search(part) is None]
    return tuple(whole[:MAX_QUERIES]) if len(whole) == len(parts) > 1 else (text,)


def rewrite(question: str, earlier: Sequence[str] = (), *, ask: Ask | None = None, when: When = "auto") -> Rewritten:
    """Return what to search for; `earlier` are the messages before the question, the oldest first.

    Without a model, or when it fails or says nothing of use, the question is only split.
    """
    parts = split(question)
    if ask is not None and (when == "always" or (when == "auto" and pays(question, earlier))):
        try:
            untrusted = ask(_instructions(), _told(question, earlier))
        except FiresideError as error:
            log.info("a question could not be rewritten: %s", error.code)
        else:
            if found := _queries(untrusted):
                return Rewritten(queries=_unique((*found, *parts)), how="model")
    own = collapse(plain(question))
    if len(parts) > 1:
        return Rewritten(queries=_unique((own, *parts)), how="split")
    return Rewritten(queries=(own,), how="asked")


@cache
def _instructions() -> str:
    return files("resources").joinpath("prompts/search_queries.txt").read_text("utf-8").strip()


def _told(question: str, earlier: Sequence[str]) -> str:
    lines = [collapse(text)[:_MAX_EARLIER_TEXT] for text in earlier[-_MAX_EARLIER:]]
    conversation = "Conversation:\n" + "\n".join(f"- {line}" for line in lines if line) + "\n\n" if lines else ""
    return f"{conversation}Question: {collapse(question)}"


def _queries(untrusted: str) -> tuple[str, ...]:
    """Return the queries in a model's answer; a list of lines will do as well as JSON."""
    text = untrusted[:_MAX_ANSWER]
    start, stop = text.find("["), text.rfind("]")
    found: list[str] = []
    if 0 <= start < stop:
        try:
            value = json.loads(text[start : stop + 1])
        except (ValueError, RecursionError):
            value = None
        found = [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []
    if not found and "[" not in text and "{" not in text:
        found = [re.sub(r"^\s*(?:[-*•]|\d+[.)、])\s*", "", line).strip("\"' ") for line in text.splitlines()]
    cleaned = (collapse(plain(entry)) for entry in found)
    return tuple(entry for entry in cleaned if entry and len(entry) <= _MAX_QUERY and terms_of(entry))[:MAX_QUERIES]


def _unique(queries: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(queries))[: MAX_QUERIES + 1]
