"""The command palette: type a few letters of what you want, press Enter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import shiboken6
from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    QStringListModel,
    Qt,
)
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop import icons
from desktop.theme import colour, colours, ui_font

_WIDTH = 560
_ROW = 40
_MOST_ROWS = 9


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the palette; `run` is what it does."""

    text: str
    icon: str
    hint: str
    run: Callable[[], None]


class CommandPalette(QFrame):
    """Opens over the window; `find` gives the entries for what is typed."""

    def __init__(self, parent: QWidget, find: Callable[[str], list[Entry]]) -> None:
        super().__init__(parent)
        self.setObjectName("popup")
        self._over = parent
        self._find = find
        self._entries: list[Entry] = []
        self._before: QWidget | None = None
        self.field = QLineEdit(self)
        self.field.setObjectName("bare")
        self.field.textChanged.connect(self._fill)
        self.field.installEventFilter(self)
        self.list = QListView(self)
        self.list.setObjectName("palette")
        self.list.setMouseTracking(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._names = QStringListModel(self)
        self.list.setModel(self._names)
        self.list.setItemDelegate(_Painter(self))
        self.list.clicked.connect(lambda index: self._run(index.row()))
        self._none = QLabel(self)
        self._none.setProperty("role", "muted")
        self._none.setContentsMargins(14, 6, 14, 10)
        rule = QFrame(self)
        rule.setObjectName("rule")
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(4)
        column.addWidget(self.field)
        column.addWidget(rule)
        column.addWidget(self.list)
        column.addWidget(self._none)
        self.hide()

    @property
    def entries(self) -> list[Entry]:
        return self._entries

    def open(self) -> None:
        """Show the palette near the top of the window."""
        self.field.setPlaceholderText(self.tr("What do you want to do?"))
        self.field.setAccessibleName(self.tr("Command"))
        self.list.setAccessibleName(self.tr("Commands"))
        self._none.setText(self.tr("Nothing has this name."))
        self.field.clear()
        self._fill("")
        self.move((self._over.width() - self.width()) // 2, 84)
        self._before = QApplication.focusWidget()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def dismiss(self) -> None:
        """Close it; the keyboard goes back to where it was."""
        if self.isVisible():
            self.hide()
            if self._before is not None and shiboken6.isValid(self._before):
                self._before.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill(self, typed: str) -> None:
        self._entries = self._find(typed)
        self._names.setStringList([entry.text for entry in self._entries])
        self.list.setCurrentIndex(self._names.index(0))
        rows = min(len(self._entries), _MOST_ROWS)
        self.list.setVisible(rows > 0)
        self._none.setVisible(rows == 0)
        self.list.setFixedHeight(rows * _ROW + 4)
        self.setFixedSize(_WIDTH, self.layout().sizeHint().height())  # type: ignore[union-attr]

    def _run(self, row: int) -> None:
        if 0 <= row < len(self._entries):
            run = self._entries[row].run
            self.dismiss()
            run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.hide()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            row = self.list.currentIndex().row()
            match event.key():
                case Qt.Key.Key_Down | Qt.Key.Key_Up:
                    step = 1 if event.key() == Qt.Key.Key_Down else -1
                    count = max(1, len(self._entries))
                    self.list.setCurrentIndex(self._names.index((row + step) % count))
                    return True
                case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                    self._run(row)
                    return True
                case Qt.Key.Key_Escape:
                    self.dismiss()
                    return True
                case _:
                    pass
        return super().eventFilter(watched, event)


class _Painter(QStyledItemDelegate):
    """A row: icon, words, shortcut."""

    def __init__(self, palette: CommandPalette) -> None:
        super().__init__(palette)
        self._palette = palette

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(100, _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = index.row()
        if row >= len(self._palette.entries):
            return
        entry = self._palette.entries[row]
        rect: QRect = option.rect
        c = colours()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(c.hover))
            painter.drawRoundedRect(QRectF(rect).adjusted(0, 1, 0, -1), 8, 8)
        if entry.icon:
            icons.paint(painter, entry.icon, QRectF(12, rect.center().y() - 8, 17, 17), c.muted)
        painter.setFont(ui_font(14))
        painter.setPen(colour(c.ink))
        painter.drawText(rect.adjusted(40, 0, -100, 0), Qt.AlignmentFlag.AlignVCenter, entry.text)
        painter.setFont(ui_font(12))
        painter.setPen(colour(c.muted))
        hint = QKeySequence(entry.hint).toString(QKeySequence.SequenceFormat.NativeText) if entry.hint else ""
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(rect.adjusted(40, 0, -14, 0), right, hint)
        painter.restore()
