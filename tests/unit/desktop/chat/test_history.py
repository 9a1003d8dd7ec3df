"""Work stands where it was done: before what was said after it, after what was said before it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from desktop.chat.history import Working, thought_id, woven
from engine.events import RunChanged, StepChanged, StepDelta, ThoughtDelta
from engine.service.history import Done
from engine.types import Message, Run, RunStatus, RunStep, TextPart


def _message(name: str, at: int, run: str | None = None) -> Message:
    role: Any = "assistant" if run else "user"
    return Message(id=name, created_at=at, thread_id="t", role=role, content=(TextPart(text=name),), run_id=run)


def _run(name: str, at: int, *steps: RunStep) -> Done:
    run = Run(id=name, created_at=at, thread_id="t", assistant_id="a", status=RunStatus.COMPLETED, model="m")
    return Done(run=run, steps=steps)


def _step(name: str, run: str, *, says: str = "", status: Any = "completed") -> RunStep:
    function = {"id": f"call_{name}", "type": "function", "function": {"name": "f", "arguments": "{}", "output": "1"}}
    details: dict[str, Any] = {"tool_calls": [function]}
    if says:
        details = {"message_creation": {"message_id": says}}
    kind: Any = "message_creation" if says else "tool_calls"
    return RunStep(
        id=name, created_at=0, run_id=run, thread_id="t", assistant_id="a", type=kind, status=status, details=details
    )


def _ids(messages: list[Message], done: list[Done]) -> list[str]:
    return [turn.id for turn in woven(messages, done, lambda _id: None)]


def test_work_stands_before_the_message_it_was_done_for() -> None:
    steps = (_step("s1", "r"), _step("m", "r", says="m1"), _step("s2", "r"), _step("n", "r", says="m2"))

    assert _ids(
        [_message("u", 1), _message("m1", 2, "r"), _message("m2", 3, "r")], [_run("r", 1, *steps)]
    ) == ["u", "s1", "m1", "s2", "m2"]  # fmt: skip


def test_work_after_the_last_word_stands_after_it() -> None:
    steps = (_step("m", "r", says="m1"), _step("s", "r"))

    assert _ids([_message("u", 1), _message("m1", 2, "r")], [_run("r", 1, *steps)]) == ["u", "m1", "s"]


def test_a_run_that_said_nothing_stands_after_its_question() -> None:
    silent = _run("r", 5, _step("s", "r"))
    messages = [_message("u1", 5), _message("u2", 9)]

    assert _ids(messages, [silent]) == ["u1", "s", "u2"]
    assert _ids([_message("u2", 9)], [silent]) == ["u2"]


def test_work_for_a_message_of_another_page_is_left_out() -> None:
    steps = (_step("s1", "r"), _step("m", "r", says="m1"), _step("s2", "r"), _step("n", "r", says="m2"))

    assert _ids([_message("m2", 3, "r")], [_run("r", 1, *steps)]) == ["s2", "m2"]


def test_a_step_at_work_is_followed_until_it_ends() -> None:
    working = Working()
    step = _step("s", "r", status="in_progress")
    working.take([StepChanged(thread_id="t", run_id="r", what="created", step=step)])
    assert working.turn("s", lambda _id: None) is None

    code = {"index": 0, "id": "c", "type": "code_interpreter", "code_interpreter": {"input": "1", "outputs": []}}
    working.take([StepDelta(thread_id="t", run_id="r", step_id="s", tool_calls=(code,))])
    turn = working.turn("s", lambda _id: None)
    assert turn is not None
    assert (turn.state, turn.calls[0].given) == ("writing", "1")
    assert working.of_thread("t") == ("s",)

    working.take([StepChanged(thread_id="t", run_id="r", what="completed", step=step)])
    assert working.turn("s", lambda _id: None) is None
    assert working.of_thread("t") == ()


def test_thoughts_stand_before_what_they_led_to() -> None:
    trace = {
        "reasoning": ["Which tool?", "Now I know."],
        "thoughts": [{"before_step": 0, "seconds": 3.2}, {"before_step": 1, "seconds": 0.5}],
    }
    done = _run("r", 1, _step("s", "r"), _step("m", "r", says="m1"))
    done = replace(done, run=replace(done.run, trace=trace))

    work, answer = woven([_message("m1", 2, "r")], [done], lambda _id: None)

    assert [(call.kind, call.given) for call in work.calls] == [("thought", "Which tool?"), ("function", "{}")]
    assert [(call.given, call.seconds) for call in answer.calls] == [("Now I know.", 0.5)]


def test_thoughts_are_followed_while_they_come_and_end_with_what_follows() -> None:
    working, run = Working(), _run("r", 1).run
    run = replace(run, status=RunStatus.IN_PROGRESS)
    working.take([RunChanged(thread_id="t", run_id="r", what="in_progress", run=run)])
    assert working.thoughts("r", lambda _id: None) is None
    for text, seconds in (("Hm, ", 0.0), ("which?", 1.5)):
        working.take([ThoughtDelta(thread_id="t", run_id="r", number=0, text=text, seconds=seconds)])
    turn = working.thoughts("r", lambda _id: None)
    assert turn is not None
    assert (turn.id, turn.state) == (thought_id("r", 0), "writing")
    assert (turn.calls[0].given, turn.calls[0].seconds, turn.calls[0].state) == ("Hm, which?", 1.5, "working")
    assert working.thinking(run.thread_id) == ("r",)

    working.take([StepChanged(thread_id="t", run_id="r", what="created", step=_step("s", "r"))])
    turn = working.thoughts("r", lambda _id: None)
    assert turn is not None
    assert turn.calls[0].state == "done"
    assert working.thinking(run.thread_id) == ()
    working.take([ThoughtDelta(thread_id="t", run_id="r", number=1, text="So.", seconds=0.2)])
    turn = working.thoughts("r", lambda _id: None)
    assert turn is not None
    assert (turn.id, turn.calls[0].given) == (thought_id("r", 1), "So.")

    done = replace(run, status=RunStatus.COMPLETED)
    working.take([RunChanged(thread_id="t", run_id="r", what="completed", run=done)])
    assert working.thoughts("r", lambda _id: None) is None
