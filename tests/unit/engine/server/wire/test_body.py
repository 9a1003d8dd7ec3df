"""Strict bodies: every refusal names the field, and no input crashes the reader."""

from __future__ import annotations

import contextlib
import json
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Discriminator, Field, Tag

from engine.errors import InvalidRequest
from engine.server.wire.body import Body, by_type, load_json, parse


class _Cat(Body):
    type: Literal["cat"]
    lives: Annotated[int, Field(ge=1, le=9)] = 9


class _Dog(Body):
    type: Literal["dog"]
    dog: dict[str, int]


class _Home(Body):
    name: Annotated[str, Field(min_length=1, max_length=5)]
    warmth: Annotated[float, Field(ge=0.0, le=2.0)] | None = None
    moon: None = None
    pets: Annotated[
        list[Annotated[Annotated[_Cat, Tag("<cat>")] | Annotated[_Dog, Tag("<dog>")], Discriminator(by_type)]],
        Field(max_length=2),
    ] = []


@pytest.mark.parametrize(
    ("body", "param", "code"),
    [
        ({}, "name", "missing_required_parameter"),
        ({"name": "a", "colour": 1}, "colour", "unknown_parameter"),
        ({"nmae": "a"}, "nmae", "unknown_parameter"),
        ({"name": 1}, "name", "invalid_type"),
        ({"name": None}, "name", "invalid_type"),
        ({"name": "abcdef"}, "name", "string_above_max_length"),
        ({"name": ""}, "name", "string_below_min_length"),
        ({"name": "a", "warmth": 2.5}, "warmth", "decimal_above_max_value"),
        ({"name": "a", "warmth": "1"}, "warmth", "invalid_type"),
        ({"name": "a", "warmth": True}, "warmth", "invalid_type"),
        ({"name": "a", "moon": 1}, "moon", "unsupported_parameter"),
        ({"name": "a", "pets": {}}, "pets", "invalid_type"),
        ({"name": "a", "pets": [1]}, "pets[0].type", "missing_required_parameter"),
        ({"name": "a", "pets": [{"type": "fish"}]}, "pets[0].type", "invalid_value"),
        ({"name": "a", "pets": [{"type": "cat", "lives": 10}]}, "pets[0].lives", "integer_above_max_value"),
        ({"name": "a", "pets": [{"type": "dog", "dog": {"x": "y"}}]}, "pets[0].dog.x", "invalid_type"),
        ({"name": "a", "pets": [{"type": "dog"}]}, "pets[0].dog", "missing_required_parameter"),
        ({"name": "a", "pets": [{"type": "cat"}] * 3}, "pets", "array_above_max_length"),
    ],
)
def test_a_refusal_names_the_field(body: dict[str, Any], param: str, code: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        parse(_Home, body)

    assert (refused.value.param, refused.value.code) == (param, code)
    assert f"'{param}'" in refused.value.message


def test_given_tells_null_from_absent() -> None:
    assert parse(_Home, {"name": "a", "warmth": None}).given() == {"name": "a", "warmth": None}
    assert parse(_Home, {"name": "a"}).given() == {"name": "a"}


def test_whole_numbers_are_numbers() -> None:
    assert parse(_Home, {"name": "a", "warmth": 1}).warmth == 1.0


def test_a_refusal_never_quotes_the_value() -> None:
    with pytest.raises(InvalidRequest) as refused:
        parse(_Home, {"name": "a secret of the user"})

    assert "secret" not in refused.value.message


@pytest.mark.parametrize("body", [[], "x", 1, None])
def test_only_objects_are_bodies(body: Any) -> None:
    with pytest.raises(InvalidRequest):
        parse(_Home, body)


def test_an_empty_body_is_an_empty_object() -> None:
    assert load_json(b"") == load_json(b" \n") == {}


@pytest.mark.parametrize(
    "text",
    [
        b"{",
        b"\xff\xfe{}",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": "\\ud800"}',
        b'{"\\udfff": 1}',
        b"[" * 100_000,
        b"[" * 70 + b"]" * 70,
        b'{"a": ' + b"9" * 5000 + b"}",
    ],
)
def test_unsound_json_is_refused(text: bytes) -> None:
    with pytest.raises(InvalidRequest) as refused:
        load_json(text)

    assert refused.value.code == "invalid_json"


def test_escaped_pairs_are_sound() -> None:
    assert load_json(b'{"a": "\\ud83d\\udd25"}') == {"a": "🔥"}


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(_JSON)
def test_sound_json_comes_through(value: Any) -> None:
    assert load_json(json.dumps(value).encode()) == value


@given(st.dictionaries(st.sampled_from(["name", "warmth", "pets", "x"]), _JSON))
def test_any_object_is_read_or_refused(body: dict[str, Any]) -> None:
    with contextlib.suppress(InvalidRequest):
        assert parse(_Home, body).name == body["name"]
