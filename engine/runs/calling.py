"""Which tools a generation may call, and when a loop of calls is broken; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from engine.types import JsonObject, Run, RunStep

LoopReason = Literal["repeated_calls", "too_many_calls"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calling:
    """What the backend is asked for; `broken` says why calls are no longer allowed though the run has tools."""

    tools: tuple[JsonObject, ...] = ()
    tool_choice: JsonObject | str = "auto"
    parallel: bool = True
    broken: LoopReason | None = None


def plan(run: Run, steps: Sequence[RunStep], *, most_rounds: int) -> Calling:
    """Decide for the next generation of a run that has made these steps.

    A choice that demands a call holds for the first generation only: else the run could never end. After the same
    calls with the same arguments twice in a row, or after `most_rounds` rounds, the model has to answer in words.
    """
    tools = tuple(tool for tool in run.tools if tool["type"] == "function")
    if not tools:
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
    return Calling(
        tools=tools, tool_choice="none" if broken else choice, parallel=run.parallel_tool_calls, broken=broken
    )


def _asked(step: RunStep) -> list[tuple[str, str]]:
    calls = step.details.get("tool_calls", ())
    return sorted(
        (call["function"]["name"], call["function"]["arguments"]) for call in calls if call["type"] == "function"
    )
