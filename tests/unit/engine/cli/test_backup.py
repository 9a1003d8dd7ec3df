"""`fireside backup` and `fireside restore`, there and back in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.engine.cli.conftest import Fireside


def test_there_and_back(fireside: Fireside, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert fireside("chat", "Good morning", replies=["Hello."]) == 0
    file, there = tmp_path / "all.fireside-backup", tmp_path / "there"
    capsys.readouterr()

    assert fireside("backup", str(file)) == 0
    assert capsys.readouterr().out.startswith(f"Backed up and checked: {file} (")
    assert fireside("restore", str(file), "--home", str(there)) == 0
    said = capsys.readouterr().out
    assert "1 chats with 2 messages, 1 assistants, 0 files" in said
    assert f"Restored into {there}." in said
    assert "before" not in said
    assert fireside("restore", str(file)) == 0
    assert f"What was there before lies in {home / 'before-restore-'}" in capsys.readouterr().out


def test_a_file_that_is_no_backup_is_one_sentence(
    fireside: Fireside, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x").write_text("a letter")

    assert fireside("restore", str(tmp_path / "x")) == 1
    assert "This backup cannot be used" in capsys.readouterr().err
