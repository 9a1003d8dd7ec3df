"""Which tools a generation may call, and when a loop of calls is broken; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from engine.inference.results import failed
from engine.runs.machine import CallKind
from engine.tools.base import DECLINED
from engine.types import JsonObject, Run, RunStep

LoopReason = Literal["repeated_calls", "too_many_calls", "too_many_errors"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calling:
    """What the backend is asked for; `broken` says why calls are no longer allowed though the run has tools."""

    tools: tuple[JsonObject, ...] = ()
    tool_choice: JsonObject | str = "auto"
    parallel: bool = True
    broken: LoopReason | None = None
    kinds: Mapping[str, CallKind] = field(default_factory=dict)  # name -> who answers, where it is not the client
    code: bool = False  # a fence of Python is run


def plan(
    run: Run,
    steps: Sequence[RunStep],
    *,
    most_rounds: int,
    most_repairs: int = 3,
    own: Mapping[str, JsonObject] | None = None,
) -> Calling:
    """Decide for the next generation of a run that has made these steps.

    A choice that demands a call holds for the first generation only: else the run could never end. After the same
    calls with the same arguments twice in a row, after `most_rounds` rounds, or when `most_repairs` attempts after a
    failed round have failed too, the model has to answer in words.
    Code that a person did not allow is not run again in the same run, or they would be asked for ever.
    `own`: the functions that stand for Fireside's own tools, by kind.
    """
    own = own or {}
    tools = (*own.values(), *(tool for tool in run.tools if tool["type"] == "function"))
    kinds: dict[str, CallKind] = {"code_interpreter": "code_interpreter"}
    kinds |= {described["function"]["name"]: kind for kind, described in own.items()}
    code = any(tool["type"] == "code_interpreter" for tool in run.tools) and run.tool_choice != "none"
    if not tools and not code:
        return Calling()
    rounds = [_asked(step) for step in steps if step.type == "tool_calls"]
    choice = run.tool_choice
    if rounds and choice not in ("auto", "none"):
        choice = "auto"
    broken: LoopReason | None = None
    if len(rounds) >= most_rounds:
        broken = "too_many_calls"
    elif len(rounds) >= 2 and rounds[-1] == rounds[-2]:
        broken = "repeated_calls"
    elif _failed(steps) > most_repairs:
        broken = "too_many_errors"
    return Calling(
        tools=tools,
        tool_choice="none" if broken else choice,
        parallel=run.parallel_tool_calls,
        broken=broken,
        kinds=kinds,
        code=code and not broken and not _declined(steps),
    )


def _failed(steps: Sequence[RunStep]) -> int:
    """Return how many rounds at the end brought nothing but errors."""
    rounds = [step for step in steps if step.type == "tool_calls"]
    failures = (all(_is_error(call) for call in step.details.get("tool_calls", ())) for step in reversed(rounds))
    return next((count for count, failed in enumerate(failures) if not failed), len(rounds))


def _is_error(call: JsonObject) -> bool:
    if call["type"] == "code_interpreter":
        return bool(call["code_interpreter"].get("status", "ok") != "ok")
    return call["type"] == "function" and failed(str(call["function"].get("output") or ""))


def _declined(steps: Sequence[RunStep]) -> bool:
    calls = (call for step in steps for call in step.details.get("tool_calls", ()))
    return any(call.get("code_interpreter", {}).get("status") == DECLINED for call in calls)


def _asked(step: RunStep) -> list[tuple[str, str]]:
    return sorted(_made(call) for call in step.details.get("tool_calls", ()))


def _made(call: JsonObject) -> tuple[str, str]:
    own = call[call["type"]]
    if call["type"] == "function":
        return own["name"], own["arguments"]
    return call["type"], own.get("input") or own.get("query") or ""
