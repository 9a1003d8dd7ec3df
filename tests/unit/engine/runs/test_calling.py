"""Which tools a generation may call."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.runs.calling import Calling, plan
from engine.types import Run, RunStatus, RunStep

FUNCTION = {"type": "function", "function": {"name": "weather"}}


def run(**fields: Any) -> Run:
    given = {"tools": (FUNCTION,), **fields}
    return Run(id="r", created_at=1, thread_id="t", assistant_id="a", status=RunStatus.IN_PROGRESS, model="m", **given)


def step(*arguments: str) -> RunStep:
    calls = [
        {"id": f"c{i}", "type": "function", "function": {"name": "weather", "arguments": text, "output": "x"}}
        for i, text in enumerate(arguments)
    ]
    return RunStep(
        id="s",
        created_at=1,
        run_id="r",
        thread_id="t",
        assistant_id="a",
        type="tool_calls",
        status="completed",
        details={"type": "tool_calls", "tool_calls": calls},
    )


def test_without_functions_nothing_may_be_called() -> None:
    assert plan(run(tools=()), [], most_rounds=5) == Calling()


def test_the_run_decides() -> None:
    assert plan(run(tool_choice="none"), [], most_rounds=5).tool_choice == "none"
    assert plan(run(parallel_tool_calls=False), [], most_rounds=5).parallel is False


def test_a_demand_holds_for_the_first_generation_only() -> None:
    assert plan(run(tool_choice="required"), [], most_rounds=5).tool_choice == "required"
    assert plan(run(tool_choice="required"), [step("{}")], most_rounds=5).tool_choice == "auto"


def test_the_same_calls_twice_break_the_loop() -> None:
    assert plan(run(), [step("{}"), step("1")], most_rounds=5).broken is None
    repeated = plan(run(), [step("1", "2"), step("2", "1")], most_rounds=5)
    assert (repeated.tool_choice, repeated.broken) == ("none", "repeated_calls")


def test_too_many_rounds_break_the_loop() -> None:
    many = plan(run(), [step(str(i)) for i in range(5)], most_rounds=5)
    assert (many.tool_choice, many.broken) == ("none", "too_many_calls")


def test_repairs_are_bounded() -> None:
    def failing(text: str, output: str = "Error: no such column") -> RunStep:
        made = step(text)
        made.details["tool_calls"][0]["function"]["output"] = output
        return made

    failed = [failing(str(i)) for i in range(4)]
    assert plan(run(), failed[:3], most_rounds=9).broken is None
    broken = plan(run(), failed, most_rounds=9)
    assert (broken.tool_choice, broken.broken) == ("none", "too_many_errors")
    assert plan(run(), [*failed[:3], failing("x", "[(1,)]"), failed[3]], most_rounds=9).broken is None
    assert plan(run(), failed[:1], most_rounds=9, most_repairs=0).broken == "too_many_errors"


def test_code_that_was_not_allowed_is_not_asked_for_again() -> None:
    code = run(tools=({"type": "code_interpreter"},))
    call = {"id": "c", "type": "code_interpreter", "code_interpreter": {"input": "1", "status": "declined"}}
    declined = replace(step(), details={"type": "tool_calls", "tool_calls": [call]})

    assert plan(code, [], most_rounds=5).code
    assert not plan(code, [declined], most_rounds=5).code


def test_code_that_fails_again_and_again_is_given_up() -> None:
    def ran(code: str, status: str) -> RunStep:
        call = {"id": code, "type": "code_interpreter", "code_interpreter": {"input": code, "status": status}}
        return replace(step(), details={"type": "tool_calls", "tool_calls": [call]})

    wanted = run(tools=({"type": "code_interpreter"},))
    tries = [ran(str(number), status) for number, status in enumerate(("error", "timeout", "refused", "killed"))]
    assert plan(wanted, tries[:3], most_rounds=12).code
    assert plan(wanted, tries, most_rounds=12).broken == "too_many_errors"
    assert plan(wanted, [*tries, ran("5", "ok")], most_rounds=12).code
