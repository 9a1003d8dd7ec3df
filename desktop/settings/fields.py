"""One control for each type of setting; a value the engine refuses is put back with a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QLineEdit, QPlainTextEdit, QSpinBox, QWidget

from desktop.controls.choice import Choice
from desktop.controls.switch import Switch
from desktop.i18n import say
from desktop.settings.words import CHOICES
from desktop.words import Words
from engine.settings import Declaration

Changed = Callable[[Any], None]
_PAUSE_MS = 500


class Whole(QSpinBox):
    """A whole number without arrows; the wheel belongs to the page."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class Fraction(QDoubleSpinBox):
    """A number with two decimals; the wheel belongs to the page."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class Names(QPlainTextEdit):
    """A table of names written as lines "name = model"."""

    def __init__(self, value: dict[str, str], changed: Changed, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("field")
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFixedHeight(132)
        self.setPlainText("\n".join(f"{name} = {model}".rstrip() for name, model in value.items()))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(lambda: changed(self.value()))
        self.textChanged.connect(self._timer.start)

    def value(self) -> dict[str, str]:
        pairs = (line.split("=", 1) for line in self.toPlainText().splitlines() if line.strip())
        return {pair[0].strip(): pair[1].strip() if len(pair) > 1 else "" for pair in pairs if pair[0].strip()}


def field(declared: Declaration, value: Any, changed: Changed, parent: QWidget) -> QWidget:
    """Return the control for a setting, showing its value; `changed` is called with a new one."""
    if declared.choices:
        choice = Choice(parent)
        choice.fill([(name, say(CHOICES.get(name, Words("Settings", name)))) for name in declared.choices], value)
        choice.activated.connect(lambda _: changed(choice.value()))
        return choice
    if isinstance(value, bool):
        switch = Switch(parent)
        switch.setChecked(value)
        switch.toggled.connect(changed)
        return switch
    if isinstance(value, dict):
        return Names(value, changed, parent)
    if isinstance(value, int | float):
        return _number(declared, value, changed, parent)
    line = QLineEdit(str(value), parent)
    line.setFixedWidth(280)
    line.editingFinished.connect(lambda: changed(line.text().strip()))
    return line


def _number(declared: Declaration, value: float, changed: Changed, parent: QWidget) -> QWidget:
    box: Whole | Fraction
    if isinstance(value, int):
        box = Whole(parent)
        box.setRange(int(declared.minimum or 0), int(declared.maximum or 2**31 - 1))
        box.setValue(value)
    else:
        box = Fraction(parent)
        box.setDecimals(2)
        box.setSingleStep(0.05)
        box.setRange(float(declared.minimum or 0.0), float(declared.maximum or 1e9))
        box.setValue(value)
    box.setAlignment(Qt.AlignmentFlag.AlignRight)
    box.setKeyboardTracking(False)
    box.lineEdit().setTextMargins(0, 0, 10, 0)
    box.setFixedWidth(120)
    box.valueChanged.connect(changed)
    return box
