"""Cards: the newest one of a model."""

from __future__ import annotations

from engine.store import Store
from engine.types import ModelCard


def test_the_newest_card_stays(store: Store) -> None:
    old = ModelCard(id="m", created_at=1, passed=3, total=20, parallel=False, chinese=False)
    new = ModelCard(id="m", created_at=2, passed=18, total=20, parallel=True, chinese=True, results={"a": "right"})

    assert store.model_cards.find("m") is None
    store.model_cards.put(old)
    store.model_cards.put(new)

    assert store.model_cards.find("m") == new
