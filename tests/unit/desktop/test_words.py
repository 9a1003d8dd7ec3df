"""Marked sentences carry the values for their places."""

from __future__ import annotations

from desktop.words import QT_TRANSLATE_NOOP


def test_values_are_added_without_changing_the_sentence() -> None:
    words = QT_TRANSLATE_NOOP("Pages", "{n} of {all}")
    filled = words.fill(n=1).fill(all=2)

    assert (words.context, words.source, words.values) == ("Pages", "{n} of {all}", {})
    assert filled.source.format(**filled.values) == "1 of 2"
    assert filled == words.fill(all=2, n=1)
