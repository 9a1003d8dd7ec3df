"""What the transcript shows for one message, as plain values made from the engine's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from desktop.chat.calls import Call, Passage
from desktop.chat.marks import Mark, doubted, marks_of, unsupported_in
from engine.types import Assistant, ImageFilePart, ImageUrlPart, Message, Run, RunStatus

TurnKind = Literal["message", "work"]
TurnState = Literal["done", "writing", "stopped", "failed", "cut"]


@dataclass(frozen=True, slots=True)
class Figures:
    """Measures of a run: tokens, tokens per second, seconds; None where nothing was measured."""

    model: str
    prompt_tokens: int
    cached_tokens: int
    written_tokens: int
    per_second: float | None
    first_token: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One message as shown, or one step of work with its `calls`; `id` is the message's or the step's.

    `marks` are places in the text, `passages` what the run found and may cite, `doubts` the sentences of the text that
    no passage supports. `images` are ids of files or data URLs,
    `attached` ids of files.
    `error` is (code, sentence) of a run that failed after or instead of writing it.
    """

    id: str
    role: Literal["user", "assistant"]
    text: str
    at: int
    name: str = ""
    avatar: str = ""
    run_id: str | None = None
    state: TurnState = "done"
    error: tuple[str, str] | None = None
    figures: Figures | None = None
    kind: TurnKind = "message"
    calls: tuple[Call, ...] = ()
    marks: tuple[Mark, ...] = ()
    passages: tuple[Passage, ...] = ()
    doubts: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    attached: tuple[str, ...] = ()


def avatar_key(assistant: Assistant | None, assistant_id: str = "") -> str:
    """Return what decides an assistant's look: a number in its metadata or its id, and after a colon its sign."""
    if assistant is None:
        return assistant_id
    chosen, glyph = assistant.metadata.get("avatar", ""), assistant.metadata.get("glyph", "")
    colour = chosen if chosen.isdecimal() else assistant.id
    return f"{colour}:{glyph}" if glyph else colour


def turn_of(
    message: Message,
    assistant: Assistant | None = None,
    run: Run | None = None,
    passages: tuple[Passage, ...] = (),
) -> Turn:
    """Return the turn of a message that `assistant` wrote in `run`, which had found these passages."""
    marks = marks_of(message.content)
    places = unsupported_in(message.text, run.trace.get("citations") or {}) if run is not None else ()
    if any(mark.kind == "citation" for mark in marks):  # where nothing is cited, a line says so
        marks = doubted(message.text, marks, places)
    return Turn(
        id=message.id,
        role=message.role,
        text=message.text,
        at=message.created_at,
        name=(assistant.name or "") if assistant else "",
        avatar=avatar_key(assistant, message.assistant_id or ""),
        run_id=message.run_id,
        state=_state(message),
        error=error_of(run) if run is not None and message.status != "completed" else None,
        figures=figures_of(run) if run is not None else None,
        marks=marks,
        passages=passages,
        doubts=tuple(message.text[start:stop] for start, stop in places),
        images=tuple(_image(part) for part in message.content if isinstance(part, ImageFilePart | ImageUrlPart)),
        attached=tuple(str(each["file_id"]) for each in message.attachments if each.get("file_id")),
    )


def _image(part: ImageFilePart | ImageUrlPart) -> str:
    return part.file_id if isinstance(part, ImageFilePart) else part.url


def _state(message: Message) -> TurnState:
    if message.status == "in_progress":
        return "writing"
    if message.status == "completed":
        return "done"
    match message.incomplete_reason:
        case "run_cancelled":
            return "stopped"
        case "max_tokens":
            return "cut"
        case _:
            return "failed"


def error_of(run: Run) -> tuple[str, str] | None:
    """Return (code, sentence) of a failed run; the code is Fireside's own where the run's trace has it."""
    if run.status not in (RunStatus.FAILED, RunStatus.EXPIRED) and run.last_error is None:
        return None
    traced = run.trace.get("error") or {}
    code = str(traced.get("code") or (run.last_error.code if run.last_error else "expired"))
    return code, run.last_error.message if run.last_error else ""


def figures_of(run: Run) -> Figures | None:
    """Return what was measured, once the run has an end."""
    trace = run.trace
    if not run.status.terminal or "completion_tokens" not in trace:
        return None
    return Figures(
        model=str(trace.get("model", run.model)),
        prompt_tokens=int(trace.get("prompt_tokens", 0)),
        cached_tokens=int(trace.get("cached_tokens", 0)),
        written_tokens=int(trace.get("completion_tokens", 0)),
        per_second=trace.get("tokens_per_second"),
        first_token=trace.get("first_token_seconds"),
    )
