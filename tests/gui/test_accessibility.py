"""Everything that can be operated has a name and a place in the tab order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QScrollBar,
    QSlider,
    QWidget,
)

Open = Callable[..., Any]
INTERACTIVE = (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QListView, QPlainTextEdit, QSlider)
PAGES = ("chat", "models", "assistants", "knowledge", "discussions", "settings")


def _operable(root: QWidget) -> Iterator[QWidget]:
    for widget in root.findChildren(QWidget):
        inner = isinstance(widget.parent(), QComboBox | QAbstractSpinBox) or widget.objectName().startswith("qt_")
        if isinstance(widget, INTERACTIVE) and widget.isVisible() and not inner and not _in_combo(widget):
            yield widget


def _in_combo(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QComboBox) or parent.metaObject().className() == "QComboBoxPrivateContainer":
            return True
        parent = parent.parentWidget()
    return False


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

    nameless, unreachable = [], []
    for widget in _operable(driver.app.window):
        interface = QAccessible.queryAccessibleInterface(widget)
        name = interface.text(QAccessible.Text.Name) if interface is not None else widget.accessibleName()
        what = f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        if not name:
            nameless.append(what)
        if widget.isEnabled() and not widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            unreachable.append(f"{what}: {name}")

    assert nameless == []
    assert unreachable == []


def test_the_tab_key_reaches_everything_on_the_chat_page(open_app: Open) -> None:
    driver = open_app(["ok"])
    driver.say("Hi")
    driver.answered()
    window = driver.app.window
    wanted = {w for w in _operable(window) if w.isEnabled() and not isinstance(w, QScrollBar)}

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
