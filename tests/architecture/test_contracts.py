"""The layers and fences of `.importlinter` hold."""

from __future__ import annotations

import configparser
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parents[2]


def test_every_import_contract_is_kept(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)

    code = lint_imports(no_logo=True)

    assert code == 0, capsys.readouterr().out


def test_no_contract_ignores_an_import() -> None:
    """A contract that is in the way gets changed in the open, not hollowed out."""
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter", "utf-8")

    hollowed = [name for name in contracts.sections() if contracts.has_option(name, "ignore_imports")]

    assert hollowed == []
