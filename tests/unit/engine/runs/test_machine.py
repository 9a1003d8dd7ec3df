"""Runs as scripts: events in, expected commands out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.runs.machine import (
    AppendText,
    AskClient,
    Begin,
    CallGrew,
    CallOpened,
    CallTool,
    CancelRequested,
    Command,
    CompleteMessage,
    CompleteStep,
    CreateMessage,
    CreateStep,
    DeadlinePassed,
    Event,
    ExtendCall,
    ExtendOutput,
    Finish,
    FlushPart,
    Generate,
    GenerationEnded,
    GenerationFailed,
    Limits,
    Loading,
    MarkRun,
    OpenCall,
    OutputsSubmitted,
    PromptTooLong,
    Reading,
    RunMachine,
    ShowProgress,
    StopGenerating,
    StoreCalls,
    StoreOutputs,
    TextDelta,
    ToolCall,
    ToolFinished,
    ToolSaid,
)
from engine.types import FunctionCall, LastError, RunStatus, Usage

LIMITS = Limits(answer_tokens=500, run_seconds=100, tool_wait_seconds=60)
USAGE = Usage(prompt_tokens=10, completion_tokens=5, cached_tokens=2)
ERROR = LastError(code="server_error", message="The inference process died.")
WEATHER = ToolCall(id="call_1", kind="function", name="weather", arguments='{"city": "Bonn"}')
TIME = ToolCall(id="call_2", kind="function", name="time", arguments="{}")
SEARCH = ToolCall(id="call_3", kind="file_search", name="file_search", arguments='{"query": "rent"}')
CODE = ToolCall(id="call_4", kind="code_interpreter", name="python", arguments="1+1")

STARTED: list[Command] = [
    MarkRun(status=RunStatus.IN_PROGRESS, now=5, expires_at=105),
    Generate(max_tokens=500),
]
OPENED: list[Command] = [
    ShowProgress(phase="writing"),
    CreateStep(type="message_creation"),
    CreateMessage(),
]


def calls(*made: ToolCall) -> list[Event]:
    """The events of a model that writes these calls."""
    return [
        event
        for call in made
        for event in (CallOpened(call=replace(call, arguments=""), now=8), CallGrew(text=call.arguments))
    ]


def announced(*made: ToolCall) -> list[Command]:
    return [
        command
        for index, call in enumerate(made)
        for command in (
            OpenCall(index=index, call=replace(call, arguments="")),
            ExtendCall(index=index, kind=call.kind, text=call.arguments),
        )
    ]


def asked(call: ToolCall) -> FunctionCall:
    return FunctionCall(id=call.id, name=call.name, arguments=call.arguments)


def ended(finish: str = "stop", now: int = 9) -> GenerationEnded:
    return GenerationEnded(finish=finish, usage=USAGE, now=now)  # type: ignore[arg-type]


def play(machine: RunMachine, *events: Event) -> list[Command]:
    """Feed events and return the commands of the last one."""
    commands: list[Command] = []
    for event in events:
        commands = machine.handle(event)
    return commands


def begun(limits: Limits = LIMITS) -> RunMachine:
    machine = RunMachine(limits)
    machine.handle(Begin(now=5))
    return machine


def writing() -> RunMachine:
    machine = begun()
    machine.handle(TextDelta(text="Hel", clock=1.0))
    return machine


def asking(*made: ToolCall, limits: Limits = LIMITS) -> RunMachine:
    machine = begun(limits)
    play(machine, *calls(*(made or (WEATHER,))), ended())
    return machine


class TestText:
    def test_begin_marks_the_run_and_lets_the_model_write(self) -> None:
        assert RunMachine(LIMITS).handle(Begin(now=5)) == STARTED

    def test_waiting_is_shown(self) -> None:
        machine = begun()
        assert machine.handle(Loading(percent=40)) == [ShowProgress(phase="loading", done=40, total=100)]
        assert machine.handle(Reading(done=3, total=9)) == [ShowProgress(phase="reading", done=3, total=9)]

    def test_the_first_text_opens_step_and_message(self) -> None:
        assert begun().handle(TextDelta(text="Hel", clock=1.0)) == [*OPENED, AppendText(text="Hel")]

    def test_an_empty_delta_opens_nothing(self) -> None:
        assert begun().handle(TextDelta(text="", clock=1.0)) == []

    def test_text_is_stored_once_a_second(self) -> None:
        machine = writing()
        assert machine.handle(TextDelta(text="lo", clock=1.9)) == [AppendText(text="lo")]
        assert machine.handle(TextDelta(text=" you", clock=2.0)) == [AppendText(text=" you"), FlushPart()]
        assert machine.handle(TextDelta(text=",", clock=2.9)) == [AppendText(text=",")]
        assert machine.handle(TextDelta(text=" there", clock=3.1)) == [AppendText(text=" there"), FlushPart()]

    def test_the_end_closes_message_step_and_run(self) -> None:
        machine = writing()
        assert machine.handle(ended()) == [
            CompleteMessage(now=9),
            CompleteStep(status="completed", now=9, usage=USAGE),
            Finish(status=RunStatus.COMPLETED, now=9, usage=USAGE),
        ]
        assert machine.done

    def test_a_silent_model_leaves_an_empty_message(self) -> None:
        assert begun().handle(ended()) == [
            CreateStep(type="message_creation"),
            CreateMessage(),
            CompleteMessage(now=9),
            CompleteStep(status="completed", now=9, usage=USAGE),
            Finish(status=RunStatus.COMPLETED, now=9, usage=USAGE),
        ]


class TestLimits:
    def test_the_token_limit_makes_the_run_incomplete(self) -> None:
        assert writing().handle(ended("length")) == [
            CompleteMessage(now=9, reason="max_tokens"),
            CompleteStep(status="completed", now=9, usage=USAGE),
            Finish(status=RunStatus.INCOMPLETE, now=9, usage=USAGE, reason="max_completion_tokens"),
        ]

    def test_calls_cut_off_by_the_limit_are_not_carried_out(self) -> None:
        machine = begun()
        commands = play(machine, *calls(WEATHER), ended("length"))
        assert commands[0] == StoreCalls(calls=(WEATHER,))
        assert isinstance(commands[1], CompleteStep)
        assert commands[1].status == "failed"
        assert commands[-1] == Finish(status=RunStatus.INCOMPLETE, now=9, usage=USAGE, reason="max_completion_tokens")
        assert not any(isinstance(command, CallTool | AskClient) for command in commands)

    def test_the_callers_limits_bound_the_first_generation(self) -> None:
        limits = Limits(answer_tokens=500, max_completion_tokens=300, max_prompt_tokens=1000, run_seconds=100)
        assert RunMachine(limits).handle(Begin(now=5))[1] == Generate(max_tokens=300, max_prompt_tokens=1000)

    def test_limits_are_summed_over_the_run(self) -> None:
        limits = Limits(answer_tokens=500, max_completion_tokens=300, max_prompt_tokens=1000, run_seconds=100)
        machine = asking(limits=limits)
        commands = play(machine, OutputsSubmitted(outputs=(("call_1", "rain"),), now=11), Begin(now=12))
        assert commands[1] == Generate(max_tokens=295, max_prompt_tokens=990)

    @pytest.mark.parametrize(
        ("limits", "reason"),
        [
            (Limits(answer_tokens=500, max_completion_tokens=5, run_seconds=100), "max_completion_tokens"),
            (Limits(answer_tokens=500, max_prompt_tokens=10, run_seconds=100), "max_prompt_tokens"),
        ],
    )
    def test_a_used_up_limit_ends_the_run_before_another_generation(self, limits: Limits, reason: str) -> None:
        machine = asking(limits=limits)
        commands = play(machine, OutputsSubmitted(outputs=(("call_1", "rain"),), now=11), Begin(now=12))
        assert commands == [
            MarkRun(status=RunStatus.IN_PROGRESS, now=12, expires_at=112),
            Finish(status=RunStatus.INCOMPLETE, now=12, usage=USAGE, reason=reason),  # type: ignore[arg-type]
        ]

    def test_a_prompt_over_the_callers_limit_is_incomplete(self) -> None:
        assert begun().handle(PromptTooLong(limit="max_prompt_tokens", message="x", now=6)) == [
            Finish(status=RunStatus.INCOMPLETE, now=6, usage=Usage(), reason="max_prompt_tokens")
        ]

    def test_a_prompt_over_the_context_fails_with_a_sentence(self) -> None:
        error = LastError(code="invalid_prompt", message="Too long.")
        assert begun().handle(PromptTooLong(limit="context", message="Too long.", now=6)) == [
            Finish(status=RunStatus.FAILED, now=6, usage=Usage(), error=error)
        ]

    def test_a_prompt_cannot_be_too_long_once_it_is_being_answered(self) -> None:
        assert writing().handle(PromptTooLong(limit="context", message="x", now=6)) == []

    def test_a_cancelled_run_stays_cancelled_when_its_prompt_is_too_long(self) -> None:
        machine = begun()
        commands = play(machine, CancelRequested(now=6), PromptTooLong(limit="context", message="x", now=7))
        assert commands == [Finish(status=RunStatus.CANCELLED, now=7, usage=Usage())]


class TestFailure:
    def test_partial_text_is_kept(self) -> None:
        assert writing().handle(GenerationFailed(error=ERROR, now=8)) == [
            CompleteMessage(now=8, reason="run_failed"),
            CompleteStep(status="failed", now=8, error=ERROR),
            Finish(status=RunStatus.FAILED, now=8, usage=Usage(), error=ERROR),
        ]

    def test_nothing_is_opened_for_a_failure_before_any_text(self) -> None:
        assert begun().handle(GenerationFailed(error=ERROR, now=8)) == [
            Finish(status=RunStatus.FAILED, now=8, usage=Usage(), error=ERROR)
        ]

    def test_a_model_that_dies_while_being_stopped_was_stopped(self) -> None:
        machine = writing()
        commands = play(machine, CancelRequested(now=7), GenerationFailed(error=ERROR, now=8))
        assert commands == [
            CompleteMessage(now=8, reason="run_cancelled"),
            CompleteStep(status="cancelled", now=8),
            Finish(status=RunStatus.CANCELLED, now=8, usage=Usage()),
        ]


class TestCancel:
    def test_a_queued_run_ends_at_once(self) -> None:
        assert RunMachine(LIMITS).handle(CancelRequested(now=3)) == [
            MarkRun(status=RunStatus.CANCELLING, now=3),
            Finish(status=RunStatus.CANCELLED, now=3, usage=Usage()),
        ]

    def test_a_working_run_stops_the_model_first(self) -> None:
        machine = writing()
        assert machine.handle(CancelRequested(now=7)) == [
            MarkRun(status=RunStatus.CANCELLING, now=7),
            StopGenerating(),
        ]
        assert machine.handle(TextDelta(text="late", clock=9.0)) == []
        assert machine.handle(CancelRequested(now=8)) == []
        assert machine.handle(DeadlinePassed(now=8)) == []
        assert machine.handle(ended("cancelled")) == [
            CompleteMessage(now=9, reason="run_cancelled"),
            CompleteStep(status="cancelled", now=9, usage=USAGE),
            Finish(status=RunStatus.CANCELLED, now=9, usage=USAGE),
        ]

    def test_an_answer_that_ended_meanwhile_is_cancelled_all_the_same(self) -> None:
        machine = writing()
        assert play(machine, CancelRequested(now=7), ended("stop"))[-1] == Finish(
            status=RunStatus.CANCELLED, now=9, usage=USAGE
        )

    def test_a_run_that_waits_for_its_client_ends_at_once(self) -> None:
        assert asking().handle(CancelRequested(now=20)) == [
            MarkRun(status=RunStatus.CANCELLING, now=20),
            CompleteStep(status="cancelled", now=20),
            Finish(status=RunStatus.CANCELLED, now=20, usage=USAGE),
        ]

    def test_tools_at_work_are_waited_for(self) -> None:
        machine = asking(SEARCH, CODE)
        assert machine.handle(CancelRequested(now=20))[-1] == StopGenerating()
        assert machine.handle(ToolFinished(call_id="call_3", output="found", now=21)) == [
            StoreOutputs(outputs=(("call_3", "found"),))
        ]
        assert machine.handle(ToolFinished(call_id="call_4", output="2", now=22)) == [
            StoreOutputs(outputs=(("call_4", "2"),)),
            CompleteStep(status="cancelled", now=22),
            Finish(status=RunStatus.CANCELLED, now=22, usage=USAGE),
        ]

    def test_a_model_stopped_by_others_counts_as_cancelled(self) -> None:
        assert writing().handle(ended("cancelled"))[-1] == Finish(status=RunStatus.CANCELLED, now=9, usage=USAGE)


class TestDeadline:
    def test_the_model_is_stopped_and_its_text_kept(self) -> None:
        machine = writing()
        assert machine.handle(DeadlinePassed(now=105)) == [StopGenerating()]
        assert machine.handle(CancelRequested(now=106)) == []
        assert machine.handle(ended("cancelled", now=107)) == [
            CompleteMessage(now=107, reason="run_expired"),
            CompleteStep(status="expired", now=107, usage=USAGE),
            Finish(status=RunStatus.EXPIRED, now=107, usage=USAGE),
        ]

    def test_a_client_that_does_not_answer_lets_the_run_expire(self) -> None:
        assert asking().handle(DeadlinePassed(now=69)) == [
            CompleteStep(status="expired", now=69),
            Finish(status=RunStatus.EXPIRED, now=69, usage=USAGE),
        ]

    def test_a_queued_run_may_expire(self) -> None:
        assert RunMachine(LIMITS).handle(DeadlinePassed(now=9)) == [
            Finish(status=RunStatus.EXPIRED, now=9, usage=Usage())
        ]


class TestCalls:
    def test_functions_are_asked_of_the_client(self) -> None:
        machine = begun()
        written = [command for event in calls(WEATHER, TIME) for command in machine.handle(event)]
        assert written == [CreateStep(type="tool_calls"), *announced(WEATHER, TIME)]
        assert machine.handle(ended()) == [
            StoreCalls(calls=(WEATHER, TIME)),
            AskClient(calls=(asked(WEATHER), asked(TIME)), now=9, expires_at=69),
        ]
        assert machine.unanswered == {"call_1", "call_2"}

    def test_text_before_the_calls_is_a_message_of_its_own(self) -> None:
        machine = writing()
        assert [command for event in calls(WEATHER) for command in machine.handle(event)] == [
            CompleteMessage(now=8),
            CompleteStep(status="completed", now=8),
            CreateStep(type="tool_calls"),
            *announced(WEATHER),
        ]

    def test_words_after_the_calls_are_not_kept(self) -> None:
        machine = begun()
        assert play(machine, *calls(WEATHER), TextDelta(text="It rains.", clock=1.0)) == []

    def test_arguments_without_a_call_say_nothing(self) -> None:
        assert begun().handle(CallGrew(text="{}")) == []

    def test_a_cancel_keeps_what_was_written_of_a_call(self) -> None:
        machine = begun()
        play(machine, *calls(WEATHER), CancelRequested(now=9))
        assert machine.handle(ended("cancelled")) == [
            StoreCalls(calls=(WEATHER,)),
            CompleteStep(status="cancelled", now=9, usage=USAGE),
            Finish(status=RunStatus.CANCELLED, now=9, usage=USAGE),
        ]

    def test_outputs_close_the_step_and_queue_the_run_again(self) -> None:
        machine = asking()
        assert machine.handle(OutputsSubmitted(outputs=(("call_1", "rain"),), now=11)) == [
            StoreOutputs(outputs=(("call_1", "rain"),)),
            CompleteStep(status="completed", now=11, usage=USAGE),
            MarkRun(status=RunStatus.QUEUED, now=11),
        ]
        assert machine.handle(Begin(now=12)) == [
            MarkRun(status=RunStatus.IN_PROGRESS, now=12, expires_at=112),
            Generate(max_tokens=500),
        ]
        assert play(machine, TextDelta(text="Rain.", clock=1.0), ended(now=15))[-1] == Finish(
            status=RunStatus.COMPLETED, now=15, usage=USAGE + USAGE
        )

    def test_outputs_must_be_those_asked_for(self) -> None:
        machine = asking(WEATHER, TIME)
        assert machine.handle(OutputsSubmitted(outputs=(("call_1", "rain"),), now=11)) == []
        assert machine.handle(OutputsSubmitted(outputs=(("call_1", "a"), ("call_9", "b")), now=11)) == []
        assert machine.unanswered == {"call_1", "call_2"}

    def test_own_tools_are_called_and_the_model_goes_on(self) -> None:
        machine = begun()
        assert play(machine, *calls(SEARCH, CODE), ended()) == [
            StoreCalls(calls=(SEARCH, CODE)),
            CallTool(call=SEARCH),
            CallTool(call=CODE),
        ]
        assert machine.handle(ToolFinished(call_id="call_3", output="found", now=11)) == [
            StoreOutputs(outputs=(("call_3", "found"),))
        ]
        assert machine.handle(ToolFinished(call_id="call_3", output="again", now=11)) == []
        assert machine.handle(ToolFinished(call_id="call_4", output="2", now=12)) == [
            StoreOutputs(outputs=(("call_4", "2"),)),
            CompleteStep(status="completed", now=12, usage=USAGE),
            Generate(max_tokens=500),
        ]

    def test_what_code_prints_is_announced_while_it_runs(self) -> None:
        machine = begun()
        said = ToolSaid(call_id="call_4", text="1")
        assert machine.handle(said) == []
        play(machine, *calls(SEARCH, CODE), ended())
        assert machine.handle(said) == [ExtendOutput(index=1, text="1")]
        machine.handle(ToolFinished(call_id="call_4", output="1", now=12))
        assert machine.handle(said) == []
        machine = asking(SEARCH, CODE)
        machine.handle(CancelRequested(now=20))
        assert machine.handle(said) == []

    def test_own_tools_come_before_the_clients(self) -> None:
        machine = begun()
        play(machine, *calls(SEARCH, WEATHER), ended())
        assert machine.handle(ToolFinished(call_id="call_1", output="not mine", now=10)) == []
        assert machine.handle(ToolFinished(call_id="call_3", output="found", now=11)) == [
            StoreOutputs(outputs=(("call_3", "found"),)),
            AskClient(calls=(asked(WEATHER),), now=11, expires_at=71),
        ]
        assert machine.handle(OutputsSubmitted(outputs=(("call_1", "rain"),), now=12))[0] == StoreOutputs(
            outputs=(("call_1", "rain"),)
        )

    def test_a_tool_that_breaks_ends_the_run(self) -> None:
        assert asking(SEARCH).handle(GenerationFailed(error=ERROR, now=12)) == [
            CompleteStep(status="failed", now=12, error=ERROR),
            Finish(status=RunStatus.FAILED, now=12, usage=USAGE, error=ERROR),
        ]

    def test_a_stored_run_can_be_taken_up_again(self) -> None:
        machine = RunMachine.waiting(LIMITS, (asked(WEATHER),), USAGE)
        assert machine.unanswered == {"call_1"}
        commands = machine.handle(OutputsSubmitted(outputs=(("call_1", "rain"),), now=11))
        assert commands[1] == CompleteStep(status="completed", now=11)
        play(machine, Begin(now=12))
        assert machine.handle(ended())[-1] == Finish(status=RunStatus.COMPLETED, now=9, usage=USAGE + USAGE)


def held(*made: ToolCall) -> RunMachine:
    """A machine whose code waits for a person's leave."""
    machine = begun()
    play(machine, *calls(*made), replace(ended(), ask_first=frozenset({"code_interpreter"})))
    return machine


class TestLeave:
    def test_code_waits_for_a_person_as_functions_wait_for_a_client(self) -> None:
        machine = begun()
        commands = play(machine, *calls(CODE), replace(ended(), ask_first=frozenset({"code_interpreter"})))
        waiting = FunctionCall(id="call_4", name="python", arguments="1+1", kind="code_interpreter")
        assert commands == [StoreCalls(calls=(CODE,)), AskClient(calls=(waiting,), now=9, expires_at=69)]
        assert (machine.unanswered, machine.undecided) == (frozenset(), {"call_4"})

    @pytest.mark.parametrize("allowed", [True, False])
    def test_what_was_decided_is_done_when_the_turn_comes(self, allowed: bool) -> None:
        machine = held(CODE)
        said = OutputsSubmitted(outputs=(), decided=(("call_4", allowed),), now=11)
        assert machine.handle(said) == [MarkRun(status=RunStatus.QUEUED, now=11)]
        assert machine.handle(Begin(now=12)) == [
            MarkRun(status=RunStatus.IN_PROGRESS, now=12, expires_at=112),
            CallTool(call=CODE, declined=not allowed),
        ]
        assert machine.handle(ToolFinished(call_id="call_4", output="2", now=13)) == [
            StoreOutputs(outputs=(("call_4", "2"),)),
            CompleteStep(status="completed", now=13, usage=USAGE),
            Generate(max_tokens=500),
        ]

    def test_other_tools_do_not_wait_and_all_is_asked_at_once(self) -> None:
        machine = held(SEARCH, CODE, WEATHER)
        assert machine.handle(ToolFinished(call_id="call_4", output="not allowed yet", now=10)) == []
        [_stored, ask] = machine.handle(ToolFinished(call_id="call_3", output="found", now=11))
        assert isinstance(ask, AskClient)
        assert [call.id for call in ask.calls] == ["call_4", "call_1"]
        assert machine.handle(OutputsSubmitted(outputs=(("call_1", "rain"),), now=12)) == []
        assert machine.handle(OutputsSubmitted(outputs=(("call_4", "2"), ("call_1", "rain")), now=12)) == []
        both = OutputsSubmitted(outputs=(("call_1", "rain"),), decided=(("call_4", True),), now=12)
        assert machine.handle(both) == [
            StoreOutputs(outputs=(("call_1", "rain"),)),
            MarkRun(status=RunStatus.QUEUED, now=12),
        ]

    def test_a_cancel_closes_the_step_wherever_the_run_waits(self) -> None:
        for events in ([], [OutputsSubmitted(outputs=(), decided=(("call_4", True),), now=11)]):
            machine = held(CODE)
            assert play(machine, *events, CancelRequested(now=20)) == [
                MarkRun(status=RunStatus.CANCELLING, now=20),
                CompleteStep(status="cancelled", now=20),
                Finish(status=RunStatus.CANCELLED, now=20, usage=USAGE),
            ]

    def test_nobody_answers_and_the_run_expires(self) -> None:
        assert held(CODE).handle(DeadlinePassed(now=69)) == [
            CompleteStep(status="expired", now=69),
            Finish(status=RunStatus.EXPIRED, now=69, usage=USAGE),
        ]

    def test_a_stored_run_still_waits_for_its_person(self) -> None:
        waiting = FunctionCall(id="call_4", name="python", arguments="1+1", kind="code_interpreter")
        machine = RunMachine.waiting(LIMITS, (waiting,), USAGE)
        assert machine.undecided == {"call_4"}
        play(machine, OutputsSubmitted(outputs=(), decided=(("call_4", True),), now=11))
        assert machine.handle(Begin(now=12))[-1] == CallTool(call=CODE)


class TestOutOfPlace:
    @pytest.mark.parametrize(
        "event",
        [
            Begin(now=6),
            ToolFinished(call_id="call_3", output="x", now=6),
            OutputsSubmitted(outputs=(), now=6),
        ],
    )
    def test_events_that_do_not_fit_do_nothing(self, event: Event) -> None:
        assert begun().handle(event) == []

    @pytest.mark.parametrize("event", [TextDelta(text="x", clock=1.0), Reading(done=1, total=2), ended()])
    def test_a_queued_run_hears_nothing_of_the_model(self, event: Event) -> None:
        assert RunMachine(LIMITS).handle(event) == []

    def test_nothing_follows_the_end(self) -> None:
        machine = writing()
        machine.handle(ended())
        for event in (Begin(now=1), CancelRequested(now=2), DeadlinePassed(now=3), ended()):
            assert machine.handle(event) == []


CALLS = st.sampled_from([WEATHER, TIME, SEARCH, CODE])
EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.just(Begin(now=1)),
    st.just(Loading(percent=1)),
    st.just(Reading(done=1, total=2)),
    st.builds(TextDelta, text=st.sampled_from(["", "a", "b"]), clock=st.floats(0, 100)),
    st.builds(CallOpened, call=CALLS.map(lambda call: replace(call, arguments="")), now=st.just(2)),
    st.builds(CallGrew, text=st.sampled_from(["", "{}"])),
    st.builds(
        GenerationEnded,
        finish=st.sampled_from(["stop", "length", "cancelled"]),
        usage=st.just(USAGE),
        now=st.just(2),
        ask_first=st.sampled_from([frozenset(), frozenset({"code_interpreter"})]),
    ),
    st.just(GenerationFailed(error=ERROR, now=3)),
    st.builds(
        PromptTooLong, limit=st.sampled_from(["context", "max_prompt_tokens"]), message=st.just("x"), now=st.just(4)
    ),
    st.builds(ToolFinished, call_id=CALLS.map(lambda call: call.id), output=st.just("x"), now=st.just(5)),
    st.builds(
        OutputsSubmitted,
        outputs=st.lists(CALLS.map(lambda call: (call.id, "x")), max_size=3, unique=True).map(tuple),
        decided=st.sampled_from([(), ((CODE.id, True),), ((CODE.id, False),)]),
        now=st.just(6),
    ),
    st.just(CancelRequested(now=7)),
    st.just(DeadlinePassed(now=8)),
)
BOUNDS = st.builds(
    Limits,
    answer_tokens=st.just(100),
    max_completion_tokens=st.sampled_from([None, 5, 12]),
    max_prompt_tokens=st.sampled_from([None, 10, 25]),
)


def check_order(commands: list[Command]) -> None:
    """What is open is closed once and in order, and nothing follows the end."""
    message = step = finished = False
    for command in commands:
        assert not finished, f"{command} after the end"
        match command:
            case CreateStep():
                assert not step
                step = True
            case CreateMessage():
                assert step
                assert not message
                message = True
            case AppendText() | FlushPart():
                assert message
            case CompleteMessage():
                assert message
                message = False
            case CompleteStep():
                assert step
                assert not message
                step = False
            case AskClient() | CallTool() | StoreOutputs() | OpenCall() | ExtendCall() | StoreCalls():
                assert step
                assert not message
            case Generate():
                assert not step
            case Finish(status=status):
                assert status.terminal
                assert not step
                assert not message
                finished = True
            case _:
                pass


@settings(max_examples=300, deadline=None)
@example(
    limits=Limits(answer_tokens=100),
    events=[
        Begin(now=1),
        CallOpened(call=ToolCall(id="call_1", kind="function", name="weather", arguments=""), now=2),
        PromptTooLong(limit="max_prompt_tokens", message="x", now=4),
    ],
)
@given(limits=BOUNDS, events=st.lists(EVENTS, max_size=30))
def test_any_order_of_events_keeps_the_rules(limits: Limits, events: list[Event]) -> None:
    machine = RunMachine(limits)
    commands = [command for event in events for command in machine.handle(event)]
    check_order(commands)
    assert machine.done == any(isinstance(command, Finish) for command in commands)


@settings(max_examples=200, deadline=None)
@given(limits=BOUNDS, events=st.lists(EVENTS, max_size=20))
def test_every_run_can_be_brought_to_an_end(limits: Limits, events: list[Event]) -> None:
    machine = RunMachine(limits)
    commands = [command for event in events for command in machine.handle(event)]
    tools = [ToolFinished(call_id=call.id, output="x", now=9) for call in (SEARCH, CODE)]
    for event in (CancelRequested(now=9), GenerationEnded(finish="cancelled", usage=USAGE, now=9), *tools):
        commands += machine.handle(event)
    check_order(commands)
    assert sum(isinstance(command, Finish) for command in commands) == 1
