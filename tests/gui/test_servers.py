"""The dialog of tool servers, over a real one: added, started, its tools taken, stopped, removed; bad commands said."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.assistants.servers import ServersDialog
from tests.support import tool_server

Open = Callable[..., Any]
COMMAND = f"{Path(sys.executable).as_posix()} {Path(tool_server.__file__).as_posix()}"


def _dialog(driver: Any, *chosen: str) -> ServersDialog:
    dialog = ServersDialog(driver.pages.room, frozenset(chosen), driver.app.window)
    driver.qtbot.addWidget(dialog)
    dialog.show()
    driver.settle()
    return dialog


def _press(driver: Any, button: QWidget) -> None:
    driver.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_server_is_added_started_used_stopped_and_removed(open_app: Open) -> None:
    driver = open_app()
    dialog = _dialog(driver, "fail")
    taken: list[tuple[str, str]] = []
    dialog.tool_chosen.connect(lambda tool, server: taken.append((tool["function"]["name"], server)))

    driver.qtbot.keyClicks(dialog.name, "small")
    dialog.command.setText(COMMAND)
    _press(driver, dialog.add)
    driver.until(lambda: len(dialog.cards) == 1)
    (server,) = driver.app.engine.tool_servers.list()
    assert not dialog.cards[0].stop.isVisible()

    _press(driver, dialog.cards[0].list)
    driver.until(lambda: dialog.cards[0].tools)
    tools = dialog.cards[0].tools
    assert {"add", "fail"} <= set(tools)
    assert tools["fail"].isChecked()
    assert not tools["fail"].isEnabled()
    tools["add"].click()
    assert taken == [("add", server.id)]

    dialog.load()
    driver.until(lambda: dialog.cards and dialog.cards[0].stop.isVisible())
    _press(driver, dialog.cards[0].stop)
    driver.until(lambda: dialog.cards and not dialog.cards[0].stop.isVisible())
    _press(driver, dialog.cards[0].remove)
    driver.until(lambda: not dialog.cards)
    assert not driver.app.engine.tool_servers.list()


def test_what_cannot_be_started_is_said(open_app: Open) -> None:
    driver = open_app()
    dialog = _dialog(driver)

    _press(driver, dialog.add)
    assert "Give the server a name" in dialog._problem.text()
    dialog.name.setText("broken")
    dialog.command.setText("'unclosed")
    _press(driver, dialog.add)
    assert "quote" in dialog._problem.text()

    dialog.command.setText("no-such-program-anywhere")
    _press(driver, dialog.add)
    driver.until(lambda: len(dialog.cards) == 1 or dialog._problem.isVisible())
    driver.settle()
    if dialog.cards:
        _press(driver, dialog.cards[0].list)
        driver.until(dialog._problem.isVisible)
    assert dialog._problem.text()
