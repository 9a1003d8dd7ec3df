"""Which of the turns shown begin a branch, and how one goes from branch to branch; knows no Qt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.service.branches import Fork


@dataclass(frozen=True, slots=True)
class Place:
    """The branch that begins with a turn is `number` (from 1) of `count`."""

    number: int
    count: int


class Branching:
    """The forks of the open thread; where several meet in one message, the last one counts."""

    def __init__(self) -> None:
        self._forks: dict[str, Fork] = {}

    @property
    def any(self) -> bool:
        return bool(self._forks)

    def show(self, forks: Iterable[Fork]) -> None:
        """Take the forks of what is shown now."""
        self._forks = {fork.message_id: fork for fork in forks}

    def places(self) -> dict[str, Place]:
        """Return the place of each turn that begins a branch."""
        return {turn: Place(fork.chosen + 1, len(fork.branches)) for turn, fork in self._forks.items()}

    def beside(self, turn_id: str, step: int) -> str | None:
        """Return the branch so many steps after the one that a turn begins; None if there is none."""
        fork = self._forks.get(turn_id)
        wanted = fork.chosen + step if fork is not None else -1
        return fork.branches[wanted] if fork is not None and 0 <= wanted < len(fork.branches) else None
