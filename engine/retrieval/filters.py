"""Filters on the attributes of files: checked once, with the offending place named, then applied."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from engine.errors import InvalidRequest
from engine.types import AttributeValue

Attributes = Mapping[str, AttributeValue]
Filter = Callable[[Attributes], bool]

_ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    "gt": lambda have, want: have > want,
    "gte": lambda have, want: have >= want,
    "lt": lambda have, want: have < want,
    "lte": lambda have, want: have <= want,
}
_COMPARISONS = ("eq", "ne", *_ORDERED, "in", "nin")
_MAX_DEPTH = 16
_MAX_PARTS = 256


def compile_filter(untrusted: Any, param: str = "filters") -> Filter:
    """Return a test of attributes. Raises InvalidRequest that names the place, such as `filters.filters[1].value`.

    Values of another type never match, except for `ne` and `nin`, which also hold where the key is missing.
    """
    return _Compiler().compile(untrusted, param, 1)


class _Compiler:
    def __init__(self) -> None:
        self._parts = 0

    def compile(self, untrusted: Any, place: str, depth: int) -> Filter:
        self._parts += 1
        if depth > _MAX_DEPTH or self._parts > _MAX_PARTS:
            raise _refused(place, f"a filter may have {_MAX_PARTS} parts, {_MAX_DEPTH} deep", "filter_too_large")
        if not isinstance(untrusted, Mapping):
            raise _refused(place, "expected an object", "invalid_type")
        kind = untrusted.get("type")
        if kind in ("and", "or"):
            return self._compound(untrusted, place, depth)
        if kind not in _COMPARISONS:
            raise _refused(f"{place}.type", f"expected one of {', '.join((*_COMPARISONS, 'and', 'or'))}")
        _known(untrusted, place, "type", "key", "value")
        key = untrusted.get("key")
        if not isinstance(key, str) or not key:
            raise _refused(f"{place}.key", "expected the name of an attribute", "invalid_type")
        return _comparison(kind, key, untrusted.get("value"), f"{place}.value")

    def _compound(self, untrusted: Mapping[str, Any], place: str, depth: int) -> Filter:
        _known(untrusted, place, "type", "filters")
        parts = untrusted.get("filters")
        if not isinstance(parts, list) or not parts:
            raise _refused(f"{place}.filters", "expected a non-empty array", "invalid_type")
        tests = [self.compile(part, f"{place}.filters[{index}]", depth + 1) for index, part in enumerate(parts)]
        every = all if untrusted["type"] == "and" else any
        return lambda attributes: every(test(attributes) for test in tests)


def _comparison(kind: str, key: str, value: Any, place: str) -> Filter:
    if kind in ("in", "nin"):
        if not isinstance(value, list) or not value:
            raise _refused(place, "expected a non-empty array", "invalid_type")
        for index, each in enumerate(value):
            _check_value(each, f"{place}[{index}]")
        inside = kind == "in"
        return lambda attributes: any(_same(attributes.get(key), each) for each in value) == inside
    _check_value(value, place)
    if kind in ("eq", "ne"):
        equal = kind == "eq"
        return lambda attributes: _same(attributes.get(key), value) == equal
    if isinstance(value, bool):
        raise _refused(place, f"'{kind}' compares numbers or strings", "invalid_type")
    compare = _ORDERED[kind]
    return lambda attributes: _comparable(attributes.get(key), value) and compare(attributes.get(key), value)


def _same(have: Any, want: Any) -> bool:
    return isinstance(have, bool) == isinstance(want, bool) and have == want


def _comparable(have: Any, want: Any) -> bool:
    if isinstance(have, bool):
        return False
    return isinstance(have, str) if isinstance(want, str) else isinstance(have, int | float)


def _check_value(value: Any, place: str) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise _refused(place, "expected a finite number")
    if not isinstance(value, str | int | float):
        raise _refused(place, "expected a string, a number or a boolean", "invalid_type")


def _known(untrusted: Mapping[str, Any], place: str, *names: str) -> None:
    unknown = next((name for name in untrusted if name not in names), None)
    if unknown is not None:
        where = f"{place}.{str(unknown)[:64]}"
        raise InvalidRequest(f"Unknown parameter: '{where}'.", code="unknown_parameter", param=where)


def _refused(place: str, why: str, code: str = "invalid_value") -> InvalidRequest:
    return InvalidRequest(f"Invalid value for '{place}': {why}.", code=code, param=place)
