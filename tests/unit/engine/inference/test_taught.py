"""What counts as knowing a template's calls."""

from __future__ import annotations

import dataclasses

import pytest

from engine.inference.formats import FALLBACK
from engine.inference.taught import beginning, thinks

KNOWN = dataclasses.replace(FALLBACK, described=True, written=True)


def test_a_call_begins_with_the_marker_or_with_what_stands_before_the_name() -> None:
    assert beginning(KNOWN) == "<tool_call>"
    assert beginning(dataclasses.replace(KNOWN, marker="", before='\n{"name": "')) == '{"name": "'


@pytest.mark.parametrize("lacking", [{"described": False}, {"written": False}])
def test_a_template_without_functions_or_calls_teaches_none(lacking: dict[str, bool]) -> None:
    assert beginning(dataclasses.replace(KNOWN, **lacking)) == ""  # type: ignore[arg-type]


def test_thinking_first_is_known_from_the_prompt_or_the_first_word() -> None:
    assert thinks("<|im_start|>assistant\n<think>\n", "Okay")
    assert thinks("<|im_start|>assistant\n", "<think>")
    assert not thinks("<|im_start|>assistant\n", "The")
