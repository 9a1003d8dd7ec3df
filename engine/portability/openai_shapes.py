"""Objects as the Assistants API returned them, read as Fireside's own; what is not understood is refused by name."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Literal, cast

from engine.types import (
    Assistant,
    ImageFilePart,
    ImageUrlPart,
    IncompleteReason,
    JsonObject,
    LastError,
    Message,
    Part,
    RefusalPart,
    Run,
    RunStatus,
    RunStep,
    StepStatus,
    StoredFile,
    TextPart,
    Thread,
    Usage,
    VectorStore,
)

_ID = re.compile(r"[A-Za-z0-9_-]{1,256}")
_LATEST = 2**40
_OLD_SEARCH = {"retrieval": "file_search"}  # what the first version of the API called it


class NotTaken(Exception):
    """Why an object is not taken, in words for its owner."""


def id_of(untrusted: Mapping[str, Any], key: str = "id") -> str:
    """Return an id. Raises NotTaken."""
    value = untrusted.get(key)
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise NotTaken(f"'{key}' is not an id")
    return value


def assistant(untrusted: JsonObject) -> Assistant:
    """Read an assistant. Raises NotTaken."""
    return Assistant(
        id=id_of(untrusted),
        created_at=_time(untrusted, "created_at"),
        model=_text(untrusted, "model") or "default",
        name=_text(untrusted, "name"),
        description=_text(untrusted, "description"),
        instructions=_text(untrusted, "instructions"),
        tools=_tools(untrusted),
        tool_resources=_resources(untrusted),
        metadata=_metadata(untrusted),
        temperature=_number(untrusted, "temperature"),
        top_p=_number(untrusted, "top_p"),
        response_format=_format(untrusted),
        reasoning_effort=_text(untrusted, "reasoning_effort"),
    )


def thread(untrusted: JsonObject) -> Thread:
    """Read a thread. Raises NotTaken."""
    created = _time(untrusted, "created_at")
    return Thread(
        id=id_of(untrusted),
        created_at=created,
        metadata=_metadata(untrusted),
        tool_resources=_resources(untrusted),
        last_used_at=created,
    )


def message(untrusted: JsonObject) -> Message:
    """Read a message; one that was still being written counts as incomplete. Raises NotTaken."""
    created = _time(untrusted, "created_at")
    complete = untrusted.get("status", "completed") == "completed"
    details = untrusted.get("incomplete_details")
    reason = details.get("reason") if isinstance(details, Mapping) else None
    known = ("content_filter", "max_tokens", "run_cancelled", "run_expired", "run_failed")
    return Message(
        id=id_of(untrusted),
        created_at=created,
        thread_id=id_of(untrusted, "thread_id"),
        role=cast(Literal["user", "assistant"], _one_of(untrusted, "role", ("user", "assistant"))),
        content=tuple(_part(each) for each in _list(untrusted, "content")),
        status="completed" if complete else "incomplete",
        assistant_id=_optional_id(untrusted, "assistant_id"),
        run_id=_optional_id(untrusted, "run_id"),
        attachments=tuple(each for each in _list(untrusted, "attachments") if _is_attachment(each)),
        metadata=_metadata(untrusted),
        completed_at=(_optional_time(untrusted, "completed_at") or created) if complete else None,
        incomplete_at=None if complete else (_optional_time(untrusted, "incomplete_at") or created),
        incomplete_reason=None if complete else cast(IncompleteReason, reason if reason in known else "run_failed"),
    )


def run(untrusted: JsonObject) -> Run:
    """Read a run; one that had not ended will not go on here, and counts as expired. Raises NotTaken."""
    status = RunStatus(_one_of(untrusted, "status", tuple(RunStatus)))
    details = untrusted.get("incomplete_details")
    reason = details.get("reason") if isinstance(details, Mapping) else None
    times: dict[str, Any] = {
        name: _optional_time(untrusted, name) for name in ("started_at", "cancelled_at", "failed_at", "completed_at")
    }
    return Run(
        id=id_of(untrusted),
        created_at=_time(untrusted, "created_at"),
        thread_id=id_of(untrusted, "thread_id"),
        assistant_id=_optional_id(untrusted, "assistant_id") or "asst_unknown",
        status=status if status.terminal else RunStatus.EXPIRED,
        model=_text(untrusted, "model") or "default",
        instructions=_text(untrusted, "instructions") or "",
        tools=_tools(untrusted),
        metadata=_metadata(untrusted),
        last_error=_error(untrusted),
        incomplete_reason=reason if reason in ("max_completion_tokens", "max_prompt_tokens") else None,
        usage=_usage(untrusted),
        temperature=_number(untrusted, "temperature"),
        top_p=_number(untrusted, "top_p"),
        response_format=_format(untrusted),
        trace={"imported": True},
        **times,
    )


def step(untrusted: JsonObject) -> RunStep:
    """Read a step of a run. Raises NotTaken."""
    statuses = ("cancelled", "failed", "completed", "expired")
    status = untrusted.get("status")
    kind = _one_of(untrusted, "type", ("message_creation", "tool_calls"))
    details = untrusted.get("step_details")
    if not isinstance(details, dict) or details.get("type") != kind:
        raise NotTaken("'step_details' do not fit its type")
    if kind == "tool_calls" and not all(isinstance(call, dict) for call in _list(details, "tool_calls")):
        raise NotTaken("'step_details.tool_calls' are not objects")
    times: dict[str, Any] = {
        name: _optional_time(untrusted, name) for name in ("completed_at", "cancelled_at", "failed_at", "expired_at")
    }
    return RunStep(
        id=id_of(untrusted),
        created_at=_time(untrusted, "created_at"),
        run_id=id_of(untrusted, "run_id"),
        thread_id=id_of(untrusted, "thread_id"),
        assistant_id=_optional_id(untrusted, "assistant_id") or "asst_unknown",
        type=cast(Literal["message_creation", "tool_calls"], kind),
        status=cast(StepStatus, status if status in statuses else "expired"),
        details=details,
        last_error=_error(untrusted),
        usage=_usage(untrusted),
        metadata=_metadata(untrusted),
        **times,
    )


def file(untrusted: JsonObject) -> StoredFile:
    """Read a file's description; its size and hash come from the content. Raises NotTaken."""
    return StoredFile(
        id=id_of(untrusted),
        created_at=_time(untrusted, "created_at"),
        filename=_text(untrusted, "filename") or id_of(untrusted),
        purpose=_text(untrusted, "purpose") or "assistants",
        bytes=0,
        sha256="",
    )


def vector_store(untrusted: JsonObject) -> VectorStore:
    """Read a vector store; it does not expire here. Raises NotTaken."""
    created = _time(untrusted, "created_at")
    return VectorStore(
        id=id_of(untrusted),
        created_at=created,
        last_active_at=created,
        name=_text(untrusted, "name") or "",
        description=_text(untrusted, "description"),
        metadata=_metadata(untrusted),
    )


def _part(untrusted: Any) -> Part:
    kind = untrusted.get("type") if isinstance(untrusted, Mapping) else None
    inner = untrusted.get(kind) if isinstance(untrusted, Mapping) else None
    if kind == "refusal" and isinstance(inner, str):
        return RefusalPart(refusal=inner)
    if isinstance(inner, Mapping):
        detail = inner.get("detail")
        detail = detail if detail in ("auto", "low", "high") else "auto"
        if kind == "text" and isinstance(inner.get("value"), str):
            annotations = (each for each in _list(inner, "annotations") if isinstance(each, dict))
            return TextPart(text=inner["value"], annotations=tuple(annotations))
        if kind == "image_file":
            return ImageFilePart(file_id=id_of(inner, "file_id"), detail=detail)
        if kind == "image_url" and isinstance(inner.get("url"), str):
            return ImageUrlPart(url=inner["url"], detail=detail)
    raise NotTaken("a part of 'content' is not understood")


def _tools(untrusted: Mapping[str, Any]) -> tuple[JsonObject, ...]:
    tools = []
    for each in _list(untrusted, "tools"):
        if not isinstance(each, dict):
            raise NotTaken("'tools' are not objects")
        kind = each.get("type")
        tools.append({**each, "type": _OLD_SEARCH[kind]} if kind in _OLD_SEARCH else each)
    return tuple(tools)


def _resources(untrusted: Mapping[str, Any]) -> JsonObject:
    """Return the ids that the tools work on, and nothing else."""
    given = untrusted.get("tool_resources")
    kept: JsonObject = {}
    for tool, key, most in (("code_interpreter", "file_ids", 20), ("file_search", "vector_store_ids", 1)):
        inner = given.get(tool) if isinstance(given, Mapping) else None
        ids = _list(inner, key) if isinstance(inner, Mapping) else []
        ids = [each for each in ids if isinstance(each, str) and _ID.fullmatch(each)]
        if ids:
            kept[tool] = {key: ids[:most]}
    return kept


def _metadata(untrusted: Mapping[str, Any]) -> dict[str, str]:
    value = untrusted.get("metadata")
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise NotTaken("'metadata' is not an object of strings")
    return value


def _format(untrusted: Mapping[str, Any]) -> JsonObject | str | None:
    value = untrusted.get("response_format")
    return value if isinstance(value, dict) else None


def _usage(untrusted: Mapping[str, Any]) -> Usage | None:
    value = untrusted.get("usage")
    if not isinstance(value, Mapping):
        return None
    counts = [value.get(name) for name in ("prompt_tokens", "completion_tokens")]
    if not all(isinstance(count, int) and 0 <= count < _LATEST for count in counts):
        return None
    return Usage(prompt_tokens=cast(int, counts[0]), completion_tokens=cast(int, counts[1]))


def _error(untrusted: Mapping[str, Any]) -> LastError | None:
    value = untrusted.get("last_error")
    code = value.get("code") if isinstance(value, Mapping) else None
    words = value.get("message") if isinstance(value, Mapping) else None
    known = code in ("server_error", "rate_limit_exceeded", "invalid_prompt")
    return LastError(code=cast(str, code), message=str(words)[:1000]) if known else None


def _is_attachment(untrusted: Any) -> bool:
    return isinstance(untrusted, dict) and isinstance(untrusted.get("file_id"), str)


def _text(untrusted: Mapping[str, Any], key: str) -> str | None:
    return cast(str | None, _typed(untrusted, key, lambda value: isinstance(value, str), "a text"))


def _number(untrusted: Mapping[str, Any], key: str) -> float | None:
    def fits(value: Any) -> bool:
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)

    return cast(float | None, _typed(untrusted, key, fits, "a number"))


def _optional_time(untrusted: Mapping[str, Any], key: str) -> int | None:
    def fits(value: Any) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LATEST

    return cast(int | None, _typed(untrusted, key, fits, "a time in seconds"))


def _time(untrusted: Mapping[str, Any], key: str) -> int:
    value = _optional_time(untrusted, key)
    if value is None:
        raise NotTaken(f"'{key}' is missing")
    return value


def _optional_id(untrusted: Mapping[str, Any], key: str) -> str | None:
    return None if untrusted.get(key) is None else id_of(untrusted, key)


def _one_of(untrusted: Mapping[str, Any], key: str, known: tuple[str, ...]) -> str:
    value = untrusted.get(key)
    if value not in known:
        raise NotTaken(f"'{key}' is none of {', '.join(known)}")
    return cast(str, value)


def _list(untrusted: Mapping[str, Any], key: str) -> list[Any]:
    value = untrusted.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise NotTaken(f"'{key}' is not a list")
    return value


def _typed(untrusted: Mapping[str, Any], key: str, fits: Callable[[Any], bool], words: str) -> Any:
    value = untrusted.get(key)
    if value is not None and not fits(value):
        raise NotTaken(f"'{key}' is not {words}")
    return value
