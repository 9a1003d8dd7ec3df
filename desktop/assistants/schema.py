"""Checks a function's JSON schema while it is typed: a line and a sentence for each thing that is wrong; no Qt."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from desktop.words import QT_TRANSLATE_NOOP, Words

Place = tuple[str | int, ...]
MOST = 20  # problems told at once
EMPTY = '{\n  "type": "object",\n  "properties": {},\n  "required": [],\n  "additionalProperties": false\n}'

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')
_TYPES = ("string", "number", "integer", "boolean", "array", "object", "null")
_KNOWN = frozenset(
    {
        *("$ref", "$defs", "$id", "$schema", "$comment", "type", "enum", "const", "title", "description", "default"),
        *("examples", "deprecated", "readOnly", "writeOnly", "format", "pattern", "minLength", "maxLength"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "items", "prefixItems"),
        *("minItems", "maxItems", "uniqueItems", "contains", "minContains", "maxContains", "properties", "required"),
        *("additionalProperties", "patternProperties", "propertyNames", "minProperties", "maxProperties"),
        *("dependentRequired", "dependentSchemas", "unevaluatedItems", "unevaluatedProperties", "definitions"),
        *("anyOf", "oneOf", "allOf", "not", "if", "then", "else"),
    }
)
_SYNTAX = (
    ("Expecting ',' delimiter", QT_TRANSLATE_NOOP("Schema", "A comma or a closing bracket is missing before this.")),
    ("Expecting ':' delimiter", QT_TRANSLATE_NOOP("Schema", "A colon is missing after the name.")),
    (
        "Expecting property name",
        QT_TRANSLATE_NOOP("Schema", "A name in double quotes is expected here; is there a comma too many?"),
    ),
    (
        "Illegal trailing comma",
        QT_TRANSLATE_NOOP("Schema", "A name in double quotes is expected here; is there a comma too many?"),
    ),
    ("Expecting value", QT_TRANSLATE_NOOP("Schema", "A value is missing here.")),
    ("Unterminated string", QT_TRANSLATE_NOOP("Schema", "A text is not closed: a double quote is missing.")),
    (
        "Invalid control character",
        QT_TRANSLATE_NOOP("Schema", "A text goes over the end of its line; write \\n."),
    ),
    ("Invalid \\escape", QT_TRANSLATE_NOOP("Schema", "A backslash in a text has to be written twice.")),
    ("Extra data", QT_TRANSLATE_NOOP("Schema", "There is something after the end of the object.")),
)
_NOT_JSON = QT_TRANSLATE_NOOP("Schema", "This is not JSON.")
_NO_OBJECT = QT_TRANSLATE_NOOP("Schema", 'The parameters are one object: the outermost type must be "object".')
_BAD_TYPE = QT_TRANSLATE_NOOP("Schema", "“{value}” is no type. Use one of {types}.")
_BAD = QT_TRANSLATE_NOOP("Schema", "The value of “{word}” does not fit there.")
_UNKNOWN = QT_TRANSLATE_NOOP("Schema", "“{word}” is not a word of JSON schema. Do you mean a property?")
_REQUIRED = QT_TRANSLATE_NOOP("Schema", "“{word}” is required but not among the properties.")
_STRICT_CLOSED = QT_TRANSLATE_NOOP("Schema", 'Strict: write "additionalProperties": false in every object.')
_STRICT_ALL = QT_TRANSLATE_NOOP("Schema", "Strict: every property is required; “{word}” is not.")
_BAD_REF = QT_TRANSLATE_NOOP("Schema", "“{word}” leads nowhere: there is no such definition.")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, on which line (from 1)."""

    line: int
    text: Words


def check(text: str, *, strict: bool = False, parameters: bool = True) -> tuple[Problem, ...]:
    """Return what is wrong with a schema, in the order of the lines. `parameters`: it describes arguments."""
    try:
        schema = json.loads(text)
    except json.JSONDecodeError as error:
        known = next((words for start, words in _SYNTAX if error.msg.startswith(start)), _NOT_JSON)
        return (Problem(error.lineno, known),)
    except (ValueError, RecursionError):
        return (Problem(1, _NOT_JSON),)
    lines = _lines(text)
    if not isinstance(schema, dict) or (parameters and schema.get("type") != "object"):
        return (Problem(lines.get(("type",), 1), _NO_OBJECT),)
    found: list[Problem] = []
    for place, words in _problems(schema, strict):
        problem = Problem(_line(lines, place), words)
        if problem not in found:
            found.append(problem)
        if len(found) == MOST:
            break
    return tuple(sorted(found, key=lambda problem: problem.line))


def _problems(schema: dict[str, Any], strict: bool) -> Iterator[tuple[Place, Words]]:
    import jsonschema  # type: ignore[import-untyped]  # here: only who opens a function needs it

    broken = False
    for error in jsonschema.Draft202012Validator(jsonschema.Draft202012Validator.META_SCHEMA).iter_errors(schema):
        broken = True
        place = tuple(error.absolute_path)
        if place and place[-1] == "type":
            yield place, _BAD_TYPE.fill(value=str(error.instance)[:40], types=", ".join(_TYPES))
        else:
            yield place, _BAD.fill(word=str(place[-1] if place else "")[:40])
    if broken:
        return
    for place, node in _nodes(schema, ()):
        yield from _of_node(schema, place, node, strict)


def _of_node(root: dict[str, Any], place: Place, node: dict[str, Any], strict: bool) -> Iterator[tuple[Place, Words]]:
    for word in node:
        if word not in _KNOWN:
            yield (*place, word), _UNKNOWN.fill(word=word[:40])
    ref = node.get("$ref")
    if isinstance(ref, str) and not _leads_somewhere(root, ref):
        yield (*place, "$ref"), _BAD_REF.fill(word=ref[:60])
    properties = node.get("properties")
    if not isinstance(properties, dict):
        return
    required = node.get("required") or []
    for word in required:
        if word not in properties:
            yield (*place, "required"), _REQUIRED.fill(word=str(word)[:40])
    if strict:
        if node.get("additionalProperties") is not False:
            yield (*place, "properties"), _STRICT_CLOSED
        for word in properties:
            if word not in required:
                yield (*place, "properties", word), _STRICT_ALL.fill(word=word[:40])


def _nodes(node: Any, place: Place) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Yield every schema in a schema, with its place."""
    if not isinstance(node, dict):
        return
    yield place, node
    for word in ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas"):
        inner = node.get(word)
        if isinstance(inner, dict):
            for name, value in inner.items():
                yield from _nodes(value, (*place, word, name))
    for word in ("items", "contains", "additionalProperties", "not", "if", "then", "else", "propertyNames"):
        yield from _nodes(node.get(word), (*place, word))
    for word in ("anyOf", "oneOf", "allOf", "prefixItems"):
        inner = node.get(word)
        if isinstance(inner, list):
            for number, value in enumerate(inner):
                yield from _nodes(value, (*place, word, number))


def _leads_somewhere(root: Any, ref: str) -> bool:
    if not ref.startswith("#"):
        return False
    node = root
    for part in ref[1:].split("/")[1:]:
        part = part.replace("~1", "/").replace("~0", "~")
        if not isinstance(node, dict) or part not in node:
            return False
        node = node[part]
    return True


def _line(lines: dict[Place, int], place: Place) -> int:
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


def _lines(text: str) -> dict[Place, int]:
    """Return the line of every name and item in JSON that can be read."""
    found: dict[Place, int] = {(): 1}
    stack: list[list[Any]] = []  # [kind, key or index, whether a name comes next]
    line, last = 1, 0
    for token in _TOKEN.finditer(text):
        line += text.count("\n", last, token.start())
        last = token.start()
        sign = token[0]
        top = stack[-1] if stack else None
        if top is not None and sign not in ",:}]":
            if top[0] == "{" and top[2]:
                top[1], top[2] = json.loads(sign), False
                found[tuple(frame[1] for frame in stack)] = line
                continue
            if top[0] == "[":
                found[tuple(frame[1] for frame in stack)] = line
        if sign == "{":
            stack.append(["{", None, True])
        elif sign == "[":
            stack.append(["[", 0, False])
        elif sign in "}]":
            stack.pop()
        elif sign == "," and top is not None:
            if top[0] == "{":
                top[2] = True
            else:
                top[1] += 1
    return found
