"""The entry hands over to the command line and loads Qt only for the window."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from desktop import __main__ as entry


def test_the_window_opens_on_the_given_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from desktop import app

    asked: list[Any] = []
    monkeypatch.setattr(app, "main", lambda home, *, beside, files: asked.append((home, files)) or 5)
    monkeypatch.setattr(sys, "argv", ["fireside", "--home", str(tmp_path), "a.gguf"])

    assert entry.main() == 5
    assert asked == [(tmp_path, [Path("a.gguf")])]


def test_a_command_never_loads_qt() -> None:
    code = (
        "import sys; from desktop.__main__ import main; sys.argv = ['fireside', 'models', 'list']; main();"
        "sys.exit(any(m.startswith('PySide6') for m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
