"""A model that does not fit the graphics card is loaded with fewer layers on it, and in the end without."""

from __future__ import annotations

import pytest

from engine.errors import Cancelled, Unavailable
from engine.inference.offload import attempts, load_with_fewer


class Card:
    """Takes so many layers, and no more; counts what was tried."""

    def __init__(self, room: int, layers: int = 40) -> None:
        self.room, self.layers = room, layers
        self.tried: list[int] = []

    def load(self, layers: int) -> int:
        self.tried.append(layers)
        wanted = self.layers if layers < 0 else min(layers, self.layers)
        if wanted > self.room:
            raise Unavailable("There is not enough memory for it.", code="model_unloadable")
        return wanted


def test_all_layers_where_they_fit() -> None:
    card = Card(room=40)
    assert load_with_fewer(card.load, -1, offloads=True) == 40
    assert card.tried == [-1]


def test_fewer_where_they_do_not() -> None:
    card = Card(room=20)
    assert load_with_fewer(card.load, -1, offloads=True) == 16
    assert card.tried == [-1, 48, 32, 24, 16]


def test_none_where_the_card_is_full() -> None:
    card = Card(room=0)
    assert load_with_fewer(card.load, 20, offloads=True) == 0
    assert card.tried == [20, 16, 8, 4, 0]


def test_a_model_that_never_loads_says_why() -> None:
    with pytest.raises(Unavailable, match="not enough memory"):
        load_with_fewer(Card(room=-1).load, -1, offloads=True)


def test_a_cancel_is_no_reason_to_go_on() -> None:
    tried: list[int] = []

    def load(layers: int) -> int:
        tried.append(layers)
        raise Cancelled("Loading was stopped.")

    with pytest.raises(Cancelled):
        load_with_fewer(load, -1, offloads=True)
    assert tried == [-1]


@pytest.mark.parametrize(("asked", "offloads"), [(-1, False), (0, True), (12, False)])
def test_without_a_card_there_is_one_attempt(asked: int, offloads: bool) -> None:
    assert attempts(asked, offloads=offloads) == (asked,)
