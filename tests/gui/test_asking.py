"""What the person is asked: code to allow, functions to allow or to answer by hand, with keys and clicks."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt

from desktop.chat.work import WorkItem
from engine.tools.base import NOT_ALLOWED, Outcome
from engine.tools.code_interpreter import CodeInterpreter
from engine.types import Run

Open = Callable[..., Any]
CODE = "```python\nprint(6 * 7)\n```"
FUNCTIONS = tuple(
    {"type": "function", "function": {"name": name, "parameters": {"type": "object", "properties": {}}}}
    for name in ("weather", "clock")
)


def call(name: str, **arguments: object) -> str:
    return f"<tool_call>\n{json.dumps({'name': name, 'arguments': arguments}, ensure_ascii=False)}\n</tool_call>"


def answering(driver: Any, *tools: dict[str, Any]) -> Any:
    """Make an assistant with tools the one who answers."""
    made = driver.app.engine.assistants.create(model="default", name="Guagua", tools=tools)
    driver.until(lambda: made.id in driver.chat.presenter.assistants)
    driver.chat.presenter.choose_assistant(made.id)
    return made


def cards(driver: Any, count: int = 1) -> list[Any]:
    driver.until(lambda: len(driver.chat.asking.cards) == count)
    return list(driver.chat.asking.cards.values())


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was run, in place of running it."""
    codes: list[str] = []

    def run(_tool: CodeInterpreter, _run: Run, code: str, *_: object) -> Outcome:
        codes.append(code.strip())
        return Outcome(
            output="42", details={"input": code, "outputs": [{"type": "logs", "logs": "42"}], "status": "ok"}
        )

    monkeypatch.setattr(CodeInterpreter, "call", run)
    return codes


def test_code_is_shown_before_it_runs_and_the_keyboard_is_enough(open_app: Open, ran: list[str]) -> None:
    driver = open_app([CODE, "It is 42."])
    driver.app.engine.settings.set(code_approval="always")
    answering(driver, {"type": "code_interpreter"})
    driver.say("What is 6 times 7?")

    [card] = cards(driver)
    assert card.code.toPlainText() == "print(6 * 7)"
    assert "Guagua" in card.accessibleName()
    assert card._left.text()
    assert ran == []
    driver.until(card.code.hasFocus)
    driver.qtbot.keyClick(card.code, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    driver.answered()

    assert ran == ["print(6 * 7)"]
    assert not driver.chat.asking.isVisible()
    assert driver.texts()[-1] == "It is 42."


def test_code_that_is_refused_does_not_run(open_app: Open, ran: list[str]) -> None:
    driver = open_app(lambda request: CODE if len(request.messages) < 3 else request.messages[-1].content)
    driver.app.engine.settings.set(code_approval="always")
    answering(driver, {"type": "code_interpreter"})
    driver.say("What is 6 times 7?")

    [card] = cards(driver)
    driver.qtbot.mouseClick(card.refuse, Qt.MouseButton.LeftButton)
    driver.answered()

    assert ran == []
    assert driver.texts()[-1] == NOT_ALLOWED[0]


def test_functions_without_an_executor_are_answered_by_hand(open_app: Open) -> None:
    driver = open_app([call("weather", city="上海") + call("clock"), "Rain at noon."])
    answering(driver, *FUNCTIONS)
    driver.say("How is it outside?")

    weather, clock = cards(driver, 2)
    assert json.loads(weather.code.toPlainText()) == {"city": "上海"}
    assert not weather.accept.isEnabled()
    driver.qtbot.keyClicks(weather.field, '{"sky": "rain"}')
    assert "JSON" in weather._hint.text()
    driver.qtbot.mouseClick(weather.accept, Qt.MouseButton.LeftButton)
    cards(driver, 1)
    driver.qtbot.keyClicks(clock.field, "noon")
    driver.qtbot.keyClick(clock.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    driver.answered()

    assert [m.content for m in driver.backend.requests[-1].messages if m.role == "tool"] == ['{"sky": "rain"}', "noon"]


def test_an_executor_is_allowed_for_the_chat(open_app: Open) -> None:
    driver = open_app([call("clock"), "Noon.", call("clock"), "Noon again."])
    made = answering(driver, *FUNCTIONS)
    driver.app.engine.functions.bind(made.id, "clock", kind="fixed", config={"text": "12:00"})
    driver.say("What time is it?")

    [card] = cards(driver)
    assert card.field is None
    driver.qtbot.mouseClick(card.for_thread, Qt.MouseButton.LeftButton)
    driver.answered()
    driver.say("And now?")
    driver.answered(2)

    assert driver.texts()[-1] == "Noon again."


def test_stop_takes_the_question_away_and_another_chat_has_none(open_app: Open) -> None:
    driver = open_app([call("clock")])
    answering(driver, *FUNCTIONS)
    driver.say("What time is it?")
    cards(driver)
    thread = driver.chat.presenter.thread_id

    driver.pages.new_chat()
    driver.settle()
    assert not driver.chat.asking.isVisible()
    driver.pages.open_thread(thread)
    cards(driver)
    driver.app.window.act("stop")
    driver.until(lambda: not driver.chat.asking.cards)
    driver.until(lambda: not driver.chat.presenter.running)


def test_the_code_that_is_asked_about_is_seen_once(open_app: Open, ran: list[str]) -> None:
    driver = open_app([CODE, "It is 42."])
    driver.app.engine.settings.set(code_approval="always")
    answering(driver, {"type": "code_interpreter"})
    driver.say("What is 6 times 7?")
    (card,) = cards(driver)
    driver.until(lambda: any(isinstance(item, WorkItem) for item in driver.items))
    (work,) = [item for item in driver.items if isinstance(item, WorkItem)]
    driver.until(lambda: not work.cards[0].opened)
    assert "waits for you" in work.cards[0].head.accessibleName()
    assert driver.chat.transcript._open_code  # it was not the person who folded it

    driver.qtbot.mouseClick(card.accept, Qt.MouseButton.LeftButton)
    driver.answered()
    driver.until(lambda: work.cards[0].opened)
    assert "waits for you" not in work.cards[0].head.accessibleName()
