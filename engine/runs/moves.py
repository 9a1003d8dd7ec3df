"""What goes into a run's state machine, its events, and what comes out of it, its commands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.types import FunctionCall, IncompleteReason, JsonObject, LastError, RunStatus, StepStatus, Usage

CallKind = Literal["function", "file_search", "code_interpreter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one run; tokens are summed over all its generations, seconds count from the start or the question."""

    answer_tokens: int
    max_completion_tokens: int | None = None
    max_prompt_tokens: int | None = None
    run_seconds: int = 3600
    tool_wait_seconds: int = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """One call the model made; a "function" is answered by the client, every other kind by Fireside.

    `arguments` is JSON text, for a code_interpreter the code itself.
    """

    id: str
    kind: CallKind
    name: str
    arguments: str


# --- events -------------------------------------------------------------------------------------------------------
# `now` is Unix time in seconds; `clock` a monotonic reading in seconds, used only to pace the storing of text.


@dataclass(frozen=True, slots=True, kw_only=True)
class Begin:
    """The run's turn has come."""

    now: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Loading:
    """The model is being brought into memory; parts of a hundred."""

    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The model has read `done` of `total` tokens of the prompt."""

    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDelta:
    """The model wrote text; `annotations` in the API's shape, placed by their position in the whole message."""

    text: str
    clock: float
    annotations: tuple[JsonObject, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOpened:
    """The model begins a call, its arguments still unwritten; calls are carried out when the generation has ended."""

    call: ToolCall
    now: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallGrew:
    """The model wrote more of the arguments of the call it began last."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationEnded:
    """The model stopped: by itself, at a token limit, or because it was asked to.

    `ask_first`: the kinds of Fireside's own calls that a person has to allow before they are carried out.
    """

    finish: Literal["stop", "length", "cancelled"]
    usage: Usage
    now: int
    ask_first: frozenset[CallKind] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationFailed:
    """The model cannot go on; what it wrote so far is kept."""

    error: LastError
    now: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptTooLong:
    """Not even the instructions and the newest turn fit: into `max_prompt_tokens`, or into the model's context."""

    limit: Literal["max_prompt_tokens", "context"]
    message: str
    now: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolSaid:
    """Code that is being run printed something."""

    call_id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolFinished:
    """A tool of Fireside's own answered; a tool's error is an output too, for the model to read.

    `details` go into the call's part of the step instead of a plain output; `images` into the next message.
    """

    call_id: str
    output: str
    now: int
    details: JsonObject | None = None
    images: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputsSubmitted:
    """The client answered its function calls, all in one request: (call id, output).

    `decided`: what a person said to each of Fireside's own calls that waited for it: (call id, allowed).
    """

    outputs: tuple[tuple[str, str], ...]
    now: int
    decided: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelRequested:
    """Somebody wants the run to stop."""

    now: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlinePassed:
    """The time given by `expires_at` is over."""

    now: int


Event = (
    Begin
    | Loading
    | Reading
    | TextDelta
    | CallOpened
    | CallGrew
    | GenerationEnded
    | GenerationFailed
    | PromptTooLong
    | ToolSaid
    | ToolFinished
    | OutputsSubmitted
    | CancelRequested
    | DeadlinePassed
)


# --- commands -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkRun:
    """Store and announce a status that is not an end; `expires_at` None leaves it as it is."""

    status: RunStatus
    now: int
    expires_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowProgress:
    """Tell listeners what they are waiting for; nothing is stored."""

    phase: Literal["loading", "reading", "writing"]
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Generate:
    """Let the model write at most `max_tokens`, with a prompt of at most `max_prompt_tokens`."""

    max_tokens: int
    max_prompt_tokens: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StopGenerating:
    """Ask the model to stop; its end is still to be reported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateStep:
    """Open a step: the one that makes a message, or the one that holds calls."""

    type: Literal["message_creation", "tool_calls"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateMessage:
    """Announce the answer's message, still empty; follows the `CreateStep` that names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppendText:
    """Add text to the open message and announce it; not stored yet."""

    text: str
    annotations: tuple[JsonObject, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FlushPart:
    """Store the text of the open message as it stands, so that a power cut costs a second and no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteMessage:
    """Close the open message with all its text; a reason makes it incomplete."""

    now: int
    reason: IncompleteReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCall:
    """Announce call number `index` of the open step; not stored yet."""

    index: int
    call: ToolCall


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendCall:
    """Announce more of the arguments of call number `index`; not stored yet."""

    index: int
    kind: CallKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreCalls:
    """Write the calls, as far as they got, into the open step."""

    calls: tuple[ToolCall, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTool:
    """Carry out one call with a tool of Fireside's own; or, `declined` by a person, tell the model so."""

    call: ToolCall
    declined: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendOutput:
    """Announce more of what the code of call number `index` prints; not stored yet."""

    index: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreOutputs:
    """Write the outputs of calls into the open step; `details` in place of the text, `images` for the next message."""

    outputs: tuple[tuple[str, str], ...]
    details: JsonObject | None = None
    images: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteStep:
    """Close the open step."""

    status: StepStatus
    now: int
    error: LastError | None = None
    usage: Usage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskClient:
    """Store and announce that the run waits until `expires_at`: for outputs of functions, for leave to call tools."""

    calls: tuple[FunctionCall, ...]
    now: int
    expires_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """Store and announce the end; the last command of every run."""

    status: RunStatus
    now: int
    usage: Usage
    error: LastError | None = None
    reason: Literal["max_completion_tokens", "max_prompt_tokens"] | None = None


Command = (
    MarkRun
    | ShowProgress
    | Generate
    | StopGenerating
    | CreateStep
    | CreateMessage
    | AppendText
    | FlushPart
    | CompleteMessage
    | OpenCall
    | ExtendCall
    | StoreCalls
    | CallTool
    | ExtendOutput
    | StoreOutputs
    | CompleteStep
    | AskClient
    | Finish
)
