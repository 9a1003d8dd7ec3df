"""The scripted embedder; what every embedder does is in tests/contracts/test_retrieval.py."""

from __future__ import annotations

from pathlib import Path

from engine.retrieval.scripted import ScriptedEmbedder


def test_the_same_words_always_give_the_same_vector() -> None:
    first, second = ScriptedEmbedder(16), ScriptedEmbedder(16)
    vectors = first.embed(Path(), ["炉边 cats", "CATS 炉边", ""]).vectors
    assert vectors[0] == vectors[1] == second.embed(Path(), ["cats 边炉"]).vectors[0]
    assert {len(vector) for vector in vectors} == {16}
    assert first.asked == [("document", ("炉边 cats", "CATS 炉边", ""))]
