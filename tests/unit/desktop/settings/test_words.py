"""Sentences of the engine's settings are looked up in one context."""

from __future__ import annotations

from desktop.settings.words import CHOICES, PAGES, SENTENCES, words_of


def test_a_sentence_of_the_engine_is_found_in_the_list() -> None:
    assert words_of("Theme") in SENTENCES
    assert {words.context for words in (*PAGES, *SENTENCES, *CHOICES.values())} == {"Settings"}
