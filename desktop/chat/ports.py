"""What the presenter is given: a way to make calls off the Qt thread, and a page that shows; knows no Qt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from desktop.chat.branching import Place
from desktop.chat.marks import Mark
from desktop.chat.outgoing import Letter
from desktop.chat.turns import Turn
from desktop.live import Phase
from engine.errors import FiresideError

T = TypeVar("T")


class Runner(Protocol):
    """Calls off the Qt thread: `desktop.tasks.Tasks`, or something simpler in tests."""

    def run(
        self,
        op: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[FiresideError], None] | None = None,
    ) -> None: ...

    def write(
        self,
        op: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[FiresideError], None] | None = None,
    ) -> None: ...


class View(Protocol):
    """What the page can show."""

    def show_turns(self, turns: tuple[Turn, ...], *, older: bool, newer: bool) -> None: ...
    def add_older(self, turns: tuple[Turn, ...], *, older: bool) -> None: ...
    def add_newer(self, turns: tuple[Turn, ...], *, newer: bool) -> None: ...
    def put(self, turn: Turn) -> None: ...
    def grow(self, turn_id: str, text: str, marks: tuple[Mark, ...] = ()) -> None: ...
    def drop(self, turn_id: str) -> None: ...
    def show_phase(self, phase: Phase | None) -> None: ...
    def show_failure(self, error: tuple[str, str] | None) -> None: ...
    def show_waiting(self, letters: tuple[Letter, ...]) -> None: ...
    def show_branches(self, places: dict[str, Place], at: str | None) -> None: ...
    def give_back(self, letter: Letter) -> None: ...
    def refresh(self) -> None: ...
