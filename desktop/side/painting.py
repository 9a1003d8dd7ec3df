"""How a row of the list of threads is painted: quiet headings, rounded rows, and what was found with its words lit."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QPainter,
    QPen,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop import icons
from desktop.i18n import say
from desktop.side.threads_list import UNTITLED, BusyRole, FoldedRole, FolderRole, HitRole, Index, ThreadRole
from desktop.theme import colour, colours, ui_font
from engine.service.thread_search import SaidHit

_ROW = 36
_HEAD = 34
_HIT = 62
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_BOTTOM = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft


class ThreadPainter(QStyledItemDelegate):
    """Paints rows of a `ThreadsList`; `editing` when a title is being edited, and when it no longer is."""

    editing = Signal(bool)

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        if index.data(HitRole) is not None:
            return QSize(100, _HIT)
        heading = index.data(ThreadRole) is None
        return QSize(100, (_HEAD if index.row() else _HEAD - 8) if heading else _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(ThreadRole) is None:
            self._heading(painter, option, index)
        else:
            _ground(painter, option.rect, option.state)
            hit = index.data(HitRole)
            if hit is not None:
                _hit(painter, option.rect, hit)
            else:
                _title(painter, option.rect, str(index.data()), busy=bool(index.data(BusyRole)))
        painter.restore()

    def _heading(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        c = colours()
        rect: QRect = option.rect
        folder = index.data(FolderRole)
        font = ui_font(12, weight=QFont.Weight.Medium if folder else QFont.Weight.Normal)
        left = 12
        if folder is not None:
            chosen = bool(option.state & QStyle.StateFlag.State_Selected)
            lit = chosen or bool(option.state & QStyle.StateFlag.State_MouseOver)
            tone = c.ink if lit else c.muted
            y = rect.bottom() - 20
            name = "chevron-right" if index.data(FoldedRole) else "chevron-down"
            icons.paint(painter, name, QRectF(rect.left() + 10, y, 13, 13), tone)
            icons.paint(painter, "folder", QRectF(rect.left() + 27, y, 13, 13), tone)
            left = 46
            if chosen and option.state & QStyle.StateFlag.State_HasFocus:
                painter.setPen(QPen(colour(c.accent), 1))
                painter.drawRoundedRect(QRectF(rect).adjusted(4.5, 5.5, -4.5, -0.5), 8, 8)
        painter.setFont(font)
        painter.setPen(colour(c.muted))
        room = rect.adjusted(left, 0, -8, -6)
        text = QFontMetrics(font).elidedText(str(index.data()), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, _BOTTOM, text)

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, _index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setAccessibleName(self.tr("Title of the chat"))
        self.editing.emit(True)
        editor.destroyed.connect(self._edited)
        return editor

    def _edited(self) -> None:
        self.editing.emit(False)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: Index) -> None:
        editor.setGeometry(option.rect)


def _ground(painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
    c = colours()
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


def _title(painter: QPainter, rect: QRect, text: str, *, busy: bool) -> None:
    font: QFont = ui_font(14)
    painter.setFont(font)
    painter.setPen(colour(colours().ink))
    room = rect.adjusted(12, 0, -28 if busy else -10, 0)
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, _LEFT, shown)
    if busy:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(colours().accent))
        painter.drawEllipse(QRectF(rect.right() - 18, rect.center().y() - 3, 7, 7))


def _hit(painter: QPainter, rect: QRect, hit: SaidHit) -> None:
    c = colours()
    head = ui_font(12, weight=QFont.Weight.Medium)
    painter.setFont(head)
    painter.setPen(colour(c.muted))
    room = rect.adjusted(12, 7, -10, 0)
    title = QFontMetrics(head).elidedText(hit.title or say(UNTITLED), Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, title)
    lit = QTextCharFormat()
    lit.setForeground(colour(c.accent_ink))
    lit.setFontWeight(QFont.Weight.DemiBold)
    ranges = []
    for start, stop in hit.marks:
        mark = QTextLayout.FormatRange()
        mark.start = _units(hit.snippet[:start])  # Qt counts in UTF-16
        mark.length, mark.format = _units(hit.snippet[start:stop]), lit
        ranges.append(mark)
    layout = QTextLayout(hit.snippet, ui_font(13))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.setFormats(ranges)
    layout.beginLayout()
    y = 0.0
    for _ in range(2):
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(room.width())
        line.setPosition(QPointF(0, y))
        y += 18
    layout.endLayout()
    painter.setPen(colour(c.ink))
    painter.setClipRect(rect)
    layout.draw(painter, QPointF(room.left(), rect.top() + 25))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
