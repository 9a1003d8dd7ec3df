"""What callers may ask for, checked at the front door; the bounds are the Assistants API's own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from engine.errors import InvalidRequest
from engine.types import UNSET, JsonObject, NewMessage, Part, RefusalPart, RunRequest, TextPart

MAX_INSTRUCTIONS = 256_000
MAX_TEXT = 256_000
ASSISTANT_TOOLS = 128
RUN_TOOLS = 20
_TOOL_TYPES = ("code_interpreter", "file_search", "function")
_FUNCTION_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
_FORMATS = ("text", "json_object", "json_schema")


def check_assistant(fields: Mapping[str, Any]) -> None:
    """Check the given fields of an assistant; UNSET and None pass. Raises InvalidRequest with `param`."""
    given = {key: value for key, value in fields.items() if value is not UNSET and value is not None}
    _length(given, "model", 256, least=1)
    _length(given, "name", 256)
    _length(given, "description", 512)
    _length(given, "instructions", MAX_INSTRUCTIONS)
    if "tools" in given:
        check_tools(given["tools"], ASSISTANT_TOOLS)
    _check_shared(given)


def check_run(request: RunRequest) -> None:
    """Check what a caller sets for one run. Raises InvalidRequest with `param`."""
    given = {name: getattr(request, name) for name in request.__slots__}
    given = {key: value for key, value in given.items() if value is not None}
    _length(given, "model", 256, least=1)
    _length(given, "instructions", MAX_INSTRUCTIONS)
    _length(given, "additional_instructions", MAX_INSTRUCTIONS)
    if "tools" in given:
        check_tools(given["tools"], RUN_TOOLS)
    for name in ("max_prompt_tokens", "max_completion_tokens"):
        if name in given:
            _integer(name, given[name], 256)
    if "truncation_strategy" in given:
        _check_truncation(given["truncation_strategy"])
    if "tool_choice" in given:
        _check_tool_choice(given["tool_choice"])
    _check_shared(given)
    for message in request.additional_messages:
        check_message(message, param="additional_messages")


def check_message(message: NewMessage, *, param: str = "content") -> None:
    """Check a new message's role, parts and metadata. Raises InvalidRequest."""
    if message.role not in ("user", "assistant"):
        raise InvalidRequest(f"'role' must be 'user' or 'assistant', not {message.role!r}.", param="role")
    if not message.content or not any(_says_something(part) for part in message.content):
        raise InvalidRequest("Message content must be non-empty.", param=param)
    length = sum(len(part.text) for part in message.content if isinstance(part, TextPart))
    if length > MAX_TEXT:
        raise InvalidRequest(
            f"The message has {length} characters; at most {MAX_TEXT} are allowed. Split it, or attach it as a file.",
            param=param,
            code="string_above_max_length",
        )
    check_metadata(message.metadata)


def check_metadata(metadata: Mapping[str, str]) -> None:
    """At most 16 pairs, keys of 64 and values of 512 characters. Raises InvalidRequest."""
    if not isinstance(metadata, Mapping):
        raise InvalidRequest("'metadata' must be an object of strings.", param="metadata")
    if len(metadata) > 16:
        raise InvalidRequest(f"'metadata' has {len(metadata)} pairs; at most 16 are allowed.", param="metadata")
    for key, value in metadata.items():
        if not isinstance(key, str) or not isinstance(value, str):
            raise InvalidRequest("'metadata' must have strings as keys and values.", param="metadata")
        if len(key) > 64 or len(value) > 512:
            raise InvalidRequest(
                "'metadata' has a key of more than 64 or a value of more than 512 characters.", param="metadata"
            )


def check_tools(tools: Sequence[JsonObject], most: int) -> None:
    """Check number, types and function names. Raises InvalidRequest."""
    if len(tools) > most:
        raise InvalidRequest(f"'tools' has {len(tools)} entries; at most {most} are allowed.", param="tools")
    for index, tool in enumerate(tools):
        kind = tool.get("type") if isinstance(tool, Mapping) else None
        if kind not in _TOOL_TYPES:
            raise InvalidRequest(
                f"'tools[{index}].type' must be one of {', '.join(_TOOL_TYPES)}.", param=f"tools[{index}].type"
            )
        if kind == "function":
            function = tool.get("function")
            name = function.get("name") if isinstance(function, Mapping) else None
            if not isinstance(name, str) or not _FUNCTION_NAME.fullmatch(name):
                raise InvalidRequest(
                    f"'tools[{index}].function.name' must have 1 to 64 letters, digits, '_' or '-'.",
                    param=f"tools[{index}].function.name",
                )


def _check_shared(given: Mapping[str, Any]) -> None:
    """Check what assistants and runs have in common."""
    for name, most in (("temperature", 2), ("top_p", 1)):
        if name in given:
            _number(name, given[name], most)
    if "metadata" in given:
        check_metadata(given["metadata"])
    if "reasoning_effort" in given and given["reasoning_effort"] not in _EFFORTS:
        raise InvalidRequest(f"'reasoning_effort' must be one of {', '.join(_EFFORTS)}.", param="reasoning_effort")
    if "response_format" in given:
        _check_response_format(given["response_format"])


def _check_response_format(value: Any) -> None:
    kind = value.get("type") if isinstance(value, Mapping) else None
    if value != "auto" and kind not in _FORMATS:
        raise InvalidRequest(
            f"'response_format' must be 'auto' or an object of type {', '.join(_FORMATS)}.", param="response_format"
        )
    if kind == "json_schema":
        schema = value.get("json_schema")
        name = schema.get("name") if isinstance(schema, Mapping) else None
        if not isinstance(name, str) or not _FUNCTION_NAME.fullmatch(name):
            raise InvalidRequest(
                "'response_format.json_schema.name' must have 1 to 64 letters, digits, '_' or '-'.",
                param="response_format.json_schema.name",
            )


def _check_truncation(value: Any) -> None:
    kind = value.get("type") if isinstance(value, Mapping) else None
    if kind not in ("auto", "last_messages"):
        raise InvalidRequest(
            "'truncation_strategy.type' must be 'auto' or 'last_messages'.", param="truncation_strategy.type"
        )
    last = value.get("last_messages")
    if kind == "last_messages" or last is not None:
        _integer("truncation_strategy.last_messages", last, 1)


def _check_tool_choice(value: Any) -> None:
    if value in ("none", "auto", "required"):
        return
    kind = value.get("type") if isinstance(value, Mapping) else None
    if kind not in _TOOL_TYPES:
        raise InvalidRequest("'tool_choice' must be none, auto, required or name a tool.", param="tool_choice")
    function = value.get("function")
    if kind == "function" and not (isinstance(function, Mapping) and isinstance(function.get("name"), str)):
        raise InvalidRequest("'tool_choice.function.name' is missing.", param="tool_choice.function.name")


def _says_something(part: Part) -> bool:
    match part:
        case TextPart(text=text) | RefusalPart(refusal=text):
            return bool(text)
        case _:
            return True


def _length(given: Mapping[str, Any], name: str, most: int, *, least: int = 0) -> None:
    if name not in given:
        return
    value = given[name]
    if not isinstance(value, str):
        raise InvalidRequest(f"'{name}' must be a string.", param=name)
    if not least <= len(value) <= most:
        code = "string_above_max_length" if len(value) > most else None
        raise InvalidRequest(
            f"'{name}' has {len(value)} characters; {least} to {most} are allowed.", param=name, code=code
        )


def _number(name: str, value: Any, most: float) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise InvalidRequest(f"'{name}' must be a number from 0 to {most}.", param=name)


def _integer(name: str, value: Any, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise InvalidRequest(f"'{name}' must be a whole number, at least {least}.", param=name)
