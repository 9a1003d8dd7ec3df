"""A supervisor whose children are the naughty ones."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.workers.supervisor import Limits, Supervisor

SCRIPT = Path(__file__).with_name("naughty.py")
NAMES = frozenset({"good", "silent", "quitter", "babbler", "stubborn", "nothing"})


def command(name: str) -> list[str]:
    return ["/no/such/program"] if name == "nothing" else [sys.executable, str(SCRIPT), name]


@pytest.fixture
def make_supervisor(tmp_path: Path) -> Iterator[Callable[..., Supervisor]]:
    """Return a maker of supervisors that are closed after the test."""
    made: list[Supervisor] = []

    def make(**limits: float) -> Supervisor:
        supervisor = Supervisor(tmp_path / "logs", limits=Limits(**limits), command=command, names=NAMES)
        made.append(supervisor)
        return supervisor

    yield make
    for supervisor in made:
        supervisor.close()


@pytest.fixture
def supervisor(make_supervisor: Callable[..., Supervisor]) -> Supervisor:
    return make_supervisor()
