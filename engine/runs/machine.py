"""The run as a pure state machine: events go in, commands come out; no I/O, threads or clock readings of its own.

    queued ──Begin──▶ in_progress ──end of answer──▶ completed | incomplete | failed
      ▲                │    │ calls of functions
      │  all outputs   │    ▼ or calls a person must allow
      └─────────── requires_action          any of the three ──cancel──▶ cancelling ──▶ cancelled
                                            any of the three ──deadline──▶ expired

While the model works (`Generate` given, nothing heard of its end) a cancel or a deadline only asks it to stop; the run
closes when the end of the generation is reported, so that the text written until then is kept. Whatever happens, a
message is closed before its step, a step before the run, and after `Finish` no command is ever given.

Calls that a person must allow wait in `requires_action` like functions do, and hold neither the model nor a thread;
once all is said the run takes its turn again, and what was allowed is carried out before the model goes on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Literal

from engine.runs.moves import (
    AppendText,
    AskClient,
    Begin,
    CallGrew,
    CallKind,
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
    ShowProgress,
    StopGenerating,
    StoreCalls,
    StoreOutputs,
    TextDelta,
    ToolCall,
    ToolFinished,
    ToolSaid,
)
from engine.types import FunctionCall, IncompleteReason, LastError, RunStatus, StepStatus, Usage

FLUSH_SECONDS = 1.0

# The moves belong to the machine: whoever drives it needs no second import.
__all__ = [
    "FLUSH_SECONDS",
    "AppendText",
    "AskClient",
    "Begin",
    "CallGrew",
    "CallKind",
    "CallOpened",
    "CallTool",
    "CancelRequested",
    "Command",
    "CompleteMessage",
    "CompleteStep",
    "CreateMessage",
    "CreateStep",
    "DeadlinePassed",
    "Event",
    "ExtendCall",
    "ExtendOutput",
    "Finish",
    "FlushPart",
    "Generate",
    "GenerationEnded",
    "GenerationFailed",
    "Limits",
    "Loading",
    "MarkRun",
    "OpenCall",
    "OutputsSubmitted",
    "PromptTooLong",
    "Reading",
    "RunMachine",
    "ShowProgress",
    "StopGenerating",
    "StoreCalls",
    "StoreOutputs",
    "TextDelta",
    "ToolCall",
    "ToolFinished",
    "ToolSaid",
]


class _Doing(Enum):
    """What the machine waits for."""

    QUEUED = auto()
    GENERATING = auto()
    CALLING = auto()
    ASKING = auto()
    DONE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ending:
    """How the run will end once the model has stopped."""

    run: RunStatus
    step: StepStatus
    message: IncompleteReason


_CANCELLED = _Ending(run=RunStatus.CANCELLED, step="cancelled", message="run_cancelled")
_EXPIRED = _Ending(run=RunStatus.EXPIRED, step="expired", message="run_expired")
_FAILED = _Ending(run=RunStatus.FAILED, step="failed", message="run_failed")


class RunMachine:
    """One run; feed `handle` with events, one at a time, and carry out what it returns in that order."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._doing = _Doing.QUEUED
        self._ending: _Ending | None = None
        self._usage = Usage()
        self._message_open = False
        self._step_open = False
        self._flushed = 0.0
        self._calls: tuple[ToolCall, ...] = ()
        self._call_usage: Usage | None = None
        self._unanswered: set[str] = set()
        self._held: set[str] = set()  # of those, the own calls that wait for a person's word
        self._next: tuple[CallTool, ...] = ()  # decided, and carried out when the run's turn comes

    @classmethod
    def waiting(cls, limits: Limits, calls: Iterable[FunctionCall], usage: Usage | None) -> RunMachine:
        """Return a machine for a stored run that waits for outputs: the app was closed meanwhile."""
        machine = cls(limits)
        machine._doing = _Doing.ASKING
        machine._step_open = True
        machine._calls = tuple(
            ToolCall(id=call.id, kind=call.kind, name=call.name, arguments=call.arguments) for call in calls
        )
        machine._unanswered = {call.id for call in machine._calls}
        machine._held = {call.id for call in machine._calls if call.kind != "function"}
        machine._usage = usage or Usage()
        return machine

    @property
    def done(self) -> bool:
        return self._doing is _Doing.DONE

    @property
    def unanswered(self) -> frozenset[str]:
        """The ids of the calls whose outputs are missing."""
        return frozenset(self._unanswered - self._held)

    @property
    def undecided(self) -> frozenset[str]:
        """The ids of the calls that wait for a person's word."""
        return frozenset(self._held)

    def handle(self, event: Event) -> list[Command]:
        """Return what to do now. An event that does not fit the moment (a late delta, a second cancel) does nothing."""
        match event, self._doing:
            case _, _Doing.DONE:
                return []
            case Begin(now=now), _Doing.QUEUED:
                expires_at = now + self._limits.run_seconds
                begun = MarkRun(status=RunStatus.IN_PROGRESS, now=now, expires_at=expires_at)
                return [begun, *(self._carry_on() or self._generate(now))]
            case ((Loading() | Reading() | TextDelta() | CallOpened() | CallGrew()), _Doing.GENERATING):
                return [] if self._ending else self._progress(event)
            case GenerationEnded(), _Doing.GENERATING:
                return self._ended(event)
            case GenerationFailed(error=error, now=now), _Doing.GENERATING | _Doing.CALLING:
                return self._close(self._ending or _FAILED, now, error=None if self._ending else error)
            case PromptTooLong(), _Doing.GENERATING if not self._step_open:
                return self._too_long(event)
            case ToolSaid() | ToolFinished(), _Doing.CALLING:
                return self._tool_said(event) if isinstance(event, ToolSaid) else self._tool_finished(event)
            case OutputsSubmitted(), _Doing.ASKING:
                return self._submitted(event)
            case CancelRequested(now=now), _:
                if self._ending:
                    return []
                return [MarkRun(status=RunStatus.CANCELLING, now=now), *self._stop(_CANCELLED, now)]
            case DeadlinePassed(now=now), _:
                return [] if self._ending else self._stop(_EXPIRED, now)
        return []

    def _carry_on(self) -> list[Command]:
        """Return the calls that were decided while the run waited."""
        calls, self._next = self._next, ()
        if calls:
            self._doing = _Doing.CALLING
        return list(calls)

    def _generate(self, now: int) -> list[Command]:
        limits, used = self._limits, self._usage
        tokens = limits.answer_tokens
        if limits.max_completion_tokens is not None:
            tokens = min(tokens, limits.max_completion_tokens - used.completion_tokens)
        prompt = None if limits.max_prompt_tokens is None else limits.max_prompt_tokens - used.prompt_tokens
        if tokens <= 0:
            return self._finish(RunStatus.INCOMPLETE, now, reason="max_completion_tokens")
        if prompt is not None and prompt <= 0:
            return self._finish(RunStatus.INCOMPLETE, now, reason="max_prompt_tokens")
        self._doing = _Doing.GENERATING
        self._calls = ()
        return [Generate(max_tokens=tokens, max_prompt_tokens=prompt)]

    def _progress(self, event: Loading | Reading | TextDelta | CallOpened | CallGrew) -> list[Command]:
        match event:
            case Loading(percent=percent):
                return [ShowProgress(phase="loading", done=percent, total=100)]
            case Reading(done=done, total=total):
                return [ShowProgress(phase="reading", done=done, total=total)]
            case CallOpened(call=call, now=now):
                return self._open_call(call, now)
            case CallGrew(text=text):
                return self._grow_call(text)
            case TextDelta():
                return self._text(event)

    def _text(self, event: TextDelta) -> list[Command]:
        text, clock = event.text, event.clock
        append = AppendText(text=text, annotations=event.annotations)
        # A model that goes on after its calls makes up what they will say.
        if not text or self._calls:
            return []
        if not self._message_open:
            self._flushed = clock
            return [ShowProgress(phase="writing"), *self._open_message(), append]
        if clock - self._flushed < FLUSH_SECONDS:
            return [append]
        self._flushed = clock
        return [append, FlushPart()]

    def _open_message(self) -> list[Command]:
        self._message_open = self._step_open = True
        return [CreateStep(type="message_creation"), CreateMessage()]

    def _open_call(self, call: ToolCall, now: int) -> list[Command]:
        commands: list[Command] = []
        if self._message_open:
            self._message_open = False
            commands += [CompleteMessage(now=now), CompleteStep(status="completed", now=now)]
        if not self._calls:
            self._step_open = True
            commands.append(CreateStep(type="tool_calls"))
        self._calls += (call,)
        return [*commands, OpenCall(index=len(self._calls) - 1, call=call)]

    def _grow_call(self, text: str) -> list[Command]:
        if not self._calls or not text:
            return []
        *earlier, last = self._calls
        self._calls = (*earlier, replace(last, arguments=last.arguments + text))
        return [ExtendCall(index=len(earlier), kind=last.kind, text=text)]

    def _ended(self, event: GenerationEnded) -> list[Command]:
        self._usage = self._usage + event.usage
        if self._ending or event.finish == "cancelled":
            return self._close(self._ending or _CANCELLED, event.now, step_usage=event.usage)
        if event.finish == "length":
            if self._calls:  # a call cut off by the limit may be half of what was meant: it is not carried out
                return self._cut_off(event)
            closing = self._close_message(event, "max_tokens")
            return closing + self._finish(RunStatus.INCOMPLETE, event.now, reason="max_completion_tokens")
        if self._calls:
            return self._start_calls(event)
        return self._close_message(event, None) + self._finish(RunStatus.COMPLETED, event.now)

    def _close_message(self, event: GenerationEnded, reason: IncompleteReason | None) -> list[Command]:
        # A model that says nothing still leaves a message: the thread shows that it was asked and was silent.
        opening = [] if self._message_open else self._open_message()
        self._message_open = self._step_open = False
        return [
            *opening,
            CompleteMessage(now=event.now, reason=reason),
            CompleteStep(status="completed", now=event.now, usage=event.usage),
        ]

    def _start_calls(self, event: GenerationEnded) -> list[Command]:
        self._doing = _Doing.CALLING
        self._call_usage = event.usage
        self._unanswered = {call.id for call in self._calls}
        own: list[Command] = [
            CallTool(call=call) for call in self._calls if call.kind != "function" and call.kind not in event.ask_first
        ]
        self._held = {call.id for call in self._calls if call.kind != "function" and call.kind in event.ask_first}
        return [StoreCalls(calls=self._calls), *(own or self._ask(event.now))]

    def _cut_off(self, event: GenerationEnded) -> list[Command]:
        self._step_open = False
        error = LastError(code="server_error", message="The answer reached its limit in the middle of a call.")
        return [
            StoreCalls(calls=self._calls),
            CompleteStep(status="failed", now=event.now, error=error, usage=event.usage),
            *self._finish(RunStatus.INCOMPLETE, event.now, reason="max_completion_tokens"),
        ]

    def _ask(self, now: int) -> list[Command]:
        self._doing = _Doing.ASKING
        asked = tuple(
            FunctionCall(id=call.id, name=call.name, arguments=call.arguments, kind=call.kind)
            for call in self._calls
            if call.id in self._unanswered
        )
        return [AskClient(calls=asked, now=now, expires_at=now + self._limits.tool_wait_seconds)]

    def _tool_said(self, event: ToolSaid) -> list[Command]:
        if self._ending or event.call_id not in self._unanswered:
            return []
        return [
            ExtendOutput(index=n, text=event.text) for n, call in enumerate(self._calls) if call.id == event.call_id
        ]

    def _tool_finished(self, event: ToolFinished) -> list[Command]:
        own = {call.id for call in self._calls if call.kind != "function"} - self._held
        if event.call_id not in own & self._unanswered:
            return []
        self._unanswered.discard(event.call_id)
        stored: list[Command] = [
            StoreOutputs(outputs=((event.call_id, event.output),), details=event.details, images=event.images)
        ]
        if own & self._unanswered:
            return stored
        if self._ending:
            return stored + self._close(self._ending, event.now)
        if self._unanswered:
            return stored + self._ask(event.now)
        self._step_open = False
        return [*stored, self._complete_calls(event.now), *self._generate(event.now)]

    def _complete_calls(self, now: int) -> Command:
        return CompleteStep(status="completed", now=now, usage=self._call_usage)

    def _submitted(self, event: OutputsSubmitted) -> list[Command]:
        decided = dict(event.decided)
        if {call_id for call_id, _ in event.outputs} != self.unanswered or decided.keys() != self._held:
            return []
        self._next = tuple(
            CallTool(call=call, declined=not decided[call.id]) for call in self._calls if call.id in decided
        )
        self._unanswered, self._held = self._held, set()
        self._doing = _Doing.QUEUED
        commands: list[Command] = [StoreOutputs(outputs=event.outputs)] if event.outputs else []
        if not self._next:
            self._step_open = False
            commands.append(self._complete_calls(event.now))
        return [*commands, MarkRun(status=RunStatus.QUEUED, now=event.now)]

    def _too_long(self, event: PromptTooLong) -> list[Command]:
        if self._ending:
            return self._close(self._ending, event.now)
        if event.limit == "max_prompt_tokens":
            return self._finish(RunStatus.INCOMPLETE, event.now, reason="max_prompt_tokens")
        return self._close(_FAILED, event.now, error=LastError(code="invalid_prompt", message=event.message))

    def _stop(self, ending: _Ending, now: int) -> list[Command]:
        if self._doing in (_Doing.GENERATING, _Doing.CALLING):
            self._ending = ending
            return [StopGenerating()]
        return self._close(ending, now)

    def _close(
        self, ending: _Ending, now: int, *, error: LastError | None = None, step_usage: Usage | None = None
    ) -> list[Command]:
        commands: list[Command] = []
        if self._message_open:
            commands.append(CompleteMessage(now=now, reason=ending.message))
        if self._step_open and self._calls and self._doing is _Doing.GENERATING:
            commands.append(StoreCalls(calls=self._calls))
        if self._step_open:
            commands.append(CompleteStep(status=ending.step, now=now, error=error, usage=step_usage))
        self._message_open = self._step_open = False
        return commands + self._finish(ending.run, now, error=error)

    def _finish(
        self,
        status: RunStatus,
        now: int,
        *,
        error: LastError | None = None,
        reason: Literal["max_completion_tokens", "max_prompt_tokens"] | None = None,
    ) -> list[Command]:
        self._doing = _Doing.DONE
        return [Finish(status=status, now=now, usage=self._usage, error=error, reason=reason)]
