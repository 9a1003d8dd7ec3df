"""Everything that can be operated has a name and a place in the tab order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import (
    QApplication,
    QScrollBar,
    QWidget,
)

from tests.support.accessibility import nameless_and_unreachable, operable

Open = Callable[..., Any]
PAGES = ("chat", "models", "assistants", "knowledge", "discussions", "settings")


@pytest.mark.parametrize("page", PAGES)
def test_everything_operable_has_a_name_and_a_place_in_the_tab_order(open_app: Open, page: str) -> None:
    driver = open_app(["```python\nx = 1\n```"])
    driver.say("Hi")
    driver.answered()
    driver.pages.go(page)
    driver.settle()
    if page == "assistants":
        driver.pages.assistants.edit(None)
    QApplication.processEvents()

    nameless, unreachable = nameless_and_unreachable(driver.app.window)
    assert nameless == []
    assert unreachable == []


def test_the_tab_key_reaches_everything_on_the_chat_page(open_app: Open) -> None:
    driver = open_app(["ok"])
    driver.say("Hi")
    driver.answered()
    window = driver.app.window
    wanted = {w for w in operable(window) if w.isEnabled() and not isinstance(w, QScrollBar)}

    reached: set[QWidget] = set()
    widget: QWidget | None = driver.chat.composer.editor
    for _ in range(4000):  # hidden pages are part of the chain
        widget = widget.nextInFocusChain() if widget is not None else None
        if widget is None:
            break
        reached.add(widget)

    assert wanted <= reached


def test_messages_are_read_out_with_who_said_them(open_app: Open) -> None:
    driver = open_app(["Hello yourself"])
    driver.say("Hello")
    driver.answered()

    assert [item.accessibleName() for item in driver.items] == ["You said: Hello", "Fireside said: Hello yourself"]
