"""Arguments are checked before anything acts on them, and the complaint is short enough for a model."""

from __future__ import annotations

import pytest

from engine.tools.arguments import BadArguments, parse

SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "array", "items": {"type": "integer"}}},
    "required": ["city"],
}


def test_arguments_that_fit_come_back_as_an_object() -> None:
    assert parse('{"city": "Rome", "days": [1]}', SCHEMA) == {"city": "Rome", "days": [1]}
    assert parse("", {}) == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not valid JSON"),
        ("[1]", "one JSON object"),
        ("{}", "'city' is a required property"),
        ('{"city": "Rome", "days": ["x"]}', "at 'days/0'"),
    ],
)
def test_the_complaint_names_the_place(text: str, words: str) -> None:
    with pytest.raises(BadArguments, match=words):
        parse(text, SCHEMA)


def test_the_complaint_is_short_and_a_broken_schema_says_nothing() -> None:
    with pytest.raises(BadArguments) as caught:
        parse('{"city": ' + "[" * 900 + "]" * 900 + "}", SCHEMA)
    assert len(str(caught.value)) < 400
    assert parse('{"city": 1}', {"type": "nothing known"}) == {"city": 1}
