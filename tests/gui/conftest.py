"""What the window's tests share: an offscreen screen, one home, the real engine over a scripted model."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app import App
from engine.inference.scripted import Reply, ScriptedBackend

SECONDS = 20_000


def pytest_configure(config: pytest.Config) -> None:
    """The offscreen screen has no window manager and says so."""
    for sentence in ("This plugin does not support",):
        config.addinivalue_line("qt_log_ignore", sentence)


class Driver:
    """Drives one open window: what a user can see and do, with waiting built in."""

    def __init__(self, qtbot: QtBot, app: App, backend: ScriptedBackend) -> None:
        self.qtbot = qtbot
        self.app = app
        self.backend = backend

    @property
    def pages(self) -> Any:
        assert self.app.pages is not None
        return self.app.pages

    @property
    def chat(self) -> Any:
        return self.pages.chat

    @property
    def items(self) -> list[Any]:
        return self.chat.transcript.items

    def until(self, condition: Callable[[], object]) -> None:
        """Run the event loop until something is so."""
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=SECONDS)

    def settle(self) -> None:
        """Run the event loop until no call is under way."""
        self.until(lambda: self.app.tasks.idle)

    def texts(self) -> list[str]:
        return [item.text() for item in self.items]

    def say(self, text: str) -> None:
        """Type a message with the keyboard and press Enter."""
        from PySide6.QtCore import Qt

        editor = self.chat.composer.editor
        editor.setFocus()
        self.qtbot.keyClicks(editor, text)
        self.qtbot.keyClick(editor, Qt.Key.Key_Return)

    def answered(self, count: int = 1) -> None:
        """Wait until that many answers are complete."""

        def done() -> bool:
            answers = [item for item in self.items if not item.is_user]
            return len(answers) >= count and not self.chat.presenter.running and answers[-1].turn.state != "writing"

        self.until(done)
        self.settle()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def open_app(qtbot: QtBot, qapp: QApplication, home: Path, smollm2: Path) -> Iterator[Callable[..., Driver]]:
    """Open the window on a home folder with one model in it; may be called again after `close`."""
    opened: list[App] = []

    def start(
        replies: Any = None, *, first: bool = False, model: bool = True, language: str = "en", folder: Path = home
    ) -> Driver:
        folder.mkdir(exist_ok=True)
        settings = folder / "settings.json"
        if not settings.exists():
            known = {
                "language": language,
                "theme": "light",
                "first_start_done": not first,
                "model_titles": False,
            }
            settings.write_text(json.dumps(known), "utf-8")
        models = folder / "models"
        if model and not models.exists():
            models.mkdir()
            (models / smollm2.name).symlink_to(smollm2)
        backend = ScriptedBackend(replies)
        app = App(qapp, folder, backend=backend)
        opened.append(app)
        app.start()
        driver = Driver(qtbot, app, backend)
        driver.until(lambda: app.pages is not None or app._problem is not None)
        if app.pages is not None:
            driver.settle()
        return driver

    yield start
    for app in opened:
        app.window.toast.settle()
        app.close()
        app.window.hide()
        app.window.deleteLater()
        app.deleteLater()
    qapp.processEvents()


@pytest.fixture
def reply() -> type[Reply]:
    return Reply
