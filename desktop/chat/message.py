"""One message of the transcript: the user's bubble, or the assistant's text with its name and what can be done."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QEnterEvent,
    QFontMetricsF,
    QGuiApplication,
    QPainter,
    QPainterPath,
    QPaintEvent,
)
from PySide6.QtWidgets import QMenu, QWidget

from desktop import icons, wording
from desktop.chat import head, measures
from desktop.chat.note import TurnNote
from desktop.chat.render.blocks import Block, Paragraph, Span
from desktop.chat.render.body import MessageBody
from desktop.chat.render.flow import TextStyle
from desktop.chat.render.markdown import Growing, parse
from desktop.chat.turns import Turn
from desktop.controls.button import IconButton
from desktop.theme import colour, colours, ui_font

_LEFT = head.LEFT
_TAIL = 32.0
_BUBBLE_X = 15.0
_BUBBLE_Y = 10.0
_BUBBLE_SHARE = 0.82


class MessageItem(QWidget):
    """Lays itself out for a width given from above; `height_changed` while it grows.

    What few messages need (a note, "answer again") is made when it is needed: a page holds many messages.
    """

    height_changed = Signal()
    retry_pressed = Signal()
    link_pressed = Signal(str)

    def __init__(self, turn: Turn, style: TextStyle, parent: QWidget) -> None:
        super().__init__(parent)
        self.turn = turn
        self._style = style
        self._width = 0.0
        self._bubble = QRectF()
        self._growing: Growing | None = None
        self._lit = False
        self._newest = False
        self._continued = False
        self._small = ""
        self._small_at = QPointF()
        self.note: TurnNote | None = None
        self._again: IconButton | None = None
        self.body = MessageBody(self, style=style)
        self.body.link_pressed.connect(self.link_pressed)
        self._copy = IconButton("copy", self, size=28, icon_size=15)
        self._copy.set_veiled(True)
        self._copy.clicked.connect(self.copy)
        self._show_text()
        self._retranslate()

    is_message = True

    @property
    def is_user(self) -> bool:
        return self.turn.role == "user"

    @property
    def details(self) -> str:
        """The line that shows up under the pointer."""
        return self._small

    def show_turn(self, turn: Turn) -> None:
        """Take a new state of the same message."""
        text_changed = turn.text != self.turn.text or self._growing is not None
        self.turn = turn
        if text_changed or turn.state != "writing":
            self._show_text()
        self._retranslate()
        self.relayout()

    def grow(self, text: str) -> None:
        """Append text that was just written; only the last block is laid out again."""
        if self._growing is None:
            self._growing = Growing()
            self._growing.feed(self.turn.text)
        settled, before = self._growing.settled, self.height()
        self._growing.feed(text)
        self.body.set_blocks(self._growing.blocks, same=settled)
        self._place()
        if self.height() != before:
            self.height_changed.emit()

    def text(self) -> str:
        """Return the message as it was written."""
        return self._growing.text if self._growing is not None else self.turn.text

    def copy(self) -> None:
        """Put the whole message on the clipboard, as Markdown."""
        QGuiApplication.clipboard().setText(self.text())
        self._copy.set_icon("check")
        self._copy.set_name(self.tr("Copied"))

    def set_newest(self, newest: bool) -> None:
        """Offer "answer again" on the newest answer only."""
        self._newest = newest
        offered = newest and not self.is_user and self.turn.state != "writing"
        if offered and self._again is None:
            self._again = IconButton("rotate-ccw", self, size=28, icon_size=15)
            self._again.set_name(self.tr("Answer again"))
            self._again.set_veiled(not self._lit)
            self._again.clicked.connect(self.retry_pressed)
            self._again.move(self._copy.x() + 28, self._copy.y())
        if self._again is not None:
            self._again.setVisible(offered)
        if self.note is not None:
            self.note.retry.setVisible(newest)

    def set_continued(self, continued: bool) -> None:
        """Leave out the name where the same answer goes on."""
        if continued != self._continued:
            self._continued = continued
            self.relayout()

    def lay_out(self, width: float) -> int:
        """Take a width; returns the height."""
        if width != self._width:
            self._width = width
            self.relayout()
        return self.height()

    def relayout(self) -> None:
        """Lay out again for the width known, e.g. after a change of state."""
        if self._width:
            before = self.height()
            self._place()
            self.update()
            if self.height() != before:
                self.height_changed.emit()

    def restyle(self, style: TextStyle) -> None:
        """Take the fonts and colours of another theme."""
        self._style = style
        self.body.restyle(style)
        self.relayout()
        self.update()

    def _show_text(self) -> None:
        if self.turn.state == "writing":
            self._growing = Growing()
            self._growing.feed(self.turn.text)
            self.body.set_blocks(self._growing.blocks)
            return
        blocks = _plain(self.turn.text) if self.is_user else None
        if blocks is None and self._growing is not None and self._growing.text == self.turn.text:
            blocks = self._growing.finish()
        self._growing = None
        self.body.set_blocks(parse(self.turn.text) if blocks is None else blocks)
        self.body.setAccessibleDescription(self.turn.text[:2000])

    def _place(self) -> None:
        if self.is_user:
            self._place_bubble()
        else:
            self._place_answer()

    def _place_bubble(self) -> None:
        most = self._width * _BUBBLE_SHARE - 2 * _BUBBLE_X
        inner = min(most, self.body.natural_width + 1)
        height = self.body.lay_out(inner)
        left = self._width - inner - 2 * _BUBBLE_X
        self._bubble = QRectF(left, 0, inner + 2 * _BUBBLE_X, height + 2 * _BUBBLE_Y)
        self.body.move(int(left + _BUBBLE_X), int(_BUBBLE_Y))
        below = int(self._bubble.height()) + 1
        self._copy.move(int(self._width) - 30, below)
        self._small_at = QPointF(self._width - 38, below + 18)
        self.resize(int(self._width), int(self._bubble.height() + _TAIL))

    def _place_answer(self) -> None:
        height = self.body.lay_out(self._width - _LEFT)
        top = 2.0 if self._continued else head.HEIGHT
        self.body.move(int(_LEFT), int(top))
        y = top + height
        if self.note is not None:
            y += 10 if height else 2
            self.note.setGeometry(int(_LEFT), int(y), int(self._width - _LEFT), self.note.height())
            y += self.note.height()
        self._copy.move(int(_LEFT) - 6, int(y) + 2)
        if self._again is not None:
            self._again.move(int(_LEFT) + 22, int(y) + 2)
        self._small_at = QPointF(_LEFT + (56 if self._newest else 30), y + 20)
        self.resize(int(self._width), int(y + _TAIL + 2))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.is_user:
            painter.fillPath(_bubble_path(self._bubble), colour(colours().bubble))
        elif not self._continued:
            head.paint_head(painter, self.turn)
        if self._lit and self._small:
            painter.setFont(ui_font(12))
            painter.setPen(colour(colours().muted))
            shift = QFontMetricsF(painter.font()).horizontalAdvance(self._small) if self.is_user else 0.0
            painter.drawText(self._small_at - QPointF(shift, 0), self._small)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.light(True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.light(False)
        self._copy.set_icon("copy")
        self._copy.set_name(self.tr("Copy message"))
        super().leaveEvent(event)

    def light(self, lit: bool) -> None:
        """Show what can be done with the message, and how fast it was."""
        self._lit = lit
        for button in (self._copy, self._again):
            if button is not None:
                button.set_veiled(not lit)
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self.body.selected:
            chosen = self.body.selected
            menu.addAction(icons.icon("copy"), self.tr("Copy selection"), lambda: _copy(chosen))
        menu.addAction(icons.icon("copy"), self.tr("Copy message"), self.copy)
        menu.addAction(self.tr("Select all"), self.body.select_all)
        link = self.body.link_at(QPointF(self.body.mapFrom(self, event.pos())))
        if link:
            menu.addAction(self.tr("Copy link"), lambda: _copy(link))
        menu.popup(event.globalPos())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
            self.relayout()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self._copy.set_name(self.tr("Copy message"))
        if self._again is not None:
            self._again.set_name(self.tr("Answer again"))
        figures = self.turn.figures
        self._small = wording.clock(self.turn.at) if self.is_user else measures.figures(figures) if figures else ""
        said = self.tr("You said") if self.is_user else self.tr("{name} said").format(name=self.turn.name or "")
        self.setAccessibleName(f"{said}: {self.turn.text[:200]}")
        self.body.setAccessibleName(self.accessibleName())
        self._show_note()
        self.set_newest(self._newest)

    def _show_note(self) -> None:
        if self.turn.state in ("done", "writing"):
            if self.note is not None:
                self.note.hide()
                self.note.deleteLater()
                self.note = None
            return
        if self.note is None:
            self.note = TurnNote(self)
            self.note.retry.clicked.connect(self.retry_pressed)
            self.note.show()
        self.note.show_turn(self.turn)


def _plain(text: str) -> tuple[Block, ...]:
    """Return what the user wrote as it was written: no Markdown, lines kept."""
    return (Paragraph((Span(text.strip("\n").replace("\n", "\u2028")),)),)


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)


def _bubble_path(rect: QRectF) -> QPainterPath:
    """Return the outline of a bubble whose lower right corner points at the speaker."""
    path = QPainterPath()
    path.addRoundedRect(rect, 16, 16)
    corner = QPainterPath()
    corner.addRoundedRect(QRectF(rect.right() - 24, rect.bottom() - 24, 24, 24), 5, 5)
    return path.united(corner)
