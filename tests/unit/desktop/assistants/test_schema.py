"""Every mistake in a schema is told with its line."""

from __future__ import annotations

import json

import pytest

from desktop.assistants.schema import EMPTY, MOST, check

GOOD = """{
  "type": "object",
  "properties": {
    "city": {"type": "string", "description": "Where"},
    "days": {"type": "array", "items": {"$ref": "#/$defs/day"}}
  },
  "required": ["city", "days"],
  "additionalProperties": false,
  "$defs": {"day": {"enum": ["mon", "tue"]}}
}"""


@pytest.mark.parametrize("text", [EMPTY, GOOD])
def test_what_is_right_is_left_alone(text: str) -> None:
    assert check(text, strict=True) == ()


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "value is missing"),
        ('{\n  "type": "object"\n  "properties": {}\n}', 3, "comma"),
        ('{\n  "type": "object",\n}', 3, "double quotes"),
        ('{"type" "object"}', 1, "colon"),
        ('{"type": "object}', 1, "not closed"),
        ('{"type": "object"}\n\n{}', 3, "after the end"),
        ("[1, 2]", 1, "one object"),
        ('{\n  "properties": {},\n  "type": "array"\n}', 3, "one object"),
        (GOOD.replace('"type": "string"', '"type": "text"'), 4, "is no type"),
        (GOOD.replace('"description"', '"descripton"'), 4, "“descripton”"),
        (GOOD.replace('["city", "days"]', '["city", "days", "x"]'), 7, "“x” is required"),
        (GOOD.replace("$defs/day", "$defs/night"), 5, "leads nowhere"),
        (GOOD.replace('["city", "days"]', '"city"'), 7, "“required”"),
    ],
)
def test_mistakes_have_a_line_and_a_sentence(text: str, line: int, words: str) -> None:
    [problem] = check(text)
    sentence = problem.text.source.format(**problem.text.values)

    assert (problem.line, words in sentence) == (line, True), sentence


def test_strict_asks_for_more() -> None:
    open_ended = '{\n  "type": "object",\n  "properties": {\n    "a": {"type": "string"}\n  }\n}'

    assert check(open_ended) == ()
    assert [(p.line, "Strict" in p.text.source) for p in check(open_ended, strict=True)] == [(3, True), (4, True)]


def test_an_answer_may_be_of_any_type_and_problems_are_bounded() -> None:
    assert check('{"type": "array", "items": {"type": "string"}}', parameters=False) == ()
    many = json.dumps({"type": "object", "properties": {str(n): {"type": "x"} for n in range(50)}}, indent=1)
    assert len(check(many)) == MOST
    assert check("[" * 100_000)
