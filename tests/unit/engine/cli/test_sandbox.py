"""`fireside sandbox run` as users and tests use it; the jail itself is tried in tests/sandbox."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from engine.sandbox import Sandbox, Walls
from tests.unit.engine.cli.conftest import Fireside

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the walls of the other systems have never been tried")


@pytest.fixture
def cells(tmp_path: Path) -> Path:
    path = tmp_path / "cells.py"
    path.write_text(
        "import os\nn = len(open('/mnt/data/in.csv').read())\nn\n# %%\n"
        "os.makedirs('out')\nopen('out/结果.txt', 'w').write('x' * n)\n# %% last\nn + missing\n"
    )
    (tmp_path / "in.csv").write_text("a,b\n")
    return path


def test_each_cell_is_one_object_a_line(fireside: Fireside, cells: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = cells.parent / "kept"

    code = fireside(
        *("sandbox", "run", str(cells), "--mount", str(cells.parent / "in.csv"), "--out", str(out), "--json")
    )

    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == 0
    assert [one["status"] for one in said] == ["ok", "ok", "error"]
    assert all(set(one) == {"status", "logs", "files", "images", "seconds"} for one in said)
    assert said[0]["logs"] == "4"
    kept = out / "2" / "out" / "结果.txt"
    assert said[1]["files"] == [{"name": "out/结果.txt", "bytes": 4, "path": str(kept)}]
    assert kept.read_text() == "xxxx"
    assert "NameError" in said[2]["logs"]


def test_in_words(fireside: Fireside, cells: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert fireside("sandbox", "run", str(cells), "--mount", str(cells.parent), "--out", str(cells.parent / "o")) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("[1] cells.py: ok, 0.")
    assert lines[1] == "4"
    assert any(line.startswith("-> ") and line.endswith("结果.txt (4 B)") for line in lines)


def test_a_cell_that_runs_too_long(fireside: Fireside, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.py").write_text("while True: x = 1")

    fireside("sandbox", "run", str(tmp_path / "a.py"), "--seconds", "0.5", "--json")

    assert json.loads(capsys.readouterr().out)["status"] == "timeout"


@pytest.mark.parametrize("arguments", [("nothing.py",), ("--mount", "nothing.csv")])
def test_what_is_not_there(
    fireside: Fireside, cells: Path, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert fireside("sandbox", "run", str(cells), *arguments) == 1
    assert "nothing" in capsys.readouterr().err


def test_without_walls_nothing_runs(
    fireside: Fireside, cells: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    walls = Walls(available=False, reason="This Linux kernel has no Landlock.")
    monkeypatch.setattr(Sandbox, "available", lambda _self: walls)

    assert fireside("sandbox", "run", str(cells), "--json") == 1

    out, err = capsys.readouterr()
    assert out == ""
    assert "no Landlock" in err


@pytest.mark.parametrize("seconds", ["0", "-1", "x", "99999"])
def test_seconds_make_sense(fireside: Fireside, cells: Path, seconds: str) -> None:
    with pytest.raises(SystemExit) as caught:
        fireside("sandbox", "run", str(cells), "--seconds", seconds)
    assert caught.value.code == 2
