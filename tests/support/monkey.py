"""Operates a window at random, as somebody would who knows no rule: the same acts in the same order for a seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import shiboken6
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QMenu, QWidget

PAGES = ("chat", "chat", "chat", "assistants", "knowledge", "discussions", "models", "bin", "settings")
KEYS = (
    *("Tab", "Backtab", "Escape", "Return", "Space", "Backspace", "Delete", "Up", "Down", "Left", "Right"),
    *("Home", "End", "PageUp", "PageDown", "F2"),
)
CHORDS = ("K", "N", "B", "I", "L", "F", "R", "A", "C", "V", "Z", "X")
SIGNS = (*"abcxyz09,.?<&*_`#|$([", "\\", "你好", "世界", "é")
REMEMBERED = 25


class Monkey:
    """`act` does one thing; `acts` tells the last of them, `sent` the messages that the window took from it."""

    def __init__(self, driver: Any, seed: int, files: list[Path]) -> None:
        self._driver = driver
        self._files = files
        self._dice = random.Random(seed)
        self._count = 0
        self.acts: list[str] = []
        self.sent: list[str] = []
        self.taken_back: list[str] = []
        self._watch()
        self._choices: tuple[tuple[Callable[[], str], int], ...] = (
            (self._click, 34),
            (self._say, 14),
            (self._type, 12),
            (self._press, 14),
            (self._chord, 4),
            (self._wheel, 8),
            (self._go, 4),
            (self._resize, 3),
            (self._drop, 2),
            (self._menu, 2),
            (self._look, 1),
            (self._dismiss, 3),
            (self._wait, 3),
        )

    @property
    def window(self) -> QWidget:
        window: QWidget = self._driver.app.window
        return window

    def act(self) -> None:
        """Do one thing, and let the window answer it."""
        deeds, weights = zip(*self._choices, strict=True)
        (deed,) = self._dice.choices(deeds, weights)
        self._count += 1
        self.acts = [*self.acts[-REMEMBERED:], f"{self._count} {deed.__name__.strip('_')}"]
        self.acts[-1] += f" {deed()}"
        QApplication.processEvents()

    def _watch(self) -> None:
        """Note what the window takes for sending, and what it gives back."""
        presenter = self._driver.chat.presenter
        send, take_back = presenter.send, presenter.take_back
        give_back = self._driver.chat.give_back

        def noted(letter: Any) -> bool:
            taken = bool(send(letter))
            if taken:
                self.sent.append(letter.text)
            return taken

        def back(number: int) -> Any:
            letter = take_back(number)
            if letter is not None:
                self.taken_back.append(letter.text)
            return letter

        def given(letter: Any) -> None:
            self.taken_back.append(letter.text)
            give_back(letter)

        presenter.send, presenter.take_back = noted, back
        self._driver.chat.give_back = given

    # What it does.

    def _target(self) -> QWidget | None:
        """Return what lies on top at a random place, or a random button: places alone would hit few."""
        top = QApplication.activePopupWidget() or QApplication.activeModalWidget() or self.window
        if self._dice.random() < 0.6:
            buttons = [b for b in top.findChildren(QAbstractButton) if b.isVisible() and b.isEnabled()]
            if buttons:
                return self._dice.choice(buttons)
        place = QPoint(self._dice.randrange(max(1, top.width())), self._dice.randrange(max(1, top.height())))
        return top.childAt(place) or top

    def _place(self, widget: QWidget) -> QPoint:
        return QPoint(self._dice.randrange(max(1, widget.width())), self._dice.randrange(max(1, widget.height())))

    def _click(self) -> str:
        widget = self._target()
        if widget is None or not shiboken6.isValid(widget):
            return ""
        said = f"{type(widget).__name__} {widget.accessibleName()[:30]}"
        place, how = self._place(widget), self._dice.random()
        if how < 0.04:
            QTest.mouseDClick(widget, Qt.MouseButton.LeftButton, pos=place)
        elif how < 0.10:
            QTest.mouseClick(widget, Qt.MouseButton.RightButton, pos=place)
        else:
            QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=place)
        return said

    def _say(self) -> str:
        """Write a message that no other is like, and send it."""
        if QApplication.activePopupWidget() is not None or QApplication.activeModalWidget() is not None:
            return "not now"
        if self._driver.app.window.current_page != "chat":
            self._driver.pages.go("chat")
        words = " ".join(self._dice.choices(SIGNS, k=self._dice.randrange(1, 12)))
        self._driver.chat.composer.set_text(f"number {self._count}: {words}")
        editor = self._driver.chat.composer.editor
        editor.setFocus()
        QTest.keyClick(editor, Qt.Key.Key_Return)
        return words

    def _focused(self) -> QWidget:
        top = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        return top or QApplication.focusWidget() or self.window

    def _type(self) -> str:
        text = "".join(self._dice.choices(SIGNS, k=self._dice.randrange(1, 6)))
        widget = self._focused()
        for letter in text:
            if letter.isascii():
                QTest.keyClick(widget, letter)
        return text

    def _press(self) -> str:
        name = self._dice.choice(KEYS)
        shift = self._dice.random() < 0.15
        modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        QTest.keyClick(self._focused(), getattr(Qt.Key, f"Key_{name}"), modifier)
        return name

    def _chord(self) -> str:
        name = self._dice.choice(CHORDS)
        QTest.keyClick(self._focused(), getattr(Qt.Key, f"Key_{name}"), Qt.KeyboardModifier.ControlModifier)
        return name

    def _wheel(self) -> str:
        widget = self._target()
        if widget is None or not shiboken6.isValid(widget):
            return ""
        place = QPointF(self._place(widget))
        turn = QPoint(0, self._dice.choice((-960, -240, -120, 120, 240, 960)))
        event = QWheelEvent(
            place,
            QPointF(widget.mapToGlobal(place.toPoint())),
            QPoint(),
            turn,
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, event)
        return str(turn.y())

    def _go(self) -> str:
        name = self._dice.choice(PAGES)
        self._driver.app.window.act("go_" + name)
        return name

    def _resize(self) -> str:
        size = self._dice.randrange(720, 1700), self._dice.randrange(480, 1000)
        self.window.resize(*size)
        return str(size)

    def _drop(self) -> str:
        file = self._dice.choice(self._files)
        takers = [w for w in (self.window, *self.window.findChildren(QWidget)) if w.acceptDrops() and w.isVisible()]
        if not takers:
            return ""
        widget = self._dice.choice(takers)
        content = QMimeData()
        content.setUrls([QUrl.fromLocalFile(str(file))])
        place, copy = self._place(widget), Qt.DropAction.CopyAction
        common = (copy, content, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        enter = QDragEnterEvent(place, *common)
        QApplication.sendEvent(widget, enter)
        if enter.isAccepted():
            QApplication.sendEvent(widget, QDropEvent(QPointF(place), *common))
        return f"{file.name} on {type(widget).__name__}"

    def _menu(self) -> str:
        menu = QApplication.activePopupWidget()
        if not isinstance(menu, QMenu):
            self._driver.app.window.act("palette")
            return "palette"
        actions = [action for action in menu.actions() if action.isEnabled() and not action.isSeparator()]
        if not actions:
            return ""
        chosen = self._dice.choice(actions)
        said = chosen.text()
        menu.close()
        chosen.trigger()
        return said

    def _look(self) -> str:
        name = self._dice.choice(("toggle_theme", "toggle_language"))
        self._driver.app.window.act(name)
        return name

    def _dismiss(self) -> str:
        top = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if top is None:
            dialogs = [w for w in self.window.findChildren(QDialog) if w.isVisible()]
            top = self._dice.choice(dialogs) if dialogs else None
        if top is None:
            return ""
        top.close()
        return type(top).__name__

    def _wait(self) -> str:
        milliseconds = self._dice.randrange(1, 30)
        QTest.qWait(milliseconds)
        return str(milliseconds)
