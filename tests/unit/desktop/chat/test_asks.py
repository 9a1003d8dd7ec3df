"""Arguments, answers and deadlines as the person reads them; the questions themselves are asked in tests/gui."""

from __future__ import annotations

import pytest

from desktop.chat.asks import is_json, minutes_left, readable


def test_arguments_are_set_out_and_what_is_no_json_stays() -> None:
    assert readable('{"city":"上海"}') == '{\n  "city": "上海"\n}'
    assert readable("SELECT 1") == "SELECT 1"


@pytest.mark.parametrize(
    ("text", "yes"), [('{"a": 1}', True), ("[1]", True), ("12", False), ("noon", False), ("", False)]
)
def test_json_is_told_from_text(text: str, yes: bool) -> None:
    assert is_json(text) is yes


@pytest.mark.parametrize(("left", "minutes"), [(600, 10), (61, 2), (60, 1), (1, 1), (0, 0), (-5, 0)])
def test_the_running_minute_counts(left: int, minutes: int) -> None:
    assert minutes_left(1000 + left, 1000) == minutes
    assert minutes_left(None, 1000) is None
