"""The details panel beside the chat: opened by the keyboard, read, copied from, and kept out of the way."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from desktop.details.rows import Row, StepHead
from desktop.windowstate import load

Open = Callable[..., Any]
CONTROL = Qt.KeyboardModifier.ControlModifier


def rows(section: Any) -> dict[str, str]:
    return {row.name.text(): row.value.text() for row in section.body.findChildren(Row)}


def opened(driver: Any) -> Any:
    """Open the panel with the keyboard."""
    driver.qtbot.keyClick(driver.app.window, Qt.Key.Key_I, CONTROL)
    panel = driver.pages.details
    driver.until(panel.isVisible)
    driver.settle()
    return panel


def test_the_panel_is_closed_until_asked_for_and_is_remembered(open_app: Open) -> None:
    driver = open_app(["Hello."])
    assert not driver.pages.details.isVisible()
    driver.app.window.resize(1280, 800)
    panel = opened(driver)
    assert not driver.pages.dock.over
    assert driver.chat.width() > 600

    driver.pages.go("models")
    assert not panel.isVisible()
    driver.pages.go("chat")
    assert panel.isVisible()
    home = driver.app.home
    driver.app.window.close()
    assert load(home).details is True


def test_a_run_shows_its_steps_tokens_and_events(open_app: Open) -> None:
    driver = open_app(["one two three"])
    panel = opened(driver)
    assert not panel.run_view.prompt.isEnabled()
    driver.say("Count to three")
    driver.answered()
    driver.until(lambda: panel.run_view.status.text() == "Completed")
    driver.settle()

    view = panel.run_view
    heads = view.steps.body.findChildren(StepHead)
    assert [head.text() for head in heads] == ["Answer"]
    tokens = rows(view.tokens)
    assert tokens["Written"].startswith("3")
    assert tokens["Dropped for context"] == "0"
    assert int(tokens["Read"]) > 0
    driver.qtbot.mouseClick(view.timeline.head, Qt.MouseButton.LeftButton)
    assert rows(view.timeline)["message.delta × 3"]
    assert not view.why.isVisible()


def test_the_exact_prompt_is_shown_and_copied_also_after_a_restart(open_app: Open) -> None:
    driver = open_app(["Tea is ready."])
    panel = opened(driver)
    driver.say("Is tea ready?")
    driver.answered()
    driver.until(panel.run_view.prompt.isEnabled)
    thread = driver.chat.presenter.thread_id
    read = driver.app.engine.run_logs.of(thread).generations[0].prompt
    assert "Is tea ready?" in read

    driver.qtbot.mouseClick(panel.run_view.prompt, Qt.MouseButton.LeftButton)
    assert panel.prompt_view.view.toPlainText() == read
    driver.qtbot.mouseClick(panel.prompt_view.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == read
    driver.qtbot.keyClick(panel.prompt_view.view, Qt.Key.Key_Escape)
    assert panel.stack.currentWidget() is panel.run_view
    driver.app.window.close()
    driver.app.close()

    later = open_app(["unused"])
    panel = later.pages.details
    later.until(lambda: panel.isVisible() and panel.run_view.prompt.isEnabled())
    later.qtbot.mouseClick(panel.run_view.prompt, Qt.MouseButton.LeftButton)
    assert panel.prompt_view.view.toPlainText() == read


def test_the_run_is_copied_as_python(open_app: Open) -> None:
    driver = open_app(["Yes."])
    panel = opened(driver)
    driver.say("Can you be copied?")
    driver.answered()
    driver.until(panel.run_view.code.isEnabled)
    QGuiApplication.clipboard().clear()
    driver.qtbot.mouseClick(panel.run_view.code, Qt.MouseButton.LeftButton)
    driver.until(lambda: "Can you be copied?" in QGuiApplication.clipboard().text())

    ast.parse(QGuiApplication.clipboard().text())


def test_earlier_runs_are_leafed_through(open_app: Open) -> None:
    driver = open_app(["First.", "Second."])
    panel = opened(driver)
    for number, text in enumerate(("One?", "Two?"), 1):
        driver.say(text)
        driver.answered(number)
    driver.until(panel.run_view.older.isEnabled)
    newest = panel.presenter.log.run.id
    driver.qtbot.mouseClick(panel.run_view.older, Qt.MouseButton.LeftButton)
    driver.until(lambda: panel.presenter.log.run.id != newest)
    driver.until(panel.run_view.newer.isEnabled)
    assert not panel.run_view.older.isEnabled()


def test_what_is_set_for_the_next_run_holds_for_it(open_app: Open) -> None:
    driver = open_app(["One.", "Two."])
    panel = opened(driver)
    driver.qtbot.mouseClick(panel.tabs[2], Qt.MouseButton.LeftButton)
    field = panel.next_view.temperature
    field.setFocus()
    field.selectAll()
    driver.qtbot.keyClicks(field, "0.25")
    driver.qtbot.keyClick(field, Qt.Key.Key_Return)
    driver.qtbot.keyClicks(panel.next_view.more, "Rhyme.")
    driver.say("Go")
    driver.answered()

    run = driver.app.engine.runs.list(driver.chat.presenter.thread_id).items[0]
    assert run.temperature == 0.25
    assert run.instructions.endswith("Rhyme.")
    assert panel.next_view.temperature.value() == 0.25

    driver.qtbot.mouseClick(panel.next_view.back, Qt.MouseButton.LeftButton)
    driver.say("Again")
    driver.answered(2)
    run = driver.app.engine.runs.list(driver.chat.presenter.thread_id).items[0]
    assert run.temperature is None


def test_a_narrow_window_has_the_panel_over_the_chat(open_app: Open) -> None:
    driver = open_app(["Hello."])
    window = driver.app.window
    window.resize(760, 560)
    panel = opened(driver)
    driver.until(lambda: driver.pages.dock.over)
    before = driver.chat.width()
    assert panel.geometry().right() <= window.sheet.width()

    driver.qtbot.keyClick(panel, Qt.Key.Key_Escape)
    assert not panel.isVisible()
    assert driver.chat.width() == before
