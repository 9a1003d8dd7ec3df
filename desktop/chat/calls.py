"""What a run did with its tools, as plain values made from its steps and from the pieces that come while it works."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.types import JsonObject, RunStep

ToolKind = Literal["function", "code_interpreter", "file_search"]
CallKind = ToolKind | Literal["thought"]
CallState = Literal["working", "done", "failed", "stopped", "declined"]
_KINDS: tuple[ToolKind, ...] = ("function", "code_interpreter", "file_search")
# What a function says that could not do it; the same words tell the model to try again.
_FAILURE = re.compile(r"\s*(?:[\w.]{0,60}(?:error|exception)\b|traceback|错误|出错)", re.IGNORECASE)
# What is said to the model only: the window shows the pictures and the files themselves.
_ASIDE = re.compile(
    r"\n?\[(?:\d+ figure\(s\) drawn; the user sees them\.|Files for the user: [^\n]*"
    r"|The code ran and printed nothing\.)\]"
)
_DECLINED = "declined"
_REFUSED = "The user did not allow this function."
_GROWING = {"function": "arguments", "code_interpreter": "input"}
_MOST_PRETTY = 100_000
_MOST_PRINTED = 4_000  # characters of what code at work printed; the stored step has it all


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A passage a search found; `marker` is how the answer cites it.

    `page_starts`: where in `text` each page after the first begins.
    """

    marker: str
    file_id: str
    filename: str
    text: str
    page: int | None = None
    page_starts: tuple[int, ...] = ()
    heading: tuple[str, ...] = ()
    score: float | None = None

    def page_at(self, place: int) -> int | None:
        """Return the page that a place in `text` is on."""
        return None if self.page is None else self.page + bisect_right(self.page_starts, place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A passage, what an answer says with it, and its number there; 0 where no answer does."""

    passage: Passage
    said: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call, or a thought, whose words are `given`.

    Of a call `given` are a function's arguments, the code, or the query; `output` is what a function or code said.
    """

    id: str
    kind: CallKind
    state: CallState
    name: str = ""
    given: str = ""
    output: str | None = None
    images: tuple[str, ...] = ()
    table: str = ""
    passages: tuple[Passage, ...] = ()
    seconds: float | None = None

    @property
    def lines(self) -> int:
        """How many lines of code there are."""
        return len(self.given.strip("\n").split("\n")) if self.given.strip() else 0

    @property
    def files(self) -> int:
        """From how many files the passages are."""
        return len({passage.file_id for passage in self.passages})


def calls_of(step: RunStep, seconds: Mapping[str, float] | None = None) -> tuple[Call, ...]:
    """Return the calls of a stored step; `seconds` they took by their ids."""
    found = [_call(raw, step.status, (seconds or {}).get(str(raw.get("id")))) for raw in _raw(step)]
    return tuple(call for call in found if call is not None)


def thoughts_of(trace: JsonObject) -> list[tuple[int, Call]]:
    """Return what a run thought before it spoke or acted, each with the number of the step it stands before."""
    places = trace.get("thoughts") or ()
    found = []
    for number, text in enumerate(trace.get("reasoning") or ()):
        place = places[number] if number < len(places) else {}
        call = Call(id=f"thought_{number}", kind="thought", state="done", given=str(text), seconds=place.get("seconds"))
        found.append((int(place.get("before_step", 0)), call))
    return found


def growing_calls(raw: Sequence[JsonObject]) -> tuple[Call, ...]:
    """Return the calls of a step at work, as `grown` has put them together."""
    found = [_call(each, "in_progress", None) for each in raw]
    return tuple(call for call in found if call is not None)


def grown(known: Sequence[JsonObject], deltas: Iterable[JsonObject]) -> list[JsonObject]:
    """Return the calls of a step with what has just been written added to them."""
    calls = [dict(call) for call in known]
    for delta in deltas:
        index = int(delta.get("index", 0))
        if not 0 <= index <= len(calls):
            continue  # a piece whose beginning was missed: the stored step has it all
        if index == len(calls):
            calls.append({"type": delta.get("type"), "id": delta.get("id", "")})
        kind = str(delta.get("type"))
        calls[index] = {**calls[index], kind: _joined(kind, calls[index].get(kind) or {}, delta.get(kind) or {})}
    return calls


def pretty(text: str) -> tuple[str, str]:
    """Return text as it is read best and its language: JSON indented, anything else as it is."""
    stripped = text.strip()
    if stripped[:1] in ("{", "[") and len(stripped) <= _MOST_PRETTY:
        try:
            return json.dumps(json.loads(stripped, strict=False), ensure_ascii=False, indent=2), "json"
        except ValueError:
            pass
    return stripped, ""


def _joined(kind: str, before: JsonObject, piece: JsonObject) -> JsonObject:
    joined = {**before, **piece}
    grows = _GROWING.get(kind)
    if grows and grows in before and grows in piece:
        joined[grows] = str(before[grows]) + str(piece[grows])
    if kind == "code_interpreter" and "outputs" in before and "outputs" in piece:
        joined["outputs"] = _printed(before["outputs"], piece["outputs"])
    return joined


def _printed(before: Sequence[JsonObject], pieces: Iterable[JsonObject]) -> list[JsonObject]:
    """Return the outputs of code with what it has just printed or drawn; only the end of much text is kept."""
    outputs = [dict(each) for each in before]
    for piece in pieces:
        same = next((each for each in outputs if each.get("index") == piece.get("index") is not None), None)
        if same is not None and same.get("type") == "logs":
            same["logs"] = (str(same.get("logs", "")) + str(piece.get("logs", "")))[-_MOST_PRINTED:]
        else:
            outputs.append(dict(piece))
    return outputs


def _raw(step: RunStep) -> Sequence[JsonObject]:
    calls = step.details.get("tool_calls") or ()
    return [call for call in calls if isinstance(call, dict)]


def _call(raw: JsonObject, status: str, seconds: float | None) -> Call | None:
    kind = next((known for known in _KINDS if known == raw.get("type")), None)
    if kind is None:
        return None
    own = raw.get(kind) or {}
    seconds = own.get("seconds", seconds)
    match kind:
        case "function":
            return _function(str(raw.get("id", "")), own, status, seconds)
        case "code_interpreter":
            return _code(str(raw.get("id", "")), own, status, seconds)
        case "file_search":
            return _search(str(raw.get("id", "")), own, status, seconds)


def _state(status: str, *, answered: bool, failed: bool, declined: bool = False) -> CallState:
    if declined:
        return "declined"
    if failed:
        return "failed"
    if answered or status == "completed":
        return "done"
    return "working" if status == "in_progress" else "stopped"


def _function(call_id: str, own: JsonObject, status: str, seconds: float | None) -> Call:
    output = own.get("output")
    failed = isinstance(output, str) and _FAILURE.match(output) is not None
    return Call(
        id=call_id,
        kind="function",
        state=_state(
            status,
            answered=output is not None,
            failed=failed,
            declined=isinstance(output, str) and output.startswith(_REFUSED),
        ),
        name=str(own.get("name", "")),
        given=str(own.get("arguments", "")),
        output=output,
        seconds=seconds,
    )


def _code(call_id: str, own: JsonObject, status: str, seconds: float | None) -> Call:
    outputs = [each for each in own.get("outputs") or () if isinstance(each, dict)]
    logs = [str(each.get("logs", "")) for each in outputs if each.get("type") == "logs"]
    images = [str((each.get("image") or {}).get("file_id", "")) for each in outputs if each.get("type") == "image"]
    ended = own.get("status")
    return Call(
        id=call_id,
        kind="code_interpreter",
        state=_state(
            status,
            answered=ended is not None if status == "in_progress" else bool(outputs),  # it prints while it works
            failed=ended not in (None, "ok"),
            declined=ended == _DECLINED,
        ),
        given=str(own.get("input", "")),
        output=_ASIDE.sub("", "\n".join(logs)).strip("\n") if outputs else None,
        images=tuple(image for image in images if image),
        table=str(own.get("table") or ""),
        seconds=seconds,
    )


def _search(call_id: str, own: JsonObject, status: str, seconds: float | None) -> Call:
    results = [each for each in own.get("results") or () if isinstance(each, dict)]
    return Call(
        id=call_id,
        kind="file_search",
        state=_state(status, answered="results" in own, failed=False, declined=own.get("status") == _DECLINED),
        given=str(own.get("query", "")),
        passages=tuple(_passage(each) for each in results),
        seconds=seconds,
    )


def _passage(result: JsonObject) -> Passage:
    content = result.get("content") or ()
    return Passage(
        marker=str(result.get("marker", "")),
        file_id=str(result.get("file_id", "")),
        filename=str(result.get("file_name", "")),
        text="\n".join(str(part.get("text", "")) for part in content),
        page=result.get("page"),
        page_starts=tuple(result.get("page_starts") or ()),
        heading=tuple(str(each) for each in result.get("heading") or ()),
        score=result.get("score"),
    )
