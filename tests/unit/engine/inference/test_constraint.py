"""Sampling at random under grammars from schemas: whatever comes out must validate."""

from __future__ import annotations

import ctypes
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import llama_cpp
import numpy as np
import pytest

from engine.errors import InvalidRequest
from engine.inference import grammar
from engine.inference.callsyntax import Tools
from engine.inference.constraint import Constrainer
from engine.inference.formats import FALLBACK, CallFormat
from engine.inference.toolcalls import CallArguments, CallStart, ToolCallParser

SCHEMAS = 2000
# "time" is left out: jsonschema reads it as Draft 3 did, without offsets
_FORMATS = jsonschema.FormatChecker(("date", "uuid", "email", "ipv4"))
_QUIET = llama_cpp.llama_log_callback(lambda *_: None)


class Vocabulary:
    """A real model's vocabulary, without its weights."""

    def __init__(self, path: Path) -> None:
        llama_cpp.llama_log_set(_QUIET, ctypes.c_void_p(0))
        parameters = llama_cpp.llama_model_default_params()
        parameters.vocab_only = True
        self.model = llama_cpp.llama_model_load_from_file(str(path).encode(), parameters)
        self.pointer = llama_cpp.llama_model_get_vocab(self.model)
        self.end = llama_cpp.llama_vocab_eos(self.pointer)

    def tokenize(self, text: str) -> list[int]:
        data = text.encode()
        buffer = (llama_cpp.llama_token * (len(data) + 8))()
        count = llama_cpp.llama_tokenize(self.pointer, data, len(data), buffer, len(buffer), False, True)
        return list(buffer[:count])

    def text(self, tokens: list[int]) -> str:
        piece = ctypes.create_string_buffer(512)
        data = b""
        for token in tokens:
            length = llama_cpp.llama_token_to_piece(self.pointer, token, piece, 512, 0, True)
            data += piece.raw[:length]
        return data.decode("utf-8", errors="replace")


@pytest.fixture(scope="module")
def vocabulary(smollm2: Path) -> Iterator[Vocabulary]:
    vocabulary = Vocabulary(smollm2)
    yield vocabulary
    llama_cpp.llama_model_free(vocabulary.model)


@pytest.fixture(scope="module")
def constrainer(vocabulary: Vocabulary) -> Constrainer:
    return Constrainer(vocabulary.pointer, vocabulary.tokenize, [vocabulary.end])


def sample(
    constrainer: Constrainer, vocabulary: Vocabulary, text: str, rng: random.Random, limit: int = 600
) -> str | None:
    """Draw tokens at random, in favour of ends; None when the limit came first."""
    matcher = constrainer.matcher(text)
    tokens: list[int] = []
    while len(tokens) < limit:
        forced = matcher.forced()
        for token in forced:
            assert matcher.accept(token)
        tokens += forced
        if matcher.done:
            break
        choices = np.flatnonzero(matcher.allowed())
        if vocabulary.end in choices and (len(choices) == 1 or rng.random() < 0.5):
            break
        token = int(choices[rng.randrange(len(choices))])
        if len(tokens) > 40:  # long strings say nothing new: prefer what closes them
            quote = vocabulary.tokenize('"')[0]
            token = quote if quote in choices else token
        assert matcher.accept(token)
        if token == vocabulary.end:
            break
        tokens.append(token)
    return vocabulary.text(tokens) if len(tokens) < limit else None


def random_schema(rng: random.Random, depth: int = 0) -> dict[str, Any]:
    kinds = ["string", "integer", "number", "boolean", "null", "enum", "const", "format", "length", "range"]
    if depth < 3:
        kinds += ["object", "object", "array", "anyOf", "ref"]
    match rng.choice(kinds):
        case "enum":
            return {"enum": rng.sample(["红", 'a "b"', "c\\d", 1, 2.5, None, True], rng.randint(1, 4))}
        case "const":
            return {"const": rng.choice(["值", 7, False])}
        case "format":
            return {"type": "string", "format": rng.choice(["date", "time", "date-time", "uuid", "email", "ipv4"])}
        case "length":
            low = rng.randint(0, 3)
            return {"type": "string", "minLength": low, "maxLength": low + rng.randint(0, 5)}
        case "range":
            low = rng.randint(-50, 50)
            return {"type": "integer", "minimum": low, "maximum": low + rng.randint(0, 99)}
        case "object":
            names = rng.sample(["a", "b", "name", "城市", "x y", "deep"], rng.randint(0, 4))
            properties = {name: random_schema(rng, depth + 1) for name in names}
            return {"type": "object", "properties": properties, "required": names[: rng.randint(0, len(names))]}
        case "array":
            low = rng.randint(0, 2)
            items = random_schema(rng, depth + 1)
            return {"type": "array", "items": items, "minItems": low, "maxItems": low + rng.randint(0, 2)}
        case "anyOf":
            return {"anyOf": [random_schema(rng, depth + 1) for _ in range(rng.randint(1, 3))]}
        case "ref":
            return {"$ref": "#/$defs/shared"}
        case kind:
            return {"type": kind}


def tool_schema(rng: random.Random) -> dict[str, Any]:
    names = rng.sample(["query", "城市", "count", "options"], rng.randint(0, 3))
    schema = {"type": "object", "properties": {n: random_schema(rng) for n in names}, "required": names[:1]}
    return {**schema, "$defs": {"shared": {"type": "string", "enum": ["一", "two"]}}}


def test_random_schemas_never_yield_invalid_json(constrainer: Constrainer, vocabulary: Vocabulary) -> None:
    finished = 0
    for seed in range(SCHEMAS):
        rng = random.Random(seed)
        schema = tool_schema(rng)
        text = sample(constrainer, vocabulary, grammar.answer(grammar.strict(schema)), rng)
        if text is None:
            continue
        finished += 1
        jsonschema.validate(json.loads(text), schema, format_checker=_FORMATS)
    assert finished > SCHEMAS * 0.97


_JSON_LIST = CallFormat(
    before='[TOOL_CALLS][{"name": "',
    middle='", "arguments": ',
    between='}, {"name": "',
    end="}]",
    marker="[TOOL_CALLS]",
)
_XML = CallFormat(
    before="<tool_call>\n<function=",
    middle=">\n",
    between="</function>\n</tool_call>\n<tool_call>\n<function=",
    end="</function>\n</tool_call>",
    marker="<tool_call>",
    style="xml",
)
_GLM = CallFormat(
    before="<tool_call>",
    middle="\n",
    between="</tool_call>\n<tool_call>",
    end="</tool_call>",
    marker="<tool_call>",
    style="glm",
)
_PYTHON = CallFormat(
    before="<|tool_call_start|>[",
    middle="(",
    between="), ",
    end=")]<|tool_call_end|>",
    marker="<|tool_call_start|>",
    style="python",
)


@pytest.mark.parametrize(
    "form", [FALLBACK, _JSON_LIST, _XML, _GLM, _PYTHON], ids=["hermes", "list", "xml", "glm", "python"]
)
@pytest.mark.parametrize("opened", [False, True])
def test_calls_always_name_a_tool_and_validate(
    form: CallFormat, opened: bool, constrainer: Constrainer, vocabulary: Vocabulary
) -> None:
    schema = {
        "type": "object",
        "properties": {
            "city": {"type": "string", "maxLength": 12}
            if form.style != "glm"
            else {"enum": ["巴黎", "Rome"], "type": "string"},
            "days": {"type": "integer", "minimum": 1, "maximum": 9},
            "tags": {"type": "array", "items": {"type": "string", "maxLength": 5}, "maxItems": 2},
        },
        "required": ["city", "days"],
    }
    if form.style == "xml":
        schema["properties"]["city"] = {"type": "string", "enum": ["巴黎", "Rome"]}  # type: ignore[index]
    tools = [
        {"type": "function", "function": {"name": name, "parameters": schema}} for name in ("get_weather", "forecast")
    ]
    for seed in range(20):
        rng = random.Random(seed)
        text = grammar.calls(form, tools, constrainer.literal, most=8, opened=opened)
        assert text is not None
        written = sample(constrainer, vocabulary, text, rng, limit=900)
        if written is None:
            continue
        parser = ToolCallParser(Tools({"get_weather": schema, "forecast": schema}))
        parts = [*parser.feed((form.marker if opened else "") + written), *parser.finish()]
        names = [p.name for p in parts if isinstance(p, CallStart)]
        arguments = "".join(p.text + "\n" if isinstance(p, CallArguments) else "" for p in parts)
        assert names
        for line in arguments.splitlines():
            jsonschema.validate(json.loads(line), schema)


def test_one_call_only_when_calls_may_not_be_parallel(constrainer: Constrainer, vocabulary: Vocabulary) -> None:
    tool = {"type": "function", "function": {"name": "now"}}
    text = grammar.calls(FALLBACK, [tool], constrainer.literal, most=1, opened=False)
    assert text is not None
    assert sample(constrainer, vocabulary, text, random.Random(0)) == (
        '<tool_call>\n{"name": "now", "arguments": {}}\n</tool_call>'
    )


def test_the_rest_of_a_call_whose_name_is_written(constrainer: Constrainer, vocabulary: Vocabulary) -> None:
    schema = {"type": "object", "properties": {"on": {"type": "boolean"}}, "required": ["on"]}
    text = sample(constrainer, vocabulary, grammar.continued(schema, "}", constrainer.literal), random.Random(1))
    assert text is not None
    assert "".join(text.split()) in ('{"on":true}}', '{"on":false}}')


def test_a_schema_that_cannot_guide_is_named(constrainer: Constrainer) -> None:
    with pytest.raises(InvalidRequest) as caught:
        constrainer.matcher(grammar.answer({"type": "strange"}))
    assert caught.value.code == "bad_schema"


def test_masked_logits(constrainer: Constrainer, vocabulary: Vocabulary) -> None:
    matcher = constrainer.matcher('start: "yes" | "no"')
    logits = np.zeros(llama_cpp.llama_vocab_n_tokens(vocabulary.pointer), dtype=np.float32)
    matcher.apply(logits)
    allowed = np.flatnonzero(np.isfinite(logits))
    assert 0 < len(allowed) < 10
    assert not matcher.complete
    assert matcher.accept(vocabulary.tokenize("yes")[0])
    assert matcher.complete
