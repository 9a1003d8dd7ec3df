"""The layers and fences of `.importlinter` hold."""

from __future__ import annotations

import configparser
import subprocess
import sys

from tests.architecture.sources import ROOT

# The pictures are taken of written answers, played by the backend that only tests and the bench use otherwise.
IGNORED = {f"desktop.{name} -> engine.inference.scripted" for name in ("shots", "shots_answers", "shots_knowledge")}


def test_every_import_contract_is_kept() -> None:
    # In a process of its own: the linter's command line silences all loggers there are.
    code = "from importlinter.cli import lint_imports_command as lint; lint()"

    found = subprocess.run([sys.executable, "-c", code, "--no-logo"], cwd=ROOT, capture_output=True, text=True)

    assert found.returncode == 0, found.stdout + found.stderr


def test_no_contract_is_hollowed_out() -> None:
    """A contract that is in the way gets changed in the open; what it ignores is named here, too."""
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter", "utf-8")

    ignored = {
        line
        for name in contracts.sections()
        for line in contracts.get(name, "ignore_imports", fallback="").split("\n")
        if line
    }

    assert ignored <= IGNORED
