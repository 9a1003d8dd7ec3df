"""Scores from 0 to 1: rare words count more, both searches together more than one."""

from __future__ import annotations

import pytest

from engine.retrieval.relevance import Signals, fused, of_likeness, of_words, telling, weights


def test_rare_words_say_more_and_beginnings_little() -> None:
    found = weights(["the", "tea", "rooibos", "茶*"], {"the": 1000, "tea": 50}, 1000)

    assert found["rooibos"] > found["tea"] > found["茶*"] > found["the"] > 0


def test_the_commonest_words_are_left_out_when_there_are_others() -> None:
    frequencies = {"the": 90_000, "tea": 500, "of": 80_000}
    weighted = weights(["the", "of", "tea", "rooibos"], frequencies, 100_000)

    assert telling(weighted, frequencies, 20_000) == ["rooibos", "tea"]
    assert telling(weighted, frequencies, 10**9) == ["rooibos", "tea", "of", "the"]
    assert telling({"the": 0.1}, {"the": 90_000}, 20_000) == ["the"]
    assert telling({}, {}, 5) == []


def test_the_share_of_what_was_asked_counts_and_so_does_the_order() -> None:
    weighted = {"rooibos": 9.0, "tea": 1.0}

    assert of_words(weighted, "rooibos tea", 1.0) == pytest.approx(1.0)
    assert of_words(weighted, "rooibos", 1.0) > of_words(weighted, "tea", 1.0)
    assert of_words(weighted, "rooibos tea", 0.5) < 1.0
    assert of_words(weighted, "milk", 0.0) == 0.0


@pytest.mark.parametrize(("likeness", "value"), [(0.1, 0.0), (0.2, 0.0), (0.5, 0.5), (0.8, 1.0), (0.99, 1.0)])
def test_a_cosine_becomes_a_score(likeness: float, value: float) -> None:
    assert of_likeness(likeness) == pytest.approx(value)


def test_two_searches_say_more_than_one() -> None:
    both = Signals(keyword_rank=1, keyword=1.0, vector_rank=1, vector=1.0)
    words = Signals(keyword_rank=1, keyword=1.0)
    meaning = Signals(vector_rank=1, vector=1.0)

    assert fused(both) == pytest.approx(1.0)
    assert 0.0 < fused(meaning) < fused(words) < fused(both)
    assert fused(Signals()) == 0.0


def test_where_all_is_about_as_alike_being_found_says_little() -> None:
    words = Signals(keyword_rank=1, keyword=0.5, vector_most=0.8)
    meaning = Signals(keyword_rank=9, keyword=0.2, vector_rank=1, vector=0.85)

    assert fused(words) > fused(meaning)
    assert fused(Signals(keyword_rank=1, keyword=0.5)) < fused(meaning)
