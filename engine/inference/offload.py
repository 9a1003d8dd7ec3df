"""How many layers go to the graphics card: as many as asked for, fewer where they do not fit, down to none; pure."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from engine.errors import Unavailable

log = logging.getLogger(__name__)
T = TypeVar("T")
_ALL = -1
_STEPS = (48, 32, 24, 16, 8, 4)  # tried one after the other where all did not fit


def attempts(asked: int, *, offloads: bool) -> tuple[int, ...]:
    """Return the numbers of layers to try; `asked` -1 is all. Without a card that helps there is one attempt."""
    if not offloads or asked == 0:
        return (asked,)
    fewer = (step for step in _STEPS if asked == _ALL or step < asked)
    return (asked, *fewer, 0)


def load_with_fewer(load: Callable[[int], T], asked: int, *, offloads: bool) -> T:
    """Call `load` with a number of layers until it can. Raises Unavailable as the last attempt did."""
    *more, last = attempts(asked, offloads=offloads)
    for layers in more:
        try:
            return load(layers)
        except Unavailable as error:
            log.info("it did not load with %d layers on the card: %s", layers, error.message)
    return load(last)
