"""Walks a window as a screen reader does: what can be operated, whether it has a name and a place in the tab order."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QSlider,
    QWidget,
)

INTERACTIVE = (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QListView, QPlainTextEdit, QSlider)


def operable(root: QWidget) -> Iterator[QWidget]:
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


def nameless_and_unreachable(window: QWidget) -> tuple[list[str], list[str]]:
    """Return what has no name, and what the tab key does not reach."""
    nameless, unreachable = [], []
    for widget in operable(window):
        interface = QAccessible.queryAccessibleInterface(widget)
        name = interface.text(QAccessible.Text.Name) if interface is not None else widget.accessibleName()
        what = f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        if not name:
            nameless.append(what)
        if widget.isEnabled() and not widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            unreachable.append(f"{what}: {name}")
    return nameless, unreachable
