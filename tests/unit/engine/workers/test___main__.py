"""The entry of children starts what the table names, and loads nothing of the app."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("names", [[], ["evil"], ["inference", "x"]])
def test_only_workers_of_the_table_start(names: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", "engine.workers", *names], capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "child processes" in done.stderr


def test_a_child_does_not_pay_for_the_app() -> None:
    code = (
        "import sys; from engine.workers import __main__;"
        "print([m for m in sys.modules if m.split('.')[0] in ('sqlalchemy', 'starlette', 'PySide6', 'argparse')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
