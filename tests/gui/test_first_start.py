"""From the very first window to an answered message, and again after a restart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from desktop import app as composition
from engine.events import DownloadChanged
from engine.inference.scripted import ScriptedBackend
from engine.service import Engine

Open = Callable[..., Any]


def test_from_the_first_window_to_an_answered_message(open_app: Open) -> None:
    driver = open_app(["Welcome!"], first=True)
    window, first = driver.app.window, driver.pages.first
    driver.until(lambda: first.card is not None)
    assert window.current_page == "first_start"
    assert not driver.pages.side.isVisible()

    first.language.setCurrentIndex(first.language.findData("zh_CN"))
    first.language.activated.emit(first.language.currentIndex())
    driver.until(lambda: first.begin.text() == "开始对话")
    first.language.setCurrentIndex(first.language.findData("en"))
    first.language.activated.emit(first.language.currentIndex())
    driver.until(lambda: first.begin.text() == "Start chatting")

    driver.qtbot.mouseClick(first.begin, Qt.MouseButton.LeftButton)
    driver.settle()
    driver.say("Hello")
    driver.answered()

    assert driver.texts() == ["Hello", "Welcome!"]
    assert driver.app.engine.settings.current.first_start_done


def test_the_starter_is_offered_with_progress_pause_and_cancel(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    driver = open_app(first=True, model=False)
    first, engine = driver.pages.first, driver.app.engine
    driver.until(lambda: first.card is not None)
    card = first.card
    asked: list[str] = []
    for name in ("download", "pause", "cancel"):
        monkeypatch.setattr(engine.models, name, lambda model_id, what=name: asked.append(what))
    assert card.card.entry.starter
    assert "1.1 GB" in card.main.text()

    driver.qtbot.mouseClick(card.main, Qt.MouseButton.LeftButton)
    driver.settle()
    total = card.card.size
    engine.bus.publish(
        DownloadChanged(model_id=card.card.id, state="running", done=total // 4, total=total, speed=9e6, eta=95.0)
    )
    driver.until(lambda: card._bar.isVisible())
    assert card._bar.fraction == pytest.approx(0.25, abs=0.01)
    assert "9.0 MB/s" in card._state.text()
    assert "2 min left" in card._state.text()
    assert driver.pages.network.text().startswith("Online")

    driver.qtbot.mouseClick(card.main, Qt.MouseButton.LeftButton)
    driver.qtbot.mouseClick(card.second, Qt.MouseButton.LeftButton)
    driver.settle()
    assert asked == ["download", "pause", "cancel"]


def test_one_may_go_on_without_a_model(open_app: Open) -> None:
    driver = open_app(first=True, model=False)
    first = driver.pages.first
    driver.until(lambda: first.card is not None)

    driver.qtbot.mouseClick(first.skip, Qt.MouseButton.LeftButton)
    driver.settle()

    assert driver.app.window.current_page == "chat"
    assert driver.chat._model.isVisible()


def test_a_restart_shows_the_thread_again(open_app: Open) -> None:
    driver = open_app(["An answer to keep."])
    driver.say("Keep this")
    driver.answered()
    driver.app.window.resize(901, 702)
    driver.app.window.close()
    assert driver.app.engine is None

    again = open_app()
    again.until(lambda: len(again.items) == 2)

    assert again.texts() == ["Keep this", "An answer to keep."]
    assert (again.app.window.width(), again.app.window.height()) == (901, 702)


def test_another_folder_is_taken_and_remembered(
    open_app: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remembered: list[Path] = []
    monkeypatch.setattr(composition, "remember_home", remembered.append)
    driver = open_app(first=True)
    left: list[int] = []
    driver.app.leave = left.append

    driver.pages.first.home_wanted.emit(tmp_path / "elsewhere")

    assert remembered == [tmp_path / "elsewhere"]
    assert driver.app.home == tmp_path / "elsewhere"
    assert driver.app.engine is None
    assert left == [composition.RESTART]


@pytest.mark.allow_log("desktop.app")
def test_a_home_in_use_is_a_page_with_a_next_step(open_app: Open, home: Path) -> None:
    other = Engine(home, backend=ScriptedBackend())
    driver = open_app()
    problem = driver.app._problem
    assert "already open" in problem._title.text()
    assert driver.app.pages is None

    other.close()
    driver.qtbot.mouseClick(problem.retry, Qt.MouseButton.LeftButton)
    driver.until(lambda: driver.app.pages is not None)
    driver.settle()

    assert driver.app.window.current_page == "chat"


@pytest.mark.allow_log("desktop.app")
def test_data_of_a_newer_version_is_left_alone(open_app: Open, home: Path) -> None:
    import sqlite3

    Engine(home, backend=ScriptedBackend()).close()
    with sqlite3.connect(home / "fireside.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()

    driver = open_app()

    assert "newer Fireside" in driver.app._problem._title.text()
