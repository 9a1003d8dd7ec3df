"""One sandbox for all tests of a run; each test has a session of its own in it."""

from __future__ import annotations

import secrets
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.sandbox import Limits, Sandbox, Session

if sys.platform != "linux":
    collect_ignore_glob = ["test_*.py"]  # the walls of the other systems have never been tried


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    made = Sandbox(tmp_path_factory.mktemp("sandbox") / "home", limits=Limits(seconds=10, grace=0.5))
    if not made.available().available:
        made.close()
        pytest.skip(made.available().reason)
    yield made
    made.close()


@pytest.fixture
def session(sandbox: Sandbox) -> Iterator[Session]:
    thread_id = f"thread_{secrets.token_hex(6)}"
    yield sandbox.session(thread_id)
    sandbox.forget(thread_id)


@pytest.fixture
def far_away() -> Iterator[Path]:
    """A folder outside /tmp, which a session sees as its own."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        yield Path(folder)


@pytest.fixture
def outside(far_away: Path) -> Path:
    """A file that no session may see."""
    path = far_away / "secret.txt"
    path.write_text("nobody may read this")
    return path
