"""One answer's way from free text into a grammar and out of it."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np

from engine.inference.formats import FALLBACK
from engine.inference.guide import Guide
from engine.inference.triggers import Demand, Triggers

TOOLS = ({"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}},)


class Script:
    """Rules that want exactly these tokens; a token is a character's number."""

    def __init__(self, wanted: str) -> None:
        self.left = list(map(ord, wanted))

    @property
    def done(self) -> bool:
        return not self.left

    def forced(self) -> list[int]:
        return self.left[:1]

    def apply(self, logits: np.ndarray) -> None:
        logits[: self.left[0]] = logits[self.left[0] + 1 :] = -np.inf

    def accept(self, token: int) -> bool:
        return bool(self.left) and self.left.pop(0) == token


def guide(wanted: str, **demand: object) -> tuple[Guide, list[str]]:
    started: list[str] = []

    def start(grammar: str) -> Script:
        started.append(grammar)
        return Script(wanted)

    def tokenize(text: str) -> Sequence[int]:
        return list(map(ord, text))

    triggers = Triggers(Demand(tools=TOOLS, **demand), FALLBACK, json.dumps)  # type: ignore[arg-type]
    return Guide(triggers, start, tokenize), started


def write(steered: Guide, text: str) -> None:
    for character in text:
        assert not steered.finished
        steered.take(ord(character), character.encode())


def test_free_then_held_then_finished() -> None:
    steered, started = guide("\nxy")
    write(steered, "Hello <tool_call>")
    assert len(started) == 1
    assert steered.constrained
    assert steered.forced() == [ord("\n")]
    logits = np.zeros(200, dtype=np.float32)
    steered.mask(logits)
    assert list(np.flatnonzero(np.isfinite(logits))) == [ord("\n")]
    write(steered, "\nxy")
    assert steered.finished


def test_free_text_needs_nothing() -> None:
    steered, started = guide("x")
    write(steered, "Just words.")
    assert not started
    assert not steered.constrained
    assert steered.forced() == []


def test_required_holds_from_the_first_token() -> None:
    steered, started = guide("ab", tool_choice="required")
    assert steered.constrained
    write(steered, "ab")
    assert steered.finished
    assert len(started) == 1


def test_after_a_plain_call_another_may_follow_but_no_invented_result() -> None:
    steered, started = guide("{}}")
    head = '{"name": "look", "arguments":'
    write(steered, "```json\n" + head)
    assert steered.constrained
    write(steered, "{}}")
    assert not steered.finished
    write(steered, "\n```\n```json\n" + head)
    assert len(started) == 2
    write(steered, "{}}\n```\n")
    steered.take(ord("T"), b"T")
    assert steered.finished


def test_text_written_past_the_marker_counts() -> None:
    steered, _ = guide("\nx")
    steered.take(0, b"<tool_call>\n")
    assert steered.forced() == [ord("x")]


def test_a_form_already_broken_is_left_free() -> None:
    steered, _ = guide("\nx")
    steered.take(0, b"<tool_call>oops")
    assert not steered.constrained
    assert not steered.finished
