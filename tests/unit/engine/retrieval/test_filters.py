"""Filters hold for the attributes they should, and a wrong one is refused by its place."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import InvalidRequest
from engine.retrieval.filters import compile_filter

FILE = {"year": 2024, "price": 1.5, "name": "tea", "open": True}


def _is(kind: str, key: str, value: Any) -> dict[str, Any]:
    return {"type": kind, "key": key, "value": value}


@pytest.mark.parametrize(
    ("untrusted", "holds"),
    [
        (_is("eq", "year", 2024), True),
        (_is("eq", "year", 2024.0), True),
        (_is("eq", "year", "2024"), False),
        (_is("eq", "open", True), True),
        (_is("eq", "open", 1), False),
        (_is("eq", "gone", "x"), False),
        (_is("ne", "year", 2023), True),
        (_is("ne", "gone", 1), True),
        (_is("ne", "name", "tea"), False),
        (_is("gt", "year", 2023), True),
        (_is("gt", "year", 2024), False),
        (_is("gte", "year", 2024), True),
        (_is("lt", "price", 2), True),
        (_is("lte", "price", 1.5), True),
        (_is("gt", "name", "sea"), True),
        (_is("gt", "name", 1), False),
        (_is("lt", "gone", 1), False),
        (_is("lt", "open", 5), False),
        (_is("in", "name", ["coffee", "tea"]), True),
        (_is("in", "year", ["2024"]), False),
        (_is("nin", "name", ["coffee"]), True),
        (_is("nin", "gone", ["coffee"]), True),
        (_is("nin", "name", ["tea"]), False),
        ({"type": "and", "filters": [_is("eq", "name", "tea"), _is("gt", "year", 2000)]}, True),
        ({"type": "and", "filters": [_is("eq", "name", "tea"), _is("gt", "year", 3000)]}, False),
        (
            {"type": "or", "filters": [_is("eq", "name", "x"), {"type": "and", "filters": [_is("eq", "open", True)]}]},
            True,
        ),
        ({"type": "or", "filters": [_is("eq", "name", "x")]}, False),
    ],
)
def test_a_filter_holds_or_not(untrusted: dict[str, Any], holds: bool) -> None:
    assert compile_filter(untrusted)(FILE) is holds


@pytest.mark.parametrize(
    ("untrusted", "place"),
    [
        ("eq", "filters"),
        ({}, "filters.type"),
        (_is("like", "a", 1), "filters.type"),
        ({"type": "eq", "value": 1}, "filters.key"),
        ({"type": "eq", "key": "a"}, "filters.value"),
        (_is("eq", "a", None), "filters.value"),
        (_is("eq", "a", float("nan")), "filters.value"),
        (_is("gt", "a", True), "filters.value"),
        (_is("gt", "a", [1]), "filters.value"),
        (_is("in", "a", 1), "filters.value"),
        (_is("in", "a", []), "filters.value"),
        (_is("nin", "a", [1, {}]), "filters.value[1]"),
        ({**_is("eq", "a", 1), "extra": 1}, "filters.extra"),
        ({"type": "and", "filters": []}, "filters.filters"),
        ({"type": "and", "filters": {}}, "filters.filters"),
        ({"type": "or", "filters": [_is("eq", "a", 1), _is("eq", "", 1)]}, "filters.filters[1].key"),
    ],
)
def test_a_wrong_filter_is_refused_by_its_place(untrusted: Any, place: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        compile_filter(untrusted)

    assert caught.value.param == place


def test_a_bottomless_or_endless_filter_is_refused() -> None:
    deep: dict[str, Any] = _is("eq", "a", 1)
    for _ in range(20):
        deep = {"type": "and", "filters": [deep]}
    for untrusted in (deep, {"type": "or", "filters": [_is("eq", "a", 1)] * 300}):
        with pytest.raises(InvalidRequest, match="256 parts"):
            compile_filter(untrusted)
