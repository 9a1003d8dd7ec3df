"""The built-in suite that tells how well a model calls functions: cases, verdicts and the card they add up to; pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from engine.inference.callsyntax import Call
from engine.tools.arguments import BadArguments, parse
from engine.types import JsonObject, ModelCard

Verdict = Literal["right", "wrong function", "wrong arguments", "invalid", "missing call", "needless call", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One conversation, the functions on offer and the calls that are right: for each argument the accepted values."""

    id: str
    kind: str
    language: str
    tools: tuple[JsonObject, ...]
    messages: tuple[JsonObject, ...]
    calls: tuple[JsonObject, ...]


@cache
def suite() -> tuple[Case, ...]:
    """Return the built-in cases, always in the same order."""
    return cases(json.loads(files("resources").joinpath("grading/suite.json").read_text("utf-8")))


def cases(data: JsonObject) -> tuple[Case, ...]:
    """Return the cases of a suite file: `tools`, and `cases` that name them."""
    bank = {tool["function"]["name"]: tool for tool in data["tools"]}
    return tuple(
        Case(
            id=case["id"],
            kind=case["kind"],
            language=case["language"],
            tools=tuple(bank[name] for name in case["tools"]),
            messages=tuple(case["messages"]),
            calls=tuple(case["calls"]),
        )
        for case in data["cases"]
    )


def judge(case: Case, calls: Sequence[Call]) -> Verdict:
    """Compare what a model called with what is right; the order of calls does not matter."""
    schemas = {tool["function"]["name"]: tool["function"].get("parameters") or {} for tool in case.tools}
    made: list[tuple[str, JsonObject]] = []
    for call in calls:
        try:
            made.append((call.name, parse(call.arguments, schemas[call.name])))
        except (BadArguments, KeyError):
            return "invalid"
    if len(made) > len(case.calls):
        return "needless call"
    if len(made) < len(case.calls):
        return "missing call"
    if sorted(name for name, _ in made) != sorted(call["name"] for call in case.calls):
        return "wrong function"
    return "right" if _match(list(case.calls), made) else "wrong arguments"


def card(model_id: str, verdicts: Mapping[str, Verdict], *, now: int, of: Sequence[Case] | None = None) -> ModelCard:
    """Return what the verdicts add up to; `parallel` and `chinese`: more than half of those cases are right."""
    graded = of if of is not None else suite()

    def mostly(chosen: Sequence[Case]) -> bool:
        return 2 * sum(verdicts.get(case.id) == "right" for case in chosen) > len(chosen)

    return ModelCard(
        id=model_id,
        created_at=now,
        passed=sum(verdicts.get(case.id) == "right" for case in graded),
        total=len(graded),
        parallel=mostly([case for case in graded if case.kind == "parallel"]),
        chinese=mostly([case for case in graded if case.language == "zh"]),
        results=dict(verdicts),
    )


def _match(wanted: list[JsonObject], made: list[tuple[str, JsonObject]]) -> bool:
    """Return whether calls can be paired off; few enough to try all."""
    if not wanted:
        return True
    first, rest = wanted[0], wanted[1:]
    return any(
        name == first["name"]
        and _fits(first["arguments"], arguments)
        and _match(rest, made[:index] + made[index + 1 :])
        for index, (name, arguments) in enumerate(made)
    )


def _fits(accepted: JsonObject, arguments: JsonObject) -> bool:
    """Return whether each named argument has one of its accepted values; arguments not named may be anything."""
    return all(key in arguments and any(_same(v, arguments[key]) for v in values) for key, values in accepted.items())


def _same(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, str) and isinstance(found, str):
        wanted, found = _folded(wanted), _folded(found)
        if len(wanted) > 2 and wanted.startswith("*") and wanted.endswith("*"):
            return wanted[1:-1] in found
        return bool(wanted == found)
    if isinstance(wanted, dict) and isinstance(found, dict):
        return all(key in found and _same(value, found[key]) for key, value in wanted.items())
    if isinstance(wanted, list) and isinstance(found, list):
        return len(wanted) == len(found) and all(_same(w, f) for w, f in zip(wanted, found, strict=True))
    return bool(wanted == found) and isinstance(wanted, bool) == isinstance(found, bool)


def _folded(text: str) -> str:
    return " ".join(text.casefold().strip(" .").split())
