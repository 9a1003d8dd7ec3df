"""What an assistant did with its tools, as a user sees it: folded cards, opened by keys and clicks, kept for later."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from desktop.chat.message import MessageItem
from desktop.chat.render.blocks import Code
from desktop.chat.work import WorkItem

Open = Callable[..., Any]
COURSES = {"courses": [{"name": "Python", "seats": 12}]}
FUNCTION = {
    "type": "function",
    "function": {
        "name": "list_courses",
        "parameters": {"type": "object", "properties": {"topic": {"type": "string"}}},
    },
}


def asks(name: str, **arguments: object) -> str:
    return f"<tool_call>\n{json.dumps({'name': name, 'arguments': arguments})}\n</tool_call>"


def assistant(driver: Any, *tools: dict[str, Any], **resources: Any) -> Any:
    """Make an assistant with tools the one who answers, on a thread of its own."""
    engine = driver.app.engine
    made = engine.assistants.create(model="default", name="Guagua", tools=tools, tool_resources=resources)
    if FUNCTION in tools:
        engine.functions.bind(
            made.id, "list_courses", kind="fixed", config={"text": json.dumps(COURSES)}, approval="allow"
        )
    driver.until(lambda: made.id in driver.chat.presenter.assistants)
    driver.pages.open_thread(engine.threads.create().id)
    driver.settle()
    driver.chat.presenter.choose_assistant(made.id)
    return made


def works(driver: Any) -> list[WorkItem]:
    return [item for item in driver.items if isinstance(item, WorkItem)]


def test_a_function_call_is_a_folded_card_above_the_answer(open_app: Open) -> None:
    driver = open_app([asks("list_courses", topic="AI"), "There is one course."])
    assistant(driver, FUNCTION)
    driver.say("Which courses are there?")
    driver.answered()

    kinds = [type(item) for item in driver.items]
    assert kinds == [MessageItem, WorkItem, MessageItem]
    card = works(driver)[0].cards[0]
    assert card.head.title == "Called list_courses"
    assert not card.opened
    assert card.height() < 44
    assert "Called list_courses" in card.head.accessibleName()


def test_a_card_is_opened_by_click_and_by_key_and_shows_what_was_said(open_app: Open) -> None:
    driver = open_app([asks("list_courses", topic="AI"), "There is one course."])
    assistant(driver, FUNCTION)
    driver.say("Which courses are there?")
    driver.answered()
    card = works(driver)[0].cards[0]
    below, folded = driver.items[2].y(), card.height()

    driver.qtbot.mouseClick(card.head, Qt.MouseButton.LeftButton)

    given, output = (part.blocks[0] for part in card.parts)
    assert isinstance(given, Code)
    assert given.text == '{\n  "topic": "AI"\n}'
    assert output.text == json.dumps(COURSES, indent=2)
    assert card.parts[0].isVisible()
    assert driver.items[2].y() - below == card.height() - folded > 60

    driver.qtbot.keyClick(card.head, Qt.Key.Key_Space)
    assert not card.opened
    assert driver.items[2].y() == below


def test_the_name_stands_once_above_work_and_answer(open_app: Open) -> None:
    driver = open_app([asks("list_courses"), "One.", "Two."])
    assistant(driver, FUNCTION)
    driver.say("Courses?")
    driver.answered()

    _, work, answer = driver.items
    assert (work._continued, answer._continued) == (False, True)
    driver.say("Again?")
    driver.answered(3)
    assert not driver.items[-1]._continued


def test_cards_are_there_after_a_restart(open_app: Open) -> None:
    driver = open_app([asks("list_courses"), "One."])
    assistant(driver, FUNCTION)
    driver.say("Courses?")
    driver.answered()
    thread = driver.chat.presenter.thread_id
    driver.app.close()

    again = open_app([])
    again.pages.open_thread(thread)
    again.until(lambda: len(again.items) == 3)

    card = works(again)[0].cards[0]
    assert card.head.title == "Called list_courses"
    assert not card.opened


def test_a_failed_call_says_so(open_app: Open) -> None:
    driver = open_app([asks("list_courses"), "Sorry."])
    made = assistant(driver, FUNCTION)
    driver.app.engine.functions.bind(
        made.id, "list_courses", kind="fixed", config={"text": "Error: no such table"}, approval="allow"
    )
    driver.say("Courses?")
    driver.answered()

    assert works(driver)[0].cards[0].head.title == "list_courses reported an error"


def test_copying_an_answer_leaves_the_work_out(open_app: Open) -> None:
    driver = open_app([asks("list_courses"), "One course."])
    assistant(driver, FUNCTION)
    driver.say("Courses?")
    driver.answered()

    driver.app.window.act("copy_last")

    assert QGuiApplication.clipboard().text() == "One course."


def test_cards_speak_the_language_in_use(open_app: Open) -> None:
    driver = open_app([asks("list_courses"), "One."])
    assistant(driver, FUNCTION)
    driver.say("Courses?")
    driver.answered()
    card = works(driver)[0].cards[0]

    driver.app.engine.settings.set(language="zh_CN")
    driver.until(lambda: card.head.title == "调用了 list_courses")
    driver.app.engine.settings.set(language="en")
    driver.until(lambda: card.head.title == "Called list_courses")
    QApplication.processEvents()


def test_thoughts_are_folded_and_never_copied(open_app: Open) -> None:
    driver = open_app(["<think>\nA hard one.\n</think>\nIt is 42."])
    driver.say("What is it?")
    driver.answered()
    item = driver.items[1]
    driver.until(lambda: item.thoughts)

    card = item.thoughts[0]
    assert card.head.title.startswith("Thought")
    assert not card.opened
    driver.qtbot.mouseClick(card.head, Qt.MouseButton.LeftButton)
    assert card.parts[0].text() == "A hard one."
    driver.app.window.act("copy_last")
    assert QGuiApplication.clipboard().text() == "It is 42."


def test_thoughts_are_seen_while_they_come(open_app: Open, reply: Any) -> None:
    thinking, writing = threading.Event(), threading.Event()
    pieces = ("<think>\n", "A hard", " one.", "\n</think>\n", "It is", " 42.")
    driver = open_app([reply(pieces=pieces, gates={2: thinking, 5: writing})])
    driver.say("What is it?")
    driver.until(lambda: len(driver.items) == 2 and works(driver))
    card = works(driver)[0].cards[0]
    assert card.head.title.startswith("Thinking…")
    assert not card.opened
    driver.qtbot.mouseClick(card.head, Qt.MouseButton.LeftButton)
    assert card.parts[0].text() == "A hard"
    assert not driver.chat.transcript.phase.isVisible()

    thinking.set()
    driver.until(lambda: card.head.title.startswith("Thought"))
    assert card.parts[0].text() == "A hard one."
    writing.set()
    driver.answered()
    driver.until(lambda: not works(driver))
    assert [item.text() for item in driver.items] == ["What is it?", "It is 42."]
    assert driver.items[1].thoughts
