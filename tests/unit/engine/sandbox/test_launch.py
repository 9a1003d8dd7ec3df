from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from engine.sandbox import launch


def test_the_environment_is_built_from_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "x")
    monkeypatch.setenv("PYTHONPATH", "/somewhere")

    environment = launch.environment("/tmp")

    assert "SECRET_KEY" not in environment
    assert "PYTHONPATH" not in environment
    assert environment["HOME"] == environment["TMPDIR"] == "/tmp"
    assert environment["OPENBLAS_NUM_THREADS"] == environment["OMP_NUM_THREADS"] == "1"


def test_the_command_finds_the_libraries_and_this_program() -> None:
    command = launch.command()
    code = command[command.index("-c") + 1]
    looked = code.replace("main()", "import numpy; print(numpy.__name__)")

    said = subprocess.run([*(looked if part == code else part for part in command)], capture_output=True, check=True)

    assert said.stdout.strip() == b"numpy"


def test_only_libraries_are_readable() -> None:
    paths = [Path(path) for path in launch.readable()]
    own = Path(launch.own_root())

    assert all(path.exists() for path in paths)
    assert launch.FONT.parent in paths
    for private in (own, own / "engine", Path.home(), Path("/etc/passwd"), Path("/")):
        assert not any(private == path or private.is_relative_to(path) for path in paths)


def test_the_built_app_starts_its_second_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", "/usr/lib", raising=False)

    monkeypatch.setattr(sys, "executable", str(tmp_path / "fireside"))
    program = tmp_path / ("fireside-worker.exe" if sys.platform == "win32" else "fireside-worker")
    program.touch()

    assert launch.command() == [str(program), "sandbox"]
    assert {"/usr/lib", str(program)} <= set(launch.readable())
    assert str(tmp_path / "fireside") not in launch.readable()
    assert launch.own_root() == ""


def test_the_font_for_chinese_is_there() -> None:
    assert launch.FONT.stat().st_size < 5_000_000
    assert (launch.FONT.parent / "LICENSE.txt").exists()


def test_python_for_embedding_keeps_its_modules_in_an_archive_beside_itself(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    python, app = tmp_path / "python", tmp_path / "app"
    packages = python / "Lib" / "site-packages"
    packages.mkdir(parents=True)
    app.mkdir()
    for name in ("python.exe", "python312.zip", "python312._pth"):
        (python / name).write_text("")
    monkeypatch.setattr(launch.sys, "executable", str(python / "python.exe"))
    monkeypatch.setattr(launch.sys, "path", [str(python / "python312.zip"), str(python), str(app), str(packages)])

    found = launch.command()

    assert {str(python / "python312.zip"), str(python), str(packages)} <= set(found)
    assert str(app) not in found
