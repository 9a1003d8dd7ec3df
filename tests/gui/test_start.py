"""The window is there before anything heavy is loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app import App
from desktop.window import Window
from desktop.windowstate import WindowState
from engine.inference.scripted import ScriptedBackend

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("sqlalchemy", "alembic", "pydantic", "markdown_it", "pygments", "psutil", "numpy", "torch", "engine.service")


def test_the_windows_code_loads_nothing_heavy() -> None:
    code = f"import sys, desktop.app; print([name for name in {HEAVY!r} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "[]"


def test_the_open_window_loads_only_what_everybody_uses() -> None:
    rare = ("numpy", "torch", "llama_cpp", "mcp", "uvicorn", "starlette", "pydantic", "jsonschema", "httpx2", "psutil")
    pages = tuple(f"desktop.{name}.page" for name in ("assistants", "knowledge", "models", "bin", "settings"))
    modules = "engine.service, engine.server.switch, desktop.app, desktop.pages"
    code = f"import sys, {modules}; print([name for name in {rare + pages!r} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "[]"


def test_the_window_shows_itself_before_the_engine_is_open(qtbot: QtBot, qapp: QApplication, home: Path) -> None:
    app = App(qapp, home, backend=ScriptedBackend())
    app.start()

    assert app.window.isVisible()
    assert app.window.current_page == "opening"
    assert app.engine is None

    qtbot.waitUntil(lambda: app.pages is not None and app.tasks.idle, timeout=30_000)
    assert app.window.current_page == "first_start"
    app.window.close()
    app.window.deleteLater()


def test_a_window_of_a_larger_screen_fits_the_smaller_one(qtbot: QtBot) -> None:
    window = Window(WindowState(width=1600, height=1200, x=2000, y=900))
    qtbot.addWidget(window)
    room = QRect(0, 24, 1280, 776)

    window.fit(room)

    assert room.contains(window.geometry())
    assert window.width() == room.width()
    assert room.height() - 60 < window.height() < room.height()
