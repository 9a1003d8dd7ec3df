"""One message of the transcript: the user's bubble, or the assistant's text with its name and what can be done."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, Qt, Signal
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
from desktop.chat import extras, head, measures
from desktop.chat.branching import Place
from desktop.chat.branchswitch import BranchSwitch
from desktop.chat.callcard import CallCard
from desktop.chat.chips import ChipRow
from desktop.chat.item import TranscriptItem
from desktop.chat.marks import Mark, as_copied
from desktop.chat.messageactions import ACTIONS, MessageAction
from desktop.chat.note import TurnNote
from desktop.chat.render.blocks import Block, Paragraph, Span
from desktop.chat.render.body import MessageBody
from desktop.chat.render.flow import TextStyle
from desktop.chat.render.markdown import Growing, parse
from desktop.chat.stored import StoredFiles
from desktop.chat.turns import Turn
from desktop.controls.button import IconButton
from desktop.i18n import say
from desktop.theme import colour, colours, ui_font

_BUTTON = 28
_LEFT = head.LEFT
_TAIL = 32.0
_BUBBLE_X = 15.0
_BUBBLE_Y = 10.0
_BUBBLE_SHARE = 0.82
_GAP = 8


class MessageItem(TranscriptItem):
    """Lays itself out for a width given from above; `height_changed` while it grows.

    What few messages need (a note, pictures, most buttons) is made when it is needed: a page holds many messages.
    `acted` with the name of an action and the turn; `cited` with a source, `hinted` with one under the pointer.
    """

    retry_pressed = Signal()
    branch_pressed = Signal(int)
    link_pressed = Signal(str)
    acted = Signal(str, object)
    hinted = Signal(object, QPoint)

    def __init__(self, turn: Turn, style: TextStyle, parent: QWidget, files: StoredFiles | None = None) -> None:
        super().__init__(turn, style, parent)
        self._files = files
        self._bubble = QRectF()
        self._growing: Growing | None = None
        self._lit = False
        self._newest = False
        self._small = ""
        self._small_at = QPointF()
        self._below = 0
        self.note: TurnNote | None = None
        self.pictures: extras.Pictures | None = None
        self.file_chips: ChipRow | None = None
        self.sources: extras.SourceRow | None = None
        self.thoughts: list[CallCard] = []
        self.buttons: dict[str, IconButton] = {}
        self.switch: BranchSwitch | None = None
        self.body = MessageBody(self, style=style)
        self.body.link_pressed.connect(self.link_pressed)
        self.body.cite_pressed.connect(self._open_source)
        self.body.cite_hovered.connect(self._hint_chip)
        self._show_text()
        self._show_extras()
        self._show_buttons()
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
        text_changed = (turn.text, turn.marks) != (self.turn.text, self.turn.marks) or self._growing is not None
        extras_changed = _extras(turn) != _extras(self.turn)
        self.turn = turn
        if extras_changed:
            self._show_extras()
        if text_changed or turn.state != "writing":
            self._show_text()
        self._retranslate()
        self.relayout()

    def grow(self, text: str, marks: tuple[Mark, ...] = ()) -> None:
        """Append text that was just written; only the last block is laid out again."""
        if self._growing is None:
            self._growing = Growing()
            self._growing.feed(self.turn.text, self.turn.marks)
        settled, before = self._growing.settled, self.height()
        self._growing.feed(text, marks)
        self.body.set_blocks(self._growing.blocks, same=settled)
        self._place()
        if self.height() != before:
            self.height_changed.emit()

    def text(self) -> str:
        """Return the message as it was written."""
        return self._growing.text if self._growing is not None else self.turn.text

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The places in the text as it is shown now."""
        return self._growing.marks if self._growing is not None else self.turn.marks

    def copy(self) -> None:
        """Put the whole message on the clipboard, as Markdown, its sources listed at the end."""
        names = {passage.marker: extras.named(passage) for passage in self.turn.passages}
        QGuiApplication.clipboard().setText(as_copied(self.text(), self.marks, names))
        self.buttons["copy"].set_icon("check")
        self.buttons["copy"].set_name(self.tr("Copied"))

    def set_newest(self, newest: bool) -> None:
        """Offer what makes sense for the newest message only."""
        self._newest = newest
        self._show_buttons()
        if self.note is not None:
            self.note.retry.setVisible(newest)

    def _offered(self) -> list[MessageAction]:
        """Return what can be done with the message now."""
        return [action for action in ACTIONS if action.shown(self.turn, self._newest)]

    def _show_buttons(self) -> None:
        """Have the buttons there should be; most messages are never pointed at and need only the first."""
        offered = {action.name: action for action in self._offered()}
        for name, button in self.buttons.items():
            button.setVisible(name in offered)
        for name in offered if self._lit or self._newest else list(offered)[:1]:
            if name not in self.buttons:
                self.buttons[name] = self._button(offered[name])
        self._place_buttons()

    def _button(self, action: MessageAction) -> IconButton:
        button = IconButton(action.icon, self, size=_BUTTON, icon_size=15)
        button.set_name(say(action.words))
        button.set_veiled(not self._lit)
        button.clicked.connect(lambda: self._act(action.name))
        button.installEventFilter(self)
        button.show()
        return button

    def _act(self, name: str) -> None:
        if name == "copy":
            self.copy()
        else:
            self.acted.emit(name, self.turn)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show all buttons when the keyboard comes to one of them."""
        if event.type() == QEvent.Type.FocusIn and len(self.buttons) < len(self._offered()):
            self._lit, before = True, self._lit
            self._show_buttons()
            self._lit = before
            for button in self.buttons.values():
                button.set_veiled(not before)
        return super().eventFilter(watched, event)

    def lay_out(self, width: float) -> int:
        """Take a width; returns the height."""
        if width != self._width:
            self._width = width
            self.relayout()
        return self.height()

    def restyle(self, style: TextStyle) -> None:
        """Take the fonts and colours of another theme."""
        self._style = style
        self.body.restyle(style)
        for card in self.thoughts:
            card.restyle(style)
        if self.note is not None:
            self.note.update()
        self.relayout()
        self.update()

    def _show_text(self) -> None:
        if self.turn.state == "writing":
            self._growing = Growing()
            self._growing.feed(self.turn.text, self.turn.marks)
            self.body.set_blocks(self._growing.blocks)
            return
        blocks = _plain(self.turn.text) if self.is_user else None
        grown = (self._growing.text, self._growing.marks) if self._growing is not None else None
        if blocks is None and self._growing is not None and grown == (self.turn.text, self.turn.marks):
            blocks = self._growing.finish()
        self._growing = None
        self.body.set_blocks(parse(self.turn.text, self.turn.marks) if blocks is None else blocks)
        self.body.setAccessibleDescription(self.turn.text[:2000])

    def _show_extras(self) -> None:
        """Make the pictures, files and sources anew; sources come when the answer is whole."""
        for old in (self.pictures, self.file_chips, self.sources):
            if old is not None:
                old.hide()
                old.deleteLater()
        self.pictures = self.file_chips = self.sources = None
        turn, files = self.turn, self._files
        self._show_thoughts()
        if turn.images and files is not None:
            self.pictures = extras.Pictures(turn, files, self)
            self.pictures.enlarged.connect(self.enlarged)
            self.pictures.saved.connect(self.saved)
        if files is not None:
            self.file_chips = extras.file_row(turn, files, self)
        found = extras.sources_of(turn, turn.marks) if turn.state != "writing" else ()
        if found or turn.doubts:
            self.sources = extras.SourceRow(found, files, self, turn.doubts)
            self.sources.why_wanted.connect(lambda: self.acted.emit("why", self.turn))
            self.sources.opened.connect(self._open_source)
            self.sources.hinted.connect(self._hint)
        for made in (self.pictures, self.file_chips, self.sources):
            if made is not None:
                made.grew.connect(self.relayout)
                made.show()

    def _show_thoughts(self) -> None:
        if [card.call for card in self.thoughts] == list(self.turn.calls):
            return
        for card in self.thoughts:
            card.hide()
            card.deleteLater()
        self.thoughts = [CallCard(call, self._style, self, None) for call in self.turn.calls]
        for card in self.thoughts:
            card.height_changed.connect(self.relayout)
            card.show()

    def _open_source(self, number: int) -> None:
        if (source := extras.cited(self.turn, self.text(), self.marks, number)) is not None:
            self.cited.emit(source)

    def _hint_chip(self, number: int, box: QRect) -> None:
        self._hint(number, self.body.mapToGlobal(box.bottomLeft()))

    def _hint(self, number: int, at: QPoint) -> None:
        self.hinted.emit(extras.cited(self.turn, self.text(), self.marks, number) if number else None, at)

    def _place(self) -> None:
        if self.is_user:
            self._place_bubble()
        else:
            self._place_answer()

    def _place_bubble(self) -> None:
        y = 0
        for row in (self.pictures, self.file_chips):
            if row is not None:
                tall = int(row.lay_out(self._width))
                row.move(int(self._width) - row.width(), y)
                y += tall + _GAP
        inner = 0.0
        if self.turn.text.strip() or not y:
            most = self._width * _BUBBLE_SHARE - 2 * _BUBBLE_X
            inner = min(most, self.body.natural_width + 1)
            height = self.body.lay_out(inner)
            left = self._width - inner - 2 * _BUBBLE_X
            self._bubble = QRectF(left, y, inner + 2 * _BUBBLE_X, height + 2 * _BUBBLE_Y)
            self.body.move(int(left + _BUBBLE_X), int(y + _BUBBLE_Y))
        else:
            self._bubble = QRectF(self._width, 0, 0, y - _GAP)
        self._below = int(self._bubble.bottom()) + 1
        self._place_buttons()
        self.resize(int(self._width), int(self._bubble.bottom() + _TAIL))

    def _place_answer(self) -> None:
        y = 2.0 if self._continued else head.HEIGHT
        width = self._width - _LEFT
        for card in self.thoughts:
            card.move(int(_LEFT), int(y) + 3)
            y += card.lay_out(width) + _GAP + 3
        if self.pictures is not None:
            y = self._place_row(self.pictures, y, width)
        height = self.body.lay_out(width)
        self.body.move(int(_LEFT), int(y))
        y += height
        for row in (self.file_chips, self.sources):
            if row is not None:
                y = self._place_row(row, y + _GAP + 2, width) - _GAP
        if self.note is not None:
            y += 10 if height else 2
            self.note.setGeometry(int(_LEFT), int(y), int(self._width - _LEFT), self.note.height())
            y += self.note.height()
        self._below = int(y) + 2
        self._place_buttons()
        self.resize(int(self._width), int(y + _TAIL + 2))

    def _place_row(self, row: ChipRow | extras.Pictures, y: float, width: float) -> float:
        row.move(int(_LEFT), int(y))
        return y + row.lay_out(width) + _GAP

    def _place_buttons(self) -> None:
        """Put the buttons under the message, the switch between branches, and the line about it beside them."""
        shown: list[QWidget] = [button for button in self.buttons.values() if button.isVisibleTo(self)]
        if self.switch is not None:
            shown.insert(0 if self.is_user else len(shown), self.switch)
        wide = sum(widget.width() for widget in shown)
        x = self._width - 2 - wide if self.is_user else _LEFT - 6
        self._small_at = QPointF(x - 8 if self.is_user else x + wide + 8, self._below + 18)
        for widget in shown:
            widget.move(int(x), self._below)
            x += widget.width()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.is_user:
            if self._bubble.width():
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
        self.buttons["copy"].set_icon("copy")
        self.buttons["copy"].set_name(self.tr("Copy message"))
        super().leaveEvent(event)

    def light(self, lit: bool) -> None:
        """Show what can be done with the message, and how fast it was."""
        self._lit = lit
        if lit:
            self._show_buttons()
        for button in self.buttons.values():
            button.set_veiled(not lit)
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self.body.selected:
            chosen = self.body.selected
            menu.addAction(icons.icon("copy"), self.tr("Copy selection"), lambda: _copy(chosen))
        for action in self._offered():
            menu.addAction(icons.icon(action.icon), say(action.words), lambda name=action.name: self._act(name))
        menu.addSeparator()
        menu.addAction(self.tr("Select all"), self.body.select_all)
        link = self.body.link_at(QPointF(self.body.mapFrom(self, event.pos())))
        if link:
            menu.addAction(self.tr("Copy link"), lambda: _copy(link))
        menu.popup(event.globalPos())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
            for card in self.thoughts:
                card.retranslate()
            self.relayout()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        for action in ACTIONS:
            if action.name in self.buttons:
                self.buttons[action.name].set_name(say(action.words))
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


def _extras(turn: Turn) -> tuple[object, ...]:
    return turn.images, turn.attached, turn.marks, turn.doubts, turn.state, turn.calls


def show_place(item: MessageItem, place: Place | None) -> None:
    """Offer to go to the other branches that begin with this message; None if there are none."""
    if place is None and item.switch is not None:
        item.switch.hide()
        item.switch.deleteLater()
        item.switch = None
        item.relayout()
    elif place is not None:
        if item.switch is None:
            item.switch = BranchSwitch(item)
            item.switch.stepped.connect(item.branch_pressed)
            item.switch.show()
        item.switch.show_place(place)
        item.relayout()


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
