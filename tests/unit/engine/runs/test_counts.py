"""Texts are counted once."""

from __future__ import annotations

from engine.runs.counts import TokenCounts


class Counter:
    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def __call__(self, texts: list[str]) -> list[int]:
        self.asked.append(texts)
        return [len(text) for text in texts]


def test_a_text_is_counted_once_per_model() -> None:
    counts, count = TokenCounts(), Counter()
    assert counts.of("m", ["ab", "abc", "ab"], count) == [2, 3, 2]
    assert counts.of("m", ["abc", "x"], count) == [3, 1]
    assert counts.of("other", ["abc"], count) == [3]
    assert count.asked == [["ab", "abc"], ["x"], ["abc"]]


def test_nothing_is_asked_when_all_is_known() -> None:
    counts, count = TokenCounts(), Counter()
    counts.of("m", ["ab"], count)
    counts.of("m", ["ab"], count)
    assert len(count.asked) == 1


def test_the_least_used_is_forgotten() -> None:
    counts, count = TokenCounts(kept=2), Counter()
    counts.of("m", ["a"], count)
    counts.of("m", ["bb"], count)
    counts.of("m", ["a"], count)
    counts.of("m", ["ccc"], count)
    assert counts.of("m", ["a", "ccc", "bb"], count) == [1, 3, 2]
    assert count.asked[-1] == ["bb"]


def test_half_a_character_can_be_counted() -> None:
    assert TokenCounts().of("m", ["\ud83d"], Counter()) == [1]
