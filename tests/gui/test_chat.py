"""Chatting as a user does it: keys and clicks on the real engine with a scripted model."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent

from desktop.chat.render.blocks import Code, Table
from engine.errors import WorkerFailed
from engine.inference.scripted import Reply

Open = Callable[..., Any]
ANSWER = "Hello **there**.\n\n```python\nprint('hi')\n```\n\n| a | b |\n|---|---|\n| 1 | 中文 |\n"


def test_a_message_is_answered_and_both_are_shown(open_app: Open) -> None:
    driver = open_app([ANSWER])

    driver.say("Hi, who are you?")
    driver.answered()

    assert driver.texts() == ["Hi, who are you?", ANSWER]
    blocks = driver.items[1].body.blocks
    assert [type(block) for block in blocks[1:]] == [Code, Table]
    assert driver.pages.side.threads.threads[0].title == "Hi, who are you?"
    assert not driver.chat.greeting.isVisible()


def test_enter_belongs_to_the_input_method_while_it_composes(open_app: Open) -> None:
    driver = open_app(["ok"])
    editor = driver.chat.composer.editor
    editor.setFocus()

    QGuiApplication.sendEvent(editor, QInputMethodEvent("ni hao", []))
    driver.qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert driver.items == []

    committed = QInputMethodEvent("", [])
    committed.setCommitString("你好")
    QGuiApplication.sendEvent(editor, committed)
    driver.qtbot.keyClick(editor, Qt.Key.Key_Return)
    driver.answered()

    assert driver.texts() == ["你好", "ok"]


def test_shift_enter_starts_a_line_and_the_box_grows_to_eight(open_app: Open) -> None:
    driver = open_app()
    composer = driver.chat.composer
    heights = [composer.editor.height()]
    for _ in range(12):
        driver.qtbot.keyClicks(composer.editor, "line")
        driver.qtbot.keyClick(composer.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
        heights.append(composer.editor.height())

    assert composer.text().count("\n") == 12
    assert heights == sorted(heights)
    assert heights[-1] == heights[-4] > heights[0] * 6


def test_stop_keeps_what_was_written(open_app: Open) -> None:
    gate = threading.Event()
    driver = open_app([Reply(text="one two three four five", gates={3: gate})])
    driver.say("Count")
    driver.until(lambda: len(driver.items) == 2 and driver.items[1].text() == "one two three")

    driver.qtbot.mouseClick(driver.chat.composer.stop, Qt.MouseButton.LeftButton)
    driver.until(lambda: not driver.chat.presenter.running)
    driver.settle()

    item = driver.items[1]
    assert item.turn.state == "stopped"
    assert item.text() == "one two three"
    assert item.note.isVisible()
    assert not driver.chat.transcript.phase.isVisible()


def test_a_failed_run_says_so_and_can_be_tried_again(open_app: Open) -> None:
    broken = Reply(text="half an", failure=WorkerFailed("The process ended.", code="worker_died"), fail_at=2)
    driver = open_app([broken, "a whole answer"])
    driver.say("Go")
    driver.until(lambda: len(driver.items) == 2 and driver.items[1].turn.state == "failed")
    driver.settle()
    driver.until(lambda: driver.items[1].turn.error == ("worker_died", "The process ended."))

    note = driver.items[1].note
    assert "ended unexpectedly" in note.text()
    assert driver.items[1].text() == "half an"

    driver.qtbot.mouseClick(note.retry, Qt.MouseButton.LeftButton)
    driver.until(lambda: len(driver.items) == 2 and driver.items[1].text() == "a whole answer")
    driver.until(lambda: driver.items[1].switch is not None and not driver.chat.presenter.running)

    assert driver.texts() == ["Go", "a whole answer"]
    assert driver.items[1].switch.text() == "2/2"


def test_without_a_model_the_page_says_what_to_do(open_app: Open) -> None:
    driver = open_app(model=False)

    assert driver.chat._model.isVisible()
    driver.say("Hello?")
    driver.settle()
    assert driver.chat.transcript.failure.isVisible()
    assert driver.chat.composer.text() == "Hello?"

    driver.qtbot.mouseClick(driver.chat.transcript.failure._button, Qt.MouseButton.LeftButton)
    assert driver.app.window.current_page == "models"


def test_a_message_sent_meanwhile_waits_its_turn(open_app: Open) -> None:
    gate = threading.Event()
    driver = open_app([Reply(text="first answer", gates={1: gate}), "second answer"])
    driver.say("First")
    driver.until(lambda: len(driver.items) == 2)

    driver.say("Second")
    queue = driver.chat.queue
    assert queue.isVisible()
    assert [row.letter.text for row in queue.rows] == ["Second"]
    assert driver.chat.composer.text() == ""

    gate.set()
    driver.answered(2)
    assert driver.texts() == ["First", "first answer", "Second", "second answer"]
    assert not queue.isVisible()


def test_a_waiting_message_can_be_taken_back(open_app: Open) -> None:
    gate = threading.Event()
    driver = open_app([Reply(text="first answer", gates={1: gate})])
    driver.say("First")
    driver.until(lambda: len(driver.items) == 2)
    driver.say("Second")

    driver.qtbot.mouseClick(driver.chat.queue.rows[0].edit, Qt.MouseButton.LeftButton)
    assert driver.chat.composer.text() == "Second"

    gate.set()
    driver.answered()
    assert driver.texts() == ["First", "first answer"]


def test_phases_are_shown_while_one_waits(open_app: Open) -> None:
    reading, writing = threading.Event(), threading.Event()
    driver = open_app([Reply(text="answer", reading=reading, gates={0: writing})])
    driver.say("A question")
    phase = driver.chat.transcript.phase
    driver.until(phase.isVisible)
    driver.until(lambda: "…" in phase.text())

    reading.set()
    writing.set()
    driver.answered()
    assert not phase.isVisible()


def test_each_thread_keeps_its_draft(open_app: Open) -> None:
    driver = open_app(["one", "two"])
    driver.say("Thread one")
    driver.answered()
    first = driver.chat.presenter.thread_id
    driver.qtbot.keyClicks(driver.chat.composer.editor, "not finished")

    driver.app.window.act("new_chat")
    assert driver.chat.composer.text() == ""
    driver.qtbot.keyClicks(driver.chat.composer.editor, "another")
    driver.pages.open_thread(first)
    driver.settle()

    assert driver.chat.composer.text() == "not finished"
    driver.app.window.act("new_chat")
    assert driver.chat.composer.text() == "another"


def test_an_opened_thread_shows_a_running_answer_whole(open_app: Open) -> None:
    gate = threading.Event()
    driver = open_app([Reply(text="one two three four", gates={2: gate})])
    driver.say("Count")
    driver.until(lambda: len(driver.items) == 2 and driver.items[1].text() == "one two")
    thread = driver.chat.presenter.thread_id

    driver.app.window.act("new_chat")
    driver.settle()
    driver.pages.open_thread(thread)
    driver.until(lambda: len(driver.items) == 2)
    assert driver.items[1].text() == "one two"
    gate.set()
    driver.answered()

    assert driver.items[1].text() == "one two three four"


def test_links_are_copied_not_opened(open_app: Open) -> None:
    driver = open_app(["see [this](https://example.org/a)"])
    driver.say("Link?")
    driver.answered()

    driver.items[1].body.link_pressed.emit("https://example.org/a")

    assert QGuiApplication.clipboard().text() == "https://example.org/a"
    assert "https://example.org/a" in driver.app.window.toast.text()


def test_text_is_selected_across_blocks_and_copied(open_app: Open) -> None:
    driver = open_app(["First *line*.\n\n- one\n- two\n\n```\ncode\n```"])
    driver.say("x")
    driver.answered()
    body = driver.items[1].body

    driver.qtbot.keyClick(body, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    driver.qtbot.keyClick(body, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

    assert QGuiApplication.clipboard().text() == "First line.\n- one\n- two\n\ncode"


def test_the_figures_of_an_answer_show_up_under_the_pointer(open_app: Open) -> None:
    driver = open_app(["an answer of six words here"])
    driver.say("x")
    driver.answered()
    item = driver.items[1]

    driver.qtbot.mouseMove(item)
    QGuiApplication.sendEvent(item, QEvent(QEvent.Type.Leave))
    item.light(True)
    driver.settle()

    assert "written" in item.details
