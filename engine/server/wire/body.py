"""Strict reading of request bodies: what is not understood is refused by name."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from engine.errors import InvalidRequest

B = TypeVar("B", bound="Body")
_MAX_DEPTH = 64


class Body(BaseModel):
    """Base of all request shapes: no unknown field, no conversion between types, immutable."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, hide_input_in_errors=True, protected_namespaces=()
    )

    def given(self) -> dict[str, Any]:
        """Return the fields the caller sent, as JSON values; null stays None, absent fields are missing."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


def by_type(untrusted: Any) -> str | None:
    """Discriminate a union by the `type` field; tags are in angle brackets so that paths can leave them out."""
    kind = untrusted.get("type") if isinstance(untrusted, dict) else getattr(untrusted, "type", None)
    return f"<{kind}>" if isinstance(kind, str) else None


def text_or(tag: str) -> Callable[[Any], str]:
    """Discriminate between a plain string and one other shape."""
    return lambda untrusted: "<text>" if isinstance(untrusted, str) else tag


def load_json(untrusted: bytes) -> Any:
    """Parse a body; an empty one is an empty object. Raises InvalidRequest on anything that is not sound JSON."""
    if not untrusted.strip():
        return {}
    try:
        parsed = json.loads(untrusted, parse_constant=_no_constant)
        _check_depth(parsed)
        if b"\\u" in untrusted:  # an escape may smuggle in half a surrogate pair, which no UTF-8 text can hold
            json.dumps(parsed, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise InvalidRequest(
            "We could not parse the JSON body of your request. Send valid UTF-8 encoded JSON.", code="invalid_json"
        ) from error
    return parsed


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _check_depth(untrusted: Any) -> None:
    level = [untrusted]
    for _ in range(_MAX_DEPTH):
        level = [
            child
            for value in level
            if isinstance(value, dict | list)
            for child in (value.values() if isinstance(value, dict) else value)
            if isinstance(child, dict | list)
        ]
        if not level:
            return
    raise ValueError("nested too deeply")


def parse(shape: type[B], untrusted: Any) -> B:
    """Check a parsed body against a shape. Raises InvalidRequest that names the first offending field."""
    if not isinstance(untrusted, dict):
        raise InvalidRequest("The body of the request must be a JSON object.", code="invalid_type")
    try:
        return shape.model_validate(untrusted)
    except ValidationError as error:
        raise _refusal(error) from None


def _refusal(error: ValidationError) -> InvalidRequest:
    problems = error.errors(include_url=False)
    # An unknown name is often the cause of a missing one: tell the misspelling first.
    first = next((p for p in problems if p["type"] == "extra_forbidden"), problems[0])
    kind, context = first["type"], first.get("ctx", {})
    path = _path(first["loc"])
    if kind.startswith("union_tag"):
        path += ".type"
    code, words = _words(kind, context, first["msg"], path)
    return InvalidRequest(words, code=code, param=path or None)


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        elif not part.startswith(("<", "[")):
            path += f".{part[:64]}" if path else part[:64]
    return path


_NAMES = {
    "string_type": "a string",
    "int_type": "an integer",
    "float_type": "a number",
    "bool_type": "a boolean",
    "list_type": "an array",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "string_unicode": "valid UTF-8 text",
    "finite_number": "a finite number",
}


def _words(kind: str, context: dict[str, Any], message: str, path: str) -> tuple[str, str]:  # noqa: C901  a flat table
    match kind:
        case "missing":
            return "missing_required_parameter", f"Missing required parameter: '{path}'."
        case "extra_forbidden":
            return "unknown_parameter", f"Unknown parameter: '{path}'."
        case "string_too_long":
            limit = context["max_length"]
            return "string_above_max_length", f"Invalid '{path}': string too long. Expected at most {limit} characters."
        case "string_too_short":
            return "string_below_min_length", f"Invalid '{path}': string too short. Expected a non-empty string."
        case "too_long":
            limit = context["max_length"]
            return "array_above_max_length", f"Invalid '{path}': too many entries. Expected at most {limit}."
        case "too_short":
            limit = context["min_length"]
            return "array_below_min_length", f"Invalid '{path}': too few entries. Expected at least {limit}."
        case "greater_than_equal" | "greater_than":
            bound = context.get("ge", context.get("gt"))
            return f"{_number(bound)}_below_min_value", f"Invalid '{path}': Expected a value >= {bound}."
        case "less_than_equal" | "less_than":
            bound = context.get("le", context.get("lt"))
            return f"{_number(bound)}_above_max_value", f"Invalid '{path}': Expected a value <= {bound}."
        case "literal_error":
            return "invalid_value", f"Invalid value for '{path}': expected {context['expected']}."
        case "union_tag_invalid":
            expected = context["expected_tags"].replace("<", "").replace(">", "")
            return "invalid_value", f"Invalid value for '{path}': expected one of {expected}."
        case "union_tag_not_found":
            return "missing_required_parameter", f"Missing required parameter: '{path}'."
        case "string_pattern_mismatch":
            pattern = context["pattern"]
            return "invalid_value", f"Invalid '{path}': Expected a string that matches the pattern '{pattern}'."
        case "none_required":
            return "unsupported_parameter", f"Unsupported parameter: '{path}' cannot be set for a local model."
        case "value_error":
            return "invalid_value", f"Invalid value for '{path}': {context['error']}"
    if kind in _NAMES:
        return "invalid_type", f"Invalid type for '{path}': expected {_NAMES[kind]}."
    return "invalid_value", f"Invalid value for '{path}': {message}."


def _number(bound: Any) -> str:
    return "decimal" if isinstance(bound, float) else "integer"
