"""What two recipes of an assistant differ in, as lines a person reads; knows no Qt."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass
from typing import Literal

from desktop.words import QT_TRANSLATE_NOOP, Words
from engine.recipes import Recipe

Sign = Literal["+", "-", " "]
_AROUND = 2  # unchanged lines shown about a change

FIELDS: dict[str, Words] = {
    "name": QT_TRANSLATE_NOOP("Difference", "Name"),
    "look": QT_TRANSLATE_NOOP("Difference", "Picture and colour"),
    "description": QT_TRANSLATE_NOOP("Difference", "In one sentence"),
    "instructions": QT_TRANSLATE_NOOP("Difference", "Instructions"),
    "starters": QT_TRANSLATE_NOOP("Difference", "Conversation starters"),
    "model": QT_TRANSLATE_NOOP("Difference", "Model"),
    "temperature": QT_TRANSLATE_NOOP("Difference", "Temperature"),
    "top_p": QT_TRANSLATE_NOOP("Difference", "Top-p"),
    "response_format": QT_TRANSLATE_NOOP("Difference", "Form of the answer"),
    "tools": QT_TRANSLATE_NOOP("Difference", "Tools and functions"),
    "bindings": QT_TRANSLATE_NOOP("Difference", "What answers functions"),
    "files": QT_TRANSLATE_NOOP("Difference", "Files and knowledge"),
    "other": QT_TRANSLATE_NOOP("Difference", "Other"),
}


@dataclass(frozen=True, slots=True)
class Different:
    """One field with its changed lines."""

    field: str
    lines: tuple[tuple[Sign, str], ...]


def differences(old: Recipe, new: Recipe) -> tuple[Different, ...]:
    """Return the fields that differ, in the order of the form."""
    before, after = _texts(old), _texts(new)
    return tuple(
        Different(field, _lines(before[field], after[field])) for field in FIELDS if before[field] != after[field]
    )


def _texts(recipe: Recipe) -> dict[str, str]:
    metadata = recipe.metadata
    starters = [metadata[key] for key in sorted(metadata) if key.startswith("starter_")]
    ours = ("avatar", "glyph")
    other = {k: v for k, v in metadata.items() if k not in ours and not k.startswith("starter_")}
    return {
        "name": recipe.name or "",
        "look": " ".join(filter(None, (metadata.get(key) for key in ours))),
        "description": recipe.description or "",
        "instructions": recipe.instructions or "",
        "starters": "\n".join(starters),
        "model": recipe.model,
        "temperature": _number(recipe.temperature),
        "top_p": _number(recipe.top_p),
        "response_format": _json(recipe.response_format) if recipe.response_format else "",
        "tools": "\n".join(_json(tool) for tool in recipe.tools),
        "bindings": "\n".join(
            f"{b.name}: {b.kind}, {b.approval}\n" + "\n".join(str(value) for value in b.config.values())
            for b in recipe.bindings
        ),
        "files": _json(recipe.tool_resources) if recipe.tool_resources else "",
        "other": _json([other, recipe.reasoning_effort]) if other or recipe.reasoning_effort else "",
    }


def _lines(old: str, new: str) -> tuple[tuple[Sign, str], ...]:
    found: list[tuple[Sign, str]] = []
    before, after = (text.split("\n") if text else [] for text in (old, new))
    for line in difflib.unified_diff(before, after, lineterm="", n=_AROUND):
        if line.startswith(("---", "+++", "@@")):
            continue
        sign: Sign = "+" if line[0] == "+" else "-" if line[0] == "-" else " "
        found.append((sign, line[1:]))
    return tuple(found)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
