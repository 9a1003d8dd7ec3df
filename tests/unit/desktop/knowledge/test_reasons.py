"""Every sentence with which a file is refused is known to the window."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from desktop.knowledge.reasons import reason

_RETRIEVAL = Path(__file__).resolve().parents[4] / "engine" / "retrieval"


def _sentences() -> list[str]:
    """Return the beginnings of what is raised as Unreadable or Unsupported."""
    found = []
    for path in _RETRIEVAL.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") in ("Unreadable", "Unsupported")
                and node.args
            ):
                found += [text for text in _texts(node.args[0]) if text]
    return found


def _texts(node: ast.expr) -> list[str]:
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            return [text]
        case ast.IfExp(body=body, orelse=otherwise):
            return [*_texts(body), *_texts(otherwise)]
        case _:
            return []


@pytest.mark.parametrize("sentence", sorted(set(_sentences())))
def test_a_refusal_is_said_in_the_users_language(sentence: str) -> None:
    assert "{message}" not in reason(sentence).source


def test_another_sentence_is_quoted() -> None:
    assert reason("Odd.").values == {"message": "Odd."}
