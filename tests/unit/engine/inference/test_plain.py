"""The plain words for models not taught to call: signatures, history, questions."""

from __future__ import annotations

import math
from typing import Any

from engine.inference import plain
from engine.inference.templates import Prompt
from engine.types import JsonObject

WEATHER: JsonObject = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Get the weather.",
        "parameters": {
            "type": "object",
            "properties": {
                "city": {"type": "string", "description": "Name of\nthe city"},
                "unit": {"enum": ["C", "F"]},
                "days": {"type": "array", "items": {"$ref": "#/$defs/day"}},
                "where": {
                    "type": "object",
                    "properties": {
                        "lat": {"type": "number"},
                        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                    },
                    "required": ["lat"],
                },
                "at": {"type": "string", "format": "date"},
                "mode": {"const": 1},
                "loose": {"type": ["string", "integer"]},
            },
            "required": ["city"],
            "$defs": {"day": {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}},
        },
    },
}
CALL: JsonObject = {
    "id": "call_1",
    "type": "function",
    "function": {"name": "get_weather", "arguments": {"city": "Paris"}},
}


def _user(text: str) -> JsonObject:
    return {"role": "user", "content": text}


def test_a_signature_is_a_declaration_with_comments() -> None:
    assert plain.signature(WEATHER) == (
        "// Get the weather.\n"
        "get_weather({\n"
        "  city: string  // Name of the city\n"
        '  unit?: "C" | "F"\n'
        "  days?: {n: integer}[]\n"
        "  where?: {lat: number, note?: string | null}\n"
        "  at?: string as date\n"
        "  mode?: 1\n"
        "  loose?: string | integer\n"
        "})"
    )
    assert plain.signature({"function": {"name": "now"}}) == "now()"


def test_a_schema_that_contains_itself_ends() -> None:
    node: dict[str, Any] = {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}}
    tool = {"function": {"name": "f", "parameters": {"properties": {"n": node}, "$defs": {"node": node}}}}

    assert len(plain.signature(tool)) < 500


def test_functions_are_described_to_the_system_and_history_becomes_text() -> None:
    messages = [
        {"role": "system", "content": "Be brief."},
        _user("Paris and Rome?"),
        {"role": "assistant", "content": "", "tool_calls": [CALL, CALL]},
        {"role": "tool", "name": "get_weather", "tool_call_id": "call_1", "content": "sun"},
        {"role": "tool", "name": "get_weather", "content": "rain"},
        {"role": "tool", "content": "wind"},
    ]

    system, question, calls, results = plain.conversation(messages, [WEATHER])

    assert system["content"].startswith("Be brief.\n\n# Functions\n")
    assert question == _user("Paris and Rome?")
    one = '{"name": "get_weather", "arguments": {"city": "Paris"}}'
    assert calls == {"role": "assistant", "content": f"[{one}, {one}]"}
    assert results == _user(
        'get_weather({"city": "Paris"}) returned:\nsun\n\nget_weather returned:\nrain\n\nThe function returned:\nwind'
    )
    assert plain.conversation([_user("Hi")], [])[0] == _user("Hi")


def test_every_question_follows_the_same_beginning() -> None:
    def render(messages: list[JsonObject]) -> Prompt:
        return Prompt("|".join(m["content"] for m in messages))

    found = plain.rendered([_user("Hi")], [WEATHER], render)

    greeting = found.pop("greeting")
    assert set(found) == {"decide", "calls", "words"}
    assert len({prompt.text.rpartition("|")[0] for prompt in found.values()}) == 1
    assert greeting.text == found["decide"].text.replace("|Hi|", "|Hello!|")
    assert list(plain.rendered([_user("Hi")], [], render)) == [None]


def test_after_results_the_questions_are_others_and_a_call_has_to_be_likelier() -> None:
    first, again = [_user("Hi")], [_user("Hi"), {"role": "tool", "content": "1"}]

    for way in ("decide", "words"):
        assert plain.ask(first, way) != plain.ask(again, way)  # type: ignore[arg-type]
    assert plain.margin(first) < plain.margin(again)


def test_with_results_the_question_is_said_again_unless_it_is_long() -> None:
    result = {"role": "tool", "content": "1"}

    assert "How many?" in plain.ask([_user("How many?"), result], "words")[0]["content"]
    assert len(plain.ask([_user("x" * 5000), result], "words")[0]["content"]) < 100


def test_with_several_results_the_way_to_answer_stands_after_the_question() -> None:
    result = {"role": "tool", "tool_call_id": "call_1", "content": "9"}
    said = plain.ask([_user("谁多？"), result, result], "words")[0]["content"]

    assert said.startswith("谁多？")
    assert said != plain.ask([_user("谁多？"), result], "words")[0]["content"]
    assert plain.ask([_user("谁多？" * 500), result, result], "words")[0]["content"] in said


def test_a_failed_call_is_repaired_unless_another_one_worked() -> None:
    bad, good = ({"role": "tool", "content": text} for text in ("Error: no such column", "[(1,)]"))

    assert plain.margin([_user("Hi"), bad]) == -math.inf
    assert plain.margin([_user("Hi"), good, bad]) == plain.AGAIN_MARGIN
    assert plain.margin([_user("Hi"), good, _user("And?"), bad]) == -math.inf


def test_words_are_asked_for_in_the_language_of_the_conversation() -> None:
    def words(said: str) -> str:
        return str(plain.ask([_user(said)], "words")[0]["content"])

    assert words("光合作用是什么？") == words("解释一下 Function Calling") != words("What does 火 mean in English?")
