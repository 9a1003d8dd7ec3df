"""The shape of the description inside a `.fireside` file; whatever does not fit it is refused."""

from __future__ import annotations

from engine.types import JsonObject

FORMAT = "fireside-assistant"
VERSION = 1

_MOST_TEXT = 256_000


def _text(most: int, **more: object) -> JsonObject:
    return {"type": "string", "maxLength": most, **more}


def _or_null(schema: JsonObject) -> JsonObject:
    return {"anyOf": [schema, {"type": "null"}]}


def _object(required: JsonObject, **optional: JsonObject) -> JsonObject:
    return {
        "type": "object",
        "properties": {**required, **optional},
        "required": list(required),
        "additionalProperties": False,
    }


def _number(most: float) -> JsonObject:
    return _or_null({"type": "number", "minimum": 0, "maximum": most})


_PACKED = _object(
    {
        "place": _text(9, pattern=r"^files/[0-9]{1,3}$"),
        "filename": _text(255, minLength=1),
        "bytes": {"type": "integer", "minimum": 0},
        "sha256": _text(64, pattern=r"^[0-9a-f]{64}$"),
    }
)
_NAME = _text(64, pattern=r"^[A-Za-z0-9_-]{1,64}$")
_APPROVAL: JsonObject = {"enum": ["ask", "allow", "never"]}


def _function(kind: str, config: JsonObject) -> JsonObject:
    return _object({"name": _NAME, "kind": {"const": kind}, "config": config, "approval": _APPROVAL})


SCHEMA: JsonObject = _object(
    {
        "format": {"const": FORMAT},
        "version": {"const": VERSION},
        "made_at": {"type": "integer", "minimum": 0},
        "assistant": _object(
            {
                "model": _text(256, minLength=1),
                "tools": {"type": "array", "maxItems": 128, "items": {"type": "object"}},
            },
            name=_or_null(_text(256)),
            description=_or_null(_text(512)),
            instructions=_or_null(_text(_MOST_TEXT)),
            metadata={"type": "object", "maxProperties": 16, "additionalProperties": _text(512)},
            temperature=_number(2),
            top_p=_number(1),
            response_format=_or_null({"type": ["object", "string"]}),
            reasoning_effort=_or_null(_text(16)),
        ),
        "functions": {
            "type": "array",
            "maxItems": 128,
            "items": {
                "oneOf": [
                    _function("sqlite", _PACKED),
                    _function("python", _object({"code": _text(100_000)})),
                    _function("fixed", _object({"text": _text(_MOST_TEXT)})),
                    _function("server", _object({"server_id": _text(256), "tool": _text(256)})),
                    _function("person", _object({})),
                ]
            },
        },
        "code_files": {"type": "array", "maxItems": 20, "items": _PACKED},
    },
    knowledge=_or_null(_object({"name": _text(256, minLength=1), "files": {"type": "array", "items": _PACKED}})),
)
