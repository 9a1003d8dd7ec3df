"""Every error the engine and the models can raise has words and, where there is one, a next step."""

from __future__ import annotations

import re
from pathlib import Path

import engine.errors
import models.errors
from desktop.errors import CODES, STEPS, explain

ROOT = Path(__file__).resolve().parents[3]
# Codes for programs that talk to the API, and for nouns the window has no page for yet: their own sentence is shown.
WITHOUT_A_PAGE = {
    *("unknown_parameter", "invalid_json", "invalid_type", "invalid_value", "file_not_found", "model_not_found"),
    *("array_above_max_length", "unknown_token", "vector_store_not_found", "checksum_mismatch", "upload_not_pending"),
    *("upload_size_mismatch", "upload_too_large", "bad_executor", "nothing_to_approve", "not_asked", "name_taken"),
    *("bad_tool_server", "too_many_tool_servers", "nothing_to_answer", "waits_for_person"),
}


def _raised() -> set[str]:
    """Return the codes written in the sources the window calls."""
    found: set[str] = set()
    for folder in ("engine/service", "engine/store", "engine/inference", "engine/workers", "engine/runs", "models"):
        for path in (ROOT / folder).rglob("*.py"):
            found |= set(re.findall(r'\bcode="([a-z_]+)"', path.read_text("utf-8")))
    return found


def test_every_class_of_error_has_words() -> None:
    classes = [*vars(engine.errors).values(), *vars(models.errors).values()]
    codes = {kind.code for kind in classes if isinstance(kind, type) and issubclass(kind, Exception)}

    assert codes - CODES == set()


def test_every_code_in_the_sources_has_words() -> None:
    assert _raised() - CODES - WITHOUT_A_PAGE == set()


def test_every_step_has_a_button() -> None:
    assert {explain(code).step for code in CODES} - {None} <= set(STEPS)


def test_the_engines_sentence_stands_in_for_a_code_not_known() -> None:
    known = explain("worker_died", "The process ended.")
    unknown = explain("brand_new", "Something new happened.")

    assert known.detail == "The process ended."
    assert known.step == "retry"
    assert unknown.text.source.format(**unknown.text.values) == "Something new happened."
    assert explain("brand_new").text.source == "Something went wrong."


def test_words_are_sentences() -> None:
    wrong = [explain(code).text.source for code in CODES if not explain(code).text.source.endswith(".")]

    assert wrong == []
