"""The executor that always says the same."""

from __future__ import annotations

from engine.tools.functions.fixed import Fixed


def test_the_text_comes_whatever_is_asked() -> None:
    assert Fixed("noon").run({"anything": 1}) == "noon"
