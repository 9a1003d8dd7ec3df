"""What every page is given: the engine, tasks, what is going on, and the ways to speak to the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.i18n import Translations
from desktop.live import Live
from desktop.tasks import Tasks
from desktop.theme import Theme
from desktop.traffic import Traffic
from desktop.windowstate import WindowState
from engine.errors import FiresideError

if TYPE_CHECKING:
    from engine.service import Engine


@dataclass(frozen=True)
class Room:
    """`act` performs an action of the table; `tell` shows a sentence, `undoable` one that can be taken back."""

    engine: Engine
    tasks: Tasks
    live: Live
    traffic: Traffic
    theme: Theme
    translations: Translations
    state: WindowState
    act: Callable[[str], None]
    tell: Callable[[str], None]
    fail: Callable[[FiresideError], None]
    undoable: Callable[[str, Callable[[], None], Callable[[], None]], None]
