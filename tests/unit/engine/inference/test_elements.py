"""Calls of an array pass on as they are written, until one repeats another."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from engine.inference.elements import Elements
from engine.types import JsonObject


def _taken(pieces: list[str]) -> tuple[Elements, list[str], int]:
    sent: list[str] = []
    tokens = 0

    def send(text: str, count: int, _logprobs: list[JsonObject]) -> None:
        nonlocal tokens
        sent.append(text)
        tokens += count

    elements = Elements(send)
    for piece in pieces:
        elements.take(piece, 1, [])
    elements.finish()
    return elements, sent, tokens


def test_the_first_call_passes_piece_by_piece_and_later_ones_whole() -> None:
    pieces = ['[{"a": ', '"x}"}', ", ", '{"b": ', '"[\\""', "}", "]"]
    elements, sent, tokens = _taken(pieces)

    assert sent == ['[{"a": ', '"x}"}', ', {"b": "[\\""}', "]"]
    assert not elements.repeated
    assert tokens == len(pieces)


def test_a_repeated_call_ends_the_array_and_is_not_passed_on() -> None:
    elements, sent, _ = _taken(['[{"a": 1}', ', {"a": 2}', ', {"a": ', "1}", ', {"a": 3}]'])

    assert elements.repeated
    assert "".join(sent) == '[{"a": 1}, {"a": 2}'


def test_the_name_of_a_further_call_is_told_from_names_inside_arguments() -> None:
    elements = Elements(lambda *_: None)
    moments = []
    for piece in ('[{"name": "', 'f", "arguments": {"a": [{"name": "', 'x"}, {"name": "', 'y"}]}}, {"name": "', "g"):
        elements.take(piece, 1, [])
        moments.append(elements.naming)

    assert moments == [False, False, False, True, False]


def test_a_later_call_that_is_cut_off_is_dropped() -> None:
    _, sent, _ = _taken(['[{"a": 1}', ', {"a": '])

    assert "".join(sent) == '[{"a": 1}'


@given(
    st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=8)), min_size=1, max_size=4, unique_by=json.dumps),
    st.integers(1, 7),
)
def test_different_calls_all_pass_at_any_split(calls: list[dict[str, str]], size: int) -> None:
    text = json.dumps(calls, ensure_ascii=False)
    elements, sent, _ = _taken([text[i : i + size] for i in range(0, len(text), size)])

    assert not elements.repeated
    assert "".join(sent) == text
