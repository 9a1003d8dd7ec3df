"""Failures are told from results that only speak of errors."""

from __future__ import annotations

import pytest

from engine.inference.results import failed


@pytest.mark.parametrize(
    "text",
    [
        "Error: no such column: x",
        "  error in argument",
        "sqlite3.OperationalError: near FROM",
        "ValueError('x')",
        "Traceback (most recent call last)",
        "错误：没有这一列",
        "出错了",
    ],
)
def test_failures(text: str) -> None:
    assert failed(text)


@pytest.mark.parametrize(
    "text", ["", "[(9,)]", "0 errors", "The last error was in May.", "errors.log", "没有错误", "errands"]
)
def test_results(text: str) -> None:
    assert not failed(text)
