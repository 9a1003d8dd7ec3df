"""`fireside stores`: what there is, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.engine.cli.conftest import Fireside


def test_stores_are_listed_with_their_files(
    fireside: Fireside, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fireside("stores") == 0
    assert "No stores yet" in capsys.readouterr().err

    (tmp_path / "a.md").write_text("Tea.")
    (tmp_path / "b.md").write_text("")
    assert fireside("ingest", str(tmp_path / "a.md"), str(tmp_path / "b.md"), "--store", "Tea") == 1
    capsys.readouterr()

    assert fireside("stores") == 0
    line = capsys.readouterr().out
    assert "Tea" in line
    assert "2 files · 1 failed" in line
    assert fireside("stores", "--json") == 0
    [store] = json.loads(capsys.readouterr().out)
    assert (store["name"], store["files"]["total"], store["files"]["failed"]) == ("Tea", 2, 1)
