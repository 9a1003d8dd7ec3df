"""What the details panel shows of a run, drawn from its log; knows no Qt and no words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from desktop.chat.marks import unsupported_in
from engine.service.run_log import RunLog
from engine.types import JsonObject, RunStep

StepKind = Literal["file_search", "code_interpreter", "function", "message"]
StepState = Literal["working", "done", "failed"]
_SHORT = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A passage a search found, with its scores from 0 to 1; `cut`: there was no room for it."""

    file: str
    page: int | None
    score: float
    keyword: float | None
    vector: float | None
    rerank: float | None
    marker: str = ""
    text: str = ""
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A sentence of a passage that an answer rests on; `number` is the source's there, `support` from 0 to 1."""

    number: int
    file: str
    page: int | None
    text: str
    support: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFacts:
    """One line of the run: a call and what came of it, or a message that was written. Seconds are None if unknown.

    `lines` and `images` are of code, `passages` and `files` of a search, `first_token` and `reused` of a message.
    """

    id: str
    kind: StepKind
    name: str
    state: StepState
    seconds: float | None = None
    query: str = ""
    lines: int = 0
    images: int = 0
    declined: bool = False
    passages: int = 0
    files: int = 0
    first_token: float | None = None
    reused: float | None = None
    given: str = ""
    came: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """Tokens of all generations of a run, and how fast they came; None where nothing was measured."""

    read: int = 0
    reused: int = 0
    written: int = 0
    dropped: int = 0
    per_second: float | None = None
    first_token: float | None = None
    read_seconds: float = 0.0
    write_seconds: float = 0.0
    load_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFacts:
    """An event as it was announced; `count` neighbours of one kind are one. Seconds from when the run was queued."""

    name: str
    at: float
    count: int = 1
    until: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """A run as the panel shows it."""

    steps: tuple[StepFacts, ...]
    passages: tuple[Passage, ...]
    tokens: Tokens
    events: tuple[EventFacts, ...]
    sampling: dict[str, Any] = field(default_factory=dict)
    quotes: tuple[Quote, ...] = ()
    unsupported: tuple[str, ...] = ()


def facts_of(log: RunLog) -> RunFacts:
    """Return what there is to show of a run."""
    trace = log.run.trace
    sampling = {
        "temperature": log.run.temperature,
        "top_p": log.run.top_p,
        "seed": log.generations[-1].measures.get("seed") if log.generations else trace.get("seed"),
        "context": trace.get("context"),
        "backend": trace.get("backend"),
        "template": trace.get("template_note") or trace.get("template"),
        "loop_broken": trace.get("loop_broken"),
    }
    passages = tuple(_passages(log.steps))
    review = trace.get("citations") or {}
    return RunFacts(
        steps=tuple(_steps(log)),
        passages=passages,
        quotes=tuple(_quotes(review, passages)),
        unsupported=tuple(log.said[start:stop] for start, stop in unsupported_in(log.said, review)),
        tokens=_tokens(log),
        events=tuple(_event(event) for event in log.events),
        sampling={name: value for name, value in sampling.items() if value not in (None, "")},
    )


def _steps(log: RunLog) -> Iterator[StepFacts]:
    seconds = {str(call.get("id")): call.get("seconds") for call in log.run.trace.get("tools") or ()}
    asked = 0  # how often the model was asked before this step: each round of calls is followed by another time
    for step in log.steps:
        if step.type == "tool_calls":
            for call in step.details.get("tool_calls", ()):
                yield _call(step, call, seconds.get(call["id"]))
            asked += 1
        else:
            yield _message(log, step, asked)


def _message(log: RunLog, step: RunStep, asked: int) -> StepFacts:
    measures = log.generations[asked].measures if asked < len(log.generations) else {}
    prompt, cached = measures.get("prompt_tokens") or 0, measures.get("cached_tokens") or 0
    spent = measures.get("read_seconds"), measures.get("write_seconds")
    return StepFacts(
        id=step.id,
        kind="message",
        name="",
        state=_state(step),
        seconds=None if None in spent else sum(part or 0.0 for part in spent),
        first_token=measures.get("first_token_seconds"),
        reused=cached / prompt if prompt else None,
    )


def _call(step: RunStep, call: JsonObject, seconds: float | None) -> StepFacts:
    kind: StepKind = call["type"]
    own: JsonObject = call.get(kind) or {}
    about: dict[str, Any] = {"id": call["id"], "kind": kind, "state": _state(step), "seconds": seconds}
    if kind == "file_search":
        results = own.get("results") or ()
        return StepFacts(
            **about,
            name=kind,
            query=str(own.get("query", "")),
            passages=len(results),
            files=len({result.get("file_id") for result in results}),
            given=str(own.get("query", "")),
            came="\n\n".join(_result_text(result) for result in results),
        )
    if kind == "code_interpreter":
        code, outputs = str(own.get("input", "")).strip("\n"), own.get("outputs") or ()
        return StepFacts(
            **about,
            name=kind,
            lines=len(code.splitlines()),
            images=sum(output["type"] == "image" for output in outputs),
            declined=own.get("status") == "declined",
            given=code,
            came="\n".join(output["logs"] for output in outputs if output["type"] == "logs"),
        )
    return StepFacts(
        **about,
        name=str(own.get("name", "")),
        query=_shortened(str(own.get("arguments", ""))),
        given=pretty(str(own.get("arguments", ""))),
        came=str(own.get("output") or ""),
    )


def _result_text(result: JsonObject) -> str:
    said = "".join(part.get("text", "") for part in result.get("content") or ())
    return f"{result.get('marker', '')} {result.get('file_name', '')}\n{said}".strip()


def _state(step: RunStep) -> StepState:
    return "working" if step.status == "in_progress" else "done" if step.status == "completed" else "failed"


def _passages(steps: Iterable[RunStep]) -> Iterator[Passage]:
    for step in steps:
        for call in step.details.get("tool_calls", ()):
            search = call.get("file_search") or {}
            for cut, found in ((False, search.get("results")), (True, search.get("cut"))):
                yield from (_passage(result, cut=cut) for result in found or ())


def _quotes(review: JsonObject, passages: Iterable[Passage]) -> Iterator[Quote]:
    """Yield each sentence an answer rests on once, in the order of the answer's numbers."""
    known = {passage.marker: passage for passage in passages if passage.marker}
    numbers: dict[str, int] = {}
    seen: set[tuple[str, int]] = set()
    for each in review.get("quotes") or ():
        marker, start = str(each.get("marker", "")), int(each.get("start") or 0)
        number = numbers.setdefault(marker, len(numbers) + 1)
        passage = known.get(marker)
        if passage is None or (marker, start) in seen:
            continue
        seen.add((marker, start))
        yield Quote(
            number=number,
            file=passage.file,
            page=each.get("page"),
            text=passage.text[start : int(each.get("stop") or 0)],
            support=float(each.get("support") or 0.0),
        )


def _passage(result: JsonObject, *, cut: bool) -> Passage:
    scores = result.get("scores") or {}
    return Passage(
        file=str(result.get("file_name", "")),
        page=result.get("page"),
        score=float(result.get("score") or 0.0),
        keyword=scores.get("keyword"),
        vector=scores.get("vector"),
        rerank=scores.get("rerank"),
        marker=str(result.get("marker", "")),
        text="".join(part.get("text", "") for part in result.get("content") or ()),
        cut=cut,
    )


def _tokens(log: RunLog) -> Tokens:
    trace, measures = log.run.trace, [generation.measures for generation in log.generations]
    if not measures and "completion_tokens" in trace:  # a run from before generations were kept
        measures = [trace]
    prompt, cached = _sum(measures, "prompt_tokens"), _sum(measures, "cached_tokens")
    written, write = _sum(measures, "completion_tokens"), sum(m.get("write_seconds") or 0.0 for m in measures)
    return Tokens(
        read=prompt - cached,
        reused=cached,
        written=written,
        dropped=sum(message.tokens for message in log.dropped),
        per_second=written / write if write > 0 else None,
        first_token=trace.get("first_token_seconds"),
        read_seconds=sum(m.get("read_seconds") or 0.0 for m in measures),
        write_seconds=write,
        load_seconds=float(trace.get("load_seconds") or 0.0),
    )


def _sum(measures: Iterable[JsonObject], key: str) -> int:
    return sum(int(each.get(key) or 0) for each in measures)


def _event(event: JsonObject) -> EventFacts:
    return EventFacts(
        name=str(event.get("event", "")),
        at=float(event.get("at") or 0.0),
        count=int(event.get("count") or 1),
        until=event.get("until"),
    )


def pretty(text: str) -> str:
    """Return JSON set out over lines; anything else as it is."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except ValueError:
        return text


def _shortened(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHORT else flat[: _SHORT - 1] + "…"
