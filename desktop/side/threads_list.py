"""The list of threads under their days: what Qt's list view asks for, and how a row is painted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.i18n import say
from desktop.side.grouping import grouped
from desktop.theme import colour, colours, ui_font
from desktop.words import QT_TRANSLATE_NOOP, Words
from engine.types import Thread

Index = QModelIndex | QPersistentModelIndex
ThreadRole = int(Qt.ItemDataRole.UserRole) + 1
BusyRole = int(Qt.ItemDataRole.UserRole) + 2
_ROW = 36
_HEAD = 34
_UNTITLED = QT_TRANSLATE_NOOP("ThreadsList", "New chat")


@dataclass(frozen=True, slots=True)
class _Row:
    """A heading or a thread."""

    heading: Words | None = None
    thread: Thread | None = None


class ThreadsList(QAbstractListModel):
    """All threads known, grouped; hidden ones wait to be deleted or brought back."""

    renamed = Signal(str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._threads: dict[str, Thread] = {}
        self._ranks: dict[str, int] = {}
        self._count = 0
        self._hidden: set[str] = set()
        self._busy: set[str] = set()
        self._search = ""
        self._rows: list[_Row] = []

    def add(self, threads: Iterable[Thread], *, stored: bool = False) -> None:
        """Take threads, new ones or new states; `stored` ones are read in descending order and rank below."""
        for thread in threads:
            self._count += 1
            if not stored:
                self._ranks[thread.id] = self._count
            self._ranks.setdefault(thread.id, -self._count)
            self._threads[thread.id] = thread
        self._rebuild()

    def remove(self, thread_id: str) -> None:
        if self._threads.pop(thread_id, None) is not None:
            self._rebuild()

    def hide(self, thread_id: str, *, hidden: bool) -> None:
        """Leave a thread out while its deletion can still be undone."""
        (self._hidden.add if hidden else self._hidden.discard)(thread_id)
        self._rebuild()

    def search(self, text: str) -> None:
        self._search = text
        self._rebuild()

    def set_busy(self, thread_ids: set[str]) -> None:
        """Mark the threads that are being answered in."""
        if thread_ids != self._busy:
            self._busy = set(thread_ids)
            if self._rows:
                self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1), [BusyRole])

    def retranslate(self) -> None:
        self._rebuild()

    def row_of(self, thread_id: str) -> QModelIndex:
        """Return the index of a thread, invalid if it is not listed."""
        for number, row in enumerate(self._rows):
            if row.thread is not None and row.thread.id == thread_id:
                return self.index(number)
        return QModelIndex()

    @property
    def threads(self) -> tuple[Thread, ...]:
        """The threads listed now, newest first."""
        return tuple(row.thread for row in self._rows if row.thread is not None)

    @property
    def searching(self) -> bool:
        return bool(self._search.strip())

    def _rebuild(self) -> None:
        shown = [thread for thread in self._threads.values() if thread.id not in self._hidden]
        shown.sort(key=lambda thread: -self._ranks[thread.id])
        rows: list[_Row] = []
        for group in grouped(shown, date.today(), self._search):
            rows.append(_Row(heading=group.title))
            rows += [_Row(thread=thread) for thread in group.threads]
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        thread = row.thread
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole, Qt.ItemDataRole.AccessibleTextRole):
            return title_of(thread) if thread is not None else say(row.heading) if row.heading else ""
        if role == ThreadRole:
            return thread.id if thread is not None else None
        if role == BusyRole:
            return thread is not None and thread.id in self._busy
        if role == Qt.ItemDataRole.ToolTipRole and thread is not None:
            return title_of(thread)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        thread = self._rows[index.row()].thread if index.isValid() else None
        title = str(value).strip()
        if role != Qt.ItemDataRole.EditRole or thread is None or not title or title == thread.title:
            return False
        self.renamed.emit(thread.id, title[:200])
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or self._rows[index.row()].thread is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable


def title_of(thread: Thread) -> str:
    """Return the thread's title, or words for one without."""
    return thread.title or say(_UNTITLED)


class ThreadPainter(QStyledItemDelegate):
    """Paints headings small and quiet, threads as rounded rows."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        heading = index.data(ThreadRole) is None
        return QSize(100, (_HEAD if index.row() else _HEAD - 8) if heading else _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        c = colours()
        rect: QRect = option.rect
        state = option.state
        text = str(index.data())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(ThreadRole) is None:
            painter.setFont(ui_font(12))
            painter.setPen(colour(c.muted))
            painter.drawText(rect.adjusted(12, 0, -8, -6), _BOTTOM, text)
            painter.restore()
            return
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        box = QRectF(rect).adjusted(0.5, 1.5, -0.5, -1.5)
        if chosen:
            painter.setPen(QPen(colour(c.line), 1))
            painter.setBrush(colour(c.sheet))
            painter.drawRoundedRect(box, 10, 10)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(c.hover))
            painter.drawRoundedRect(box, 10, 10)
        if state & QStyle.StateFlag.State_HasFocus and chosen:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour(c.accent), 1))
            painter.drawRoundedRect(box, 10, 10)
        self._title(painter, rect, text, busy=bool(index.data(BusyRole)))
        painter.restore()

    def _title(self, painter: QPainter, rect: QRect, text: str, *, busy: bool) -> None:
        font: QFont = ui_font(14)
        painter.setFont(font)
        painter.setPen(colour(colours().ink))
        room = rect.adjusted(12, 0, -28 if busy else -10, 0)
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        if busy:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(colours().accent))
            painter.drawEllipse(QRectF(rect.right() - 18, rect.center().y() - 3, 7, 7))

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, _index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setAccessibleName(self.tr("Title of the chat"))
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: Index) -> None:
        editor.setGeometry(option.rect)


_BOTTOM = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft
