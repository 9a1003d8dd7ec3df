"""Function calling for models that were not trained to write their template's calls; pure.

Such a model is asked in plain words, after the conversation: whether a function fits, then for the calls as a JSON
array, or for an answer in words. The questions are never part of the conversation: each is read after the same
beginning, so what was read before stays in the cache. Signatures are short, as a small model reads them better than
JSON schemas, and a processor reads them sooner.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal

from engine.inference.formats import CallFormat
from engine.inference.results import failed
from engine.inference.templates import Prompt
from engine.types import JsonObject

Way = Literal["greeting", "decide", "calls", "words"]
Render = Callable[[list[JsonObject]], Prompt]

# What the worker writes around the array, so that the parser knows it for calls; the model does not see it.
OPENING, CLOSING = "<tool_calls>", "</tool_calls>"
NONE = "none"
ARRAY = CallFormat(
    before='[{"name": "', middle='", "arguments": ', between='}, {"name": "', end="}]", marker="", described=False
)

# A small model leans towards or away from calling whatever is asked, by its instructions and by how functions are
# named. So what counts is how much likelier the best function is than "none" (a difference of log-probabilities) after
# the request, less half of the same after a greeting in its place: half, as the greeting is not quite neutral. On the
# starter that was -0.5 and more where a function fits, -0.8 and less where none does.
LEANING = 0.5
FIRST_MARGIN = -0.65
# After results no greeting compares; the same eagerness as at first would be a loop.
AGAIN_MARGIN = 0.0

_HEAD = "# Functions\n\nYou can call these functions:\n\n"
_DECIDE = "Reply with the name of the function to call now, or with none if this has nothing to do with your functions."
_GREETING = {"en": "Hello!", "zh": "你好！"}
_DECIDE_AGAIN = "Must another function be called before my question can be answered? Reply with its name, or with: none"
_CALLS = (
    'Write the function calls that this needs as a JSON array: [{"name": ..., "arguments": {...}}, ...]. '
    "Each element finds out or does one thing only, so that several things need several elements. "
    "Leave out arguments marked ? unless I named them."
)
_REPAIR = (
    "That failed. Read the error, correct the mistake it names, and write the corrected calls as a JSON array: "
    '[{"name": ..., "arguments": {...}}, ...]. Do not write the same call again.'
)
_WORDS = {"en": "No function is needed here. Answer me in words.", "zh": "这里不需要调用函数。请直接用文字回答我。"}
_WORDS_AGAIN = {
    "en": "Now answer my question in words, with what the functions returned.",
    "zh": "现在请用函数返回的结果，以文字回答我的问题。",
}
# Stands after the question: said before it, it is forgotten, and the model answers tersely and often wrongly.
_WORDS_OF_SEVERAL = {
    "en": "Answer from these results in plain words: first what each of them is, then the conclusion. "
    "Do not mention functions or queries.",
    "zh": "请根据以上结果，用平常的话回答：先逐个说明查到的结果，再得出结论。不要提到函数和查询语句。",
}
_CJK = re.compile(r"[\u3400-\u9fff]")
_LONGEST_ECHO = 600  # characters of a question or of arguments that are said again
_MOST_DEPTH = 4  # levels of nested objects written out in a signature


def rendered(messages: Sequence[JsonObject], tools: Sequence[JsonObject], render: Render) -> dict[Way | None, Prompt]:
    """Return every prompt the model may have to read; without tools it is only one, under None."""
    asked = conversation(messages, tools)
    if not tools:
        return {None: render(asked)}
    ways: Sequence[Way] = ("decide", "calls", "words")
    prompts: dict[Way | None, Prompt] = {way: render([*asked, *ask(messages, way)]) for way in ways}
    if not _has_results(messages):
        greeting = {"role": "user", "content": _GREETING[_language(messages)]}
        alone = [*(m for m in asked[:1] if m["role"] == "system"), greeting]
        prompts["greeting"] = render([*alone, *ask(messages, "decide")])
    return prompts


def conversation(messages: Sequence[JsonObject], tools: Sequence[JsonObject]) -> list[JsonObject]:
    """Return the messages with calls and results as text, and the functions described to the system."""
    flat: list[JsonObject] = []
    made: dict[str, str] = {}  # what was called, by the id of the call
    for message in messages:
        if message["role"] == "tool":
            _add_result(flat, message, made.get(str(message.get("tool_call_id"))))
            continue
        content = str(message.get("content") or "")
        if calls := message.get("tool_calls"):
            made |= {str(call.get("id")): _called(call) for call in calls}
            content = f"{content}\n{_array(calls)}".lstrip("\n")
        flat.append({"role": message["role"], "content": content})
    for message in flat:
        message.pop("results", None)
    if not tools:
        return flat
    described = _HEAD + "\n\n".join(signature(tool) for tool in tools)
    if flat and flat[0]["role"] == "system":
        flat[0]["content"] = f"{flat[0]['content']}\n\n{described}"
        return flat
    return [{"role": "system", "content": described}, *flat]


def ask(messages: Sequence[JsonObject], way: Way) -> list[JsonObject]:
    """Return the question that goes after the conversation."""
    again = _has_results(messages)
    if way == "words" and again:
        question = _answer(messages)
    elif way == "words":
        question = _WORDS[_language(messages)]
    elif way == "calls":
        question = _REPAIR if margin(messages) == -math.inf else _CALLS
    else:
        question = _DECIDE_AGAIN if again else _DECIDE
    return [{"role": "user", "content": question}]


def _answer(messages: Sequence[JsonObject]) -> str:
    """Return how to answer with the results; the question is said again, as it may stand far above by now."""
    asked, language = _said(messages), _language(messages)
    asked = asked if len(asked) <= _LONGEST_ECHO else ""
    if len(list(_results(messages))) > 1:
        return f"{asked}\n\n{_WORDS_OF_SEVERAL[language]}".lstrip("\n")
    return f"{_WORDS_AGAIN[language]}\n\n{asked}".rstrip("\n")


def _results(messages: Sequence[JsonObject]) -> Iterator[JsonObject]:
    """Yield the results that the conversation ends with."""
    return itertools.takewhile(lambda message: message["role"] == "tool", reversed(messages))


def margin(messages: Sequence[JsonObject]) -> float:
    """Return how much likelier than "none" a function must be for a call to be made; after failures it is made anyway.

    How often a failed call may be repaired is for the caller to bound, by `tool_choice` "none".
    """
    if not _has_results(messages):
        return FIRST_MARGIN
    return -math.inf if all(failed(str(result["content"])) for result in _results(messages)) else AGAIN_MARGIN


def _has_results(messages: Sequence[JsonObject]) -> bool:
    return bool(messages) and messages[-1]["role"] == "tool"


def _said(messages: Sequence[JsonObject]) -> str:
    """Return what the user wrote last."""
    return next((str(m.get("content") or "") for m in reversed(messages) if m["role"] == "user"), "")


def _language(messages: Sequence[JsonObject]) -> str:
    """Return "zh" when the user wrote Chinese last, a few foreign words aside."""
    said = _said(messages)
    chinese = len(_CJK.findall(said))
    return "zh" if chinese and chinese * 3 >= len(said.split()) else "en"


def signature(tool: JsonObject) -> str:
    """Return a function as a declaration with comments."""
    function = tool["function"]
    schema = function.get("parameters") or {}
    definitions = {**schema.get("definitions", {}), **schema.get("$defs", {})}
    required = set(schema.get("required") or ())
    lines = []
    for name, untrusted in (schema.get("properties") or {}).items():
        given: Mapping[str, Any] = untrusted if isinstance(untrusted, Mapping) else {}
        optional = "" if name in required else "?"
        note = " ".join(str(given.get("description") or "").split())
        shown = f"  {name}{optional}: {_type(given, definitions, _MOST_DEPTH)}"
        lines.append(f"{shown}  // {note}" if note else shown)
    body = "{\n" + "\n".join(lines) + "\n}" if lines else ""
    described = str(function.get("description") or "").strip()
    return (f"// {described}\n" if described else "") + f"{function['name']}({body})"


def _type(schema: Mapping[str, Any], definitions: Mapping[str, Any], depth: int) -> str:
    if isinstance(reference := schema.get("$ref"), str):
        found = definitions.get(reference.rpartition("/")[2])
        return _type(found, definitions, depth - 1) if isinstance(found, Mapping) and depth > 0 else "object"
    if isinstance(schema.get("enum"), list):
        return " | ".join(json.dumps(value, ensure_ascii=False) for value in schema["enum"])
    if "const" in schema:
        return json.dumps(schema["const"], ensure_ascii=False)
    for key in ("anyOf", "oneOf"):
        if isinstance(schema.get(key), list):
            return " | ".join(_type(s, definitions, depth - 1) for s in schema[key] if isinstance(s, Mapping))
    kind = schema.get("type", "any")
    if isinstance(kind, list):
        return " | ".join(map(str, kind))
    if kind == "array":
        items = schema.get("items")
        return (_type(items, definitions, depth - 1) if isinstance(items, Mapping) and depth > 0 else "any") + "[]"
    properties = schema.get("properties")
    if kind == "object" and isinstance(properties, Mapping) and depth > 0:
        return _object(properties, set(schema.get("required") or ()), definitions, depth)
    return f"{kind} as {schema['format']}" if isinstance(schema.get("format"), str) else str(kind)


def _object(properties: Mapping[str, Any], required: set[str], definitions: Mapping[str, Any], depth: int) -> str:
    fields = (
        f"{name}{'' if name in required else '?'}: {_type(value, definitions, depth - 1)}"
        for name, value in properties.items()
        if isinstance(value, Mapping)
    )
    return "{" + ", ".join(fields) + "}"


def _add_result(flat: list[JsonObject], message: JsonObject, called: str | None) -> None:
    """Results of one round become one message of the user, as the model knows no other way to be told.

    Each says again what was called: a small model mixes up results that only stand in the order of the calls.
    """
    text = f"{called or message.get('name') or 'The function'} returned:\n{message['content']}"
    if flat and flat[-1].get("results"):
        flat[-1]["content"] += "\n\n" + text
    else:
        flat.append({"role": "user", "content": text, "results": True})


def _called(call: JsonObject) -> str:
    function: dict[str, Any] = call["function"]
    arguments = function["arguments"]
    text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    return f"{function['name']}({text if len(text) <= _LONGEST_ECHO else text[:_LONGEST_ECHO] + ' …'})"


def _array(calls: Sequence[JsonObject]) -> str:
    written = []
    for call in calls:
        function: dict[str, Any] = call["function"]
        arguments = function["arguments"]
        text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
        written.append(f'{{"name": "{function["name"]}", "arguments": {text}}}')
    return f"[{', '.join(written)}]"
