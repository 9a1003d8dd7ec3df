"""Backing up and restoring from the settings page, as a person would."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from desktop import app as composition
from desktop.settings import backup

Open = Callable[..., Any]


def test_a_backup_is_written_looked_at_and_restored(open_app: Open, tmp_path: Path) -> None:
    driver = open_app(["A first answer."])
    driver.say("Good morning")
    driver.answered()
    driver.pages.go("settings")
    section = driver.pages.settings.backup
    file = tmp_path / "all.fireside-backup"

    section.back_up_to(tmp_path / "all")
    assert not section.save.isEnabled()
    driver.until(section.save.isEnabled)
    assert section.state.text().startswith("Backed up and checked: all.fireside-backup")
    assert not section.bar.isVisible()

    driver.app.engine.threads.create()
    driver.pages.go("settings")
    section.look_at(file)
    driver.until(section.go_on.isVisible)
    assert "chats: 1 · messages: 2" in section._facts.text()
    left: list[int] = []
    driver.app.leave = left.append
    driver.qtbot.mouseClick(section.go_on, Qt.MouseButton.LeftButton)
    driver.until(lambda: left)
    assert left == [composition.RESTART]
    assert driver.app.engine is None
    driver.app.window.hide()

    again = open_app()
    assert len(again.app.engine.threads.list().items) == 1
    assert str(again.app.engine.replaced) in again.app.window.toast.text()


def test_a_file_that_is_no_backup_is_refused_with_a_sentence(open_app: Open, tmp_path: Path) -> None:
    driver = open_app()
    driver.pages.go("settings")
    section = driver.pages.settings.backup
    (tmp_path / "letter.txt").write_text("Dear Ada")

    section.look_at(tmp_path / "letter.txt")
    driver.settle()

    assert "not a backup of Fireside" in section.state.text()
    assert not section.go_on.isVisible()


def test_a_backup_is_stopped(open_app: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    driver = open_app()
    driver.pages.go("settings")
    section = driver.pages.settings.backup
    real = backup.back_up

    def slow(engine: Any, path: Path, *, on_progress: Any, cancel: Any) -> Any:
        cancel.wait(20)
        return real(engine, path, on_progress=on_progress, cancel=cancel)

    monkeypatch.setattr(backup, "back_up", slow)
    section.back_up_to(tmp_path / "b")
    driver.until(section.cancel.isVisible)
    driver.qtbot.mouseClick(section.cancel, Qt.MouseButton.LeftButton)
    driver.until(section.save.isEnabled)

    assert section.state.text() == "Stopped."
    assert list(tmp_path.glob("b*")) == []
