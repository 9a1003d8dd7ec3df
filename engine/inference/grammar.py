"""Grammars for what a model must write: tool calls in the template's own form, and answers that match a JSON schema.

Builds text in the Lark dialect of llguidance (its docs/syntax.md); pure. Special tokens of the vocabulary cannot be
written as text there, so callers pass `literal`, which turns text into terms.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.inference.formats import CallFormat
from engine.types import JsonObject

Literal = Callable[[str], str]  # text -> Lark terms, special tokens by id; "" -> ""

# Compact and predictable, as models were trained on; with free white space small models write it without end.
_LAYOUT = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}


def calls(form: CallFormat, tools: Sequence[JsonObject], literal: Literal, *, most: int, opened: bool) -> str | None:
    """Return the grammar of one to `most` calls; `opened`: the marker has been written already.

    None for formats whose arguments are no grammar of ours ("gemma"): those are checked after the fact.
    """
    if form.style == "gemma":
        return None
    before = form.before.partition(form.marker)[2] if opened and form.marker else form.before
    rules, names = [], []
    for number, tool in enumerate(tools):
        function = tool["function"]
        rules += _arguments(form, number, function.get("parameters") or {}, literal)
        names.append(_sequence(literal(function["name"] + form.middle), f"arguments_{number}"))
    more = ""
    if most > 1 and form.between is not None:
        more = f"({_sequence(literal(form.between), 'call')}){{0,{most - 1}}}"
    start = _sequence(literal(before), "call", more, literal(form.end))
    return "\n".join([f"start: {start}", "call: " + " | ".join(names), *rules])


def continued(schema: Mapping[str, Any], closing: str, literal: Literal) -> str:
    """Return the grammar of the rest of a call whose name is written: arguments, then what closes the call."""
    end = _sequence("arguments", "/[ \\n]{0,8}/", literal(closing))
    return f"start: /[ \\n]{{0,4}}/ {end}\narguments: {_json(strict(schema))}"


def answer(schema: Mapping[str, Any] | None) -> str:
    """Return the grammar of an answer that is JSON: any object, or one that matches the schema."""
    return f"start: {_json(schema if schema is not None else {'type': 'object'})}"


def strict(schema: Any) -> Any:
    """Return the schema with objects closed where it does not say otherwise: a call has no room for inventions."""
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    closed = {key: strict(value) if key not in ("enum", "const", "default") else value for key, value in schema.items()}
    if isinstance(closed.get("properties"), dict) and not {"additionalProperties", "patternProperties"} & set(closed):
        closed["additionalProperties"] = False
    return closed


def _json(schema: Mapping[str, Any]) -> str:
    return "%json " + json.dumps({"x-guidance": _LAYOUT, **schema}, ensure_ascii=True)


def _sequence(*terms: str) -> str:
    return " ".join(term for term in terms if term) or '""'


def _arguments(form: CallFormat, number: int, schema: Mapping[str, Any], literal: Literal) -> list[str]:
    """Return the rules for one tool's arguments; the first is named `arguments_N`."""
    name = f"arguments_{number}"
    if form.style == "json":
        top = {"type": "object", "properties": {}, **schema}
        return [f"{name}: {_json(strict(top))}"]
    properties = schema.get("properties") or {}
    required = set(schema.get("required") or ())
    ordered = sorted(properties, key=lambda key: key not in required)
    rules, terms = [], []
    for index, key in enumerate(ordered):
        rule = f"{name}_{index}"
        terms.append(rule if key in required else f"({rule})?")
        rules += _pair(form, rule, key, properties[key], literal, first=index == 0)
    return [f"{name}: {_sequence(*terms)}", *rules]


def _pair(form: CallFormat, rule: str, key: str, schema: Any, literal: Literal, *, first: bool) -> list[str]:
    """Return the rules for one argument in a style that is not one JSON object."""
    if form.style == "python":
        comma = "" if first else literal(", ")
        return [f"{rule}: {_sequence(comma, literal(key + '='), rule + '_value')}", f"{rule}_value: {_json(schema)}"]
    opening, closing = {
        "xml": (f"<parameter={key}>\n", "\n</parameter>\n"),
        "glm": (f"<arg_key>{key}</arg_key>\n<arg_value>", "</arg_value>\n"),
    }[form.style]
    kind = schema.get("type") if isinstance(schema, Mapping) else None
    if kind == "string" and "enum" not in schema:
        quoted = json.dumps(closing)
        return [f"{rule}: {_sequence(literal(opening), rule + '_text')}", f"{rule}_text[suffix={quoted}]: /(?s:.*)/"]
    if kind == "string":
        options = " | ".join(json.dumps(str(option)) for option in schema["enum"])
        return [f"{rule}: {_sequence(literal(opening), f'({options})', literal(closing))}"]
    return [
        f"{rule}: {_sequence(literal(opening), rule + '_value', literal(closing))}",
        f"{rule}_value: {_json(schema)}",
    ]
