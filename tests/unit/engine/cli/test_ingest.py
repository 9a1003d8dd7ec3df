"""`fireside ingest`: what is read, what fails, what is known already, and that Ctrl-C loses nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.cli import ingest
from engine.cli.words import Words
from engine.service.pace import Progress
from tests.unit.engine.cli.conftest import Fireside


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "Tea notes"
    folder.mkdir()
    (folder / "good.md").write_text("Tea steeps.")
    (folder / "empty.md").write_text("")
    (folder / "photo.png").write_text("x")
    return folder


def test_a_folder_becomes_a_store_of_its_name(
    fireside: Fireside, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fireside("ingest", str(folder)) == 1

    shown = capsys.readouterr()
    out = shown.out.splitlines()
    assert out[0].startswith("2 files, 11 B, into Tea notes (vs_")
    assert "failed  empty.md: This file is empty." in out
    assert "read    good.md  1 chunks" in out
    assert out[-1] == "1 files can be searched in Tea notes, 1 failed."
    assert "1 passed over" in shown.err
    assert "[################] 100 %  2 of 2 files" in shown.err


def test_what_is_there_is_not_read_again_and_what_failed_is(
    fireside: Fireside, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fireside("ingest", str(folder))
    (folder / "new.md").write_text("Coffee drips.")
    capsys.readouterr()

    assert fireside("ingest", str(folder), "--store", "tea notes") == 1

    out = capsys.readouterr().out
    assert "1 were there already" in out
    assert "read    new.md" in out
    assert "good.md" not in out
    assert "empty.md" in out


def test_ctrl_c_stops_and_the_next_time_goes_on(
    fireside: Fireside, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "empty.md").unlink()
    with monkeypatch.context() as patched:
        patched.setattr(ingest._Ingest, "_watch", _interrupted)
        assert fireside("ingest", str(folder)) == 130
    assert "The same command goes on where it stopped." in capsys.readouterr().err

    assert fireside("ingest", str(folder)) == 0
    assert "1 files can be searched in Tea notes, 0 failed." in capsys.readouterr().out


def _interrupted(_self: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("path", ["none.md", "nowhere/"])
def test_a_path_that_is_not_there_is_told(fireside: Fireside, path: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert fireside("ingest", path) == 1
    assert "cannot be read" in capsys.readouterr().err
    assert fireside("stores") == 0
    assert "No stores yet" in capsys.readouterr().err


def test_an_empty_folder_makes_no_store(fireside: Fireside, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "void").mkdir()

    assert fireside("ingest", str(tmp_path / "void")) == 1
    assert "There is nothing here that can be searched." in capsys.readouterr().err


def test_a_moment_is_one_line() -> None:
    moment = Progress(share=0.5, files_done=3, files=8, speed=4.25, left=65)

    shown = ingest.line(moment, "a.pdf", Words("en"))

    assert shown == "[########........]  50 %  3 of 8 files  4.2 chunks/s  1:05 left  a.pdf"
