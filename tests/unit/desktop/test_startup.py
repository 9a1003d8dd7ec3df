"""Start-up steps run in order; only those that may fail may fail."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from desktop.startup import Step, carry_out


def _fail(_results: dict[str, Any]) -> None:
    raise ValueError("no")


def test_steps_see_what_the_ones_before_made() -> None:
    steps = (Step("one", lambda _: 1), Step("two", lambda results: results["one"] + 1))

    assert carry_out(steps) == {"one": 1, "two": 2}


def test_a_step_that_may_fail_is_left_out(expected_log: Callable[[str], AbstractContextManager[None]]) -> None:
    with expected_log("colours failed"):
        results = carry_out((Step("colours", _fail, may_fail=True), Step("two", lambda _: 2)))

    assert results == {"two": 2}


def test_any_other_failure_ends_the_start() -> None:
    ran: list[str] = []

    with pytest.raises(ValueError, match="no"):
        carry_out((Step("one", _fail), Step("two", lambda _: ran.append("two"))))
    assert ran == []
