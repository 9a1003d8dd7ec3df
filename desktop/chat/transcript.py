"""The scrolling conversation: a bounded number of messages in one centred column, stuck to the end unless moved."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from desktop.chat.branching import Place
from desktop.chat.glow import Glow
from desktop.chat.marks import Mark
from desktop.chat.message import MessageItem, show_place
from desktop.chat.render.flow import TextStyle
from desktop.chat.render.formulas import Formulas
from desktop.chat.stored import StoredFiles
from desktop.chat.tail import FailureNote, PhaseLine
from desktop.chat.turns import Turn
from desktop.chat.work import WorkItem
from desktop.controls.button import IconButton
from desktop.live import Phase
from desktop.theme import colour, colours

Item = MessageItem | WorkItem
COLUMN = 720
MOST_ITEMS = 150
_MARGIN = 24
_GAP = 4
_NEAR = 600
_AT_END = 12


class _Canvas(QWidget):
    """An opaque ground for the messages: what is opaque can be scrolled without being painted anew."""

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(event.rect(), colour(colours().sheet))


class Transcript(QScrollArea):
    """Shows turns; asks for more at both ends, and lets go of what is far away."""

    older_wanted = Signal()
    newer_wanted = Signal()
    latest_wanted = Signal()
    trimmed_first = Signal(str)
    trimmed_last = Signal(str)
    retry_pressed = Signal(str)
    branch_pressed = Signal(str, int)
    link_pressed = Signal(str)
    step_pressed = Signal(str)
    enlarged = Signal(str)
    saved = Signal(str)
    cited = Signal(object)
    hinted = Signal(object, QPoint)
    acted = Signal(str, object)

    def __init__(
        self, parent: QWidget | None = None, files: StoredFiles | None = None, formulas: Formulas | None = None
    ) -> None:
        super().__init__(parent)
        self._files = files
        self._formulas = formulas
        if formulas is not None:
            formulas.ready.connect(self._take_formulas)
        self._style = TextStyle.now(formulas=formulas)
        self._items: list[Item] = []
        self._places: dict[str, Place] = {}
        self._older = self._newer = False
        self._follow = True
        self._open_code = True
        self._questioned: frozenset[str] = frozenset()
        self._own_move = False
        self._arranging = False
        self._column = 0
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(False)
        self.setFocusPolicy(self.focusPolicy().ClickFocus)
        self._canvas = _Canvas()
        self.setWidget(self._canvas)
        self.phase = PhaseLine(self._canvas)
        self.failure = FailureNote(self._canvas)
        self.failure.step_pressed.connect(self.step_pressed)
        self._glow = Glow(self._canvas)
        self._latest = IconButton("arrow-down", self, size=36, icon_size=18)
        self._latest.set_filled(False)
        self._latest.set_raised(True)
        self._latest.clicked.connect(self.jump_to_latest)
        self._latest.hide()
        self._asked = QTimer(self)
        self._asked.setSingleShot(True)
        self._asked.timeout.connect(self._ask_for_more)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.verticalScrollBar().setSingleStep(40)
        self._retranslate()

    # What the page shows.

    @property
    def items(self) -> list[Item]:
        return self._items

    @property
    def following(self) -> bool:
        """Whether the view sticks to the end."""
        return self._follow

    def show_turns(self, turns: tuple[Turn, ...], *, older: bool, newer: bool) -> None:
        """Replace everything and go to the end."""
        self._take_away(self._items)
        self._items = [self._item(turn) for turn in turns]
        self._older, self._newer = older, newer
        self._follow = True
        self._arrange(0)
        self._to_end()
        self._asked.start(0)

    def add_older(self, turns: tuple[Turn, ...], *, older: bool) -> None:
        """Put turns before the first one; what is seen stays where it is."""
        self._older = older
        if not turns:
            return
        anchor = self._anchor()
        known = {item.turn.id for item in self._items}
        self._items = [*(self._item(turn) for turn in turns if turn.id not in known), *self._items]
        if not self._follow:
            self._trim_end()
        self._arrange(0)
        self._hold(anchor)
        self._asked.start(0)

    def add_newer(self, turns: tuple[Turn, ...], *, newer: bool) -> None:
        """Put turns after the last one, letting go of the first ones."""
        self._newer = newer
        anchor = self._anchor()
        known = {item.turn.id for item in self._items}
        self._items += [self._item(turn) for turn in turns if turn.id not in known]
        self._trim_start()
        self._arrange(0)
        self._hold(anchor)

    def put(self, turn: Turn) -> None:
        """Add a turn at the end, or take the new state of one that is shown."""
        item = self.item_of(turn.id)
        if item is not None:
            item.show_turn(turn)
            if isinstance(item, WorkItem):
                item.show_asked(self._questioned)
            self._mark_newest()
            return
        if turn.role == "user":
            self._follow = True
        self._items.append(self._item(turn))
        if self._follow and self._trim_start():
            self._arrange(0)
        else:
            self._arrange(len(self._items) - 1)
        self._keep_end()

    def _take_formulas(self) -> None:
        """Show what was drawn meanwhile; what is seen stays where it is."""
        anchor = None if self._follow else self._anchor()
        self._arranging = True
        for item in self._items:
            if isinstance(item, MessageItem):
                item.body.take_formulas()
                item.relayout()
        self._arranging = False
        self._arrange(0)
        self._hold(anchor)
        self._keep_end()

    def grow(self, turn_id: str, text: str, marks: tuple[Mark, ...] = ()) -> None:
        item = self.item_of(turn_id)
        if isinstance(item, MessageItem):
            item.grow(text, marks)

    def drop(self, turn_id: str) -> None:
        """Take a turn away, and what was done for it just before."""
        item = self.item_of(turn_id)
        if item is not None:
            last = self._items.index(item)
            first = last
            while (
                first
                and isinstance(item, MessageItem)
                and isinstance(self._items[first - 1], WorkItem)
                and _goes_on(self._items[first - 1], item)
            ):
                first -= 1
            self._take_away(self._items[first : last + 1])
            del self._items[first : last + 1]
            self._arrange(0)

    def item_of(self, turn_id: str) -> Item | None:
        """Return the item of a message; the newest are looked at first."""
        return next((item for item in reversed(self._items) if item.turn.id == turn_id), None)

    def show_phase(self, phase: Phase | None, model_name: str) -> None:
        self.phase.show_phase(phase, model_name)
        self._tail_changed()

    def show_failure(self, error: tuple[str, str] | None) -> None:
        self.failure.show_error(error)
        self._tail_changed()

    def show_asked(self, calls: frozenset[str]) -> None:
        """Take which calls a person is asked about, by their ids."""
        self._questioned = calls
        for item in self._items:
            if isinstance(item, WorkItem):
                item.show_asked(calls)

    def show_branches(self, places: dict[str, Place]) -> None:
        """Show where branches begin."""
        self._places = places
        for item in self._items:
            if isinstance(item, MessageItem):
                show_place(item, places.get(item.turn.id))

    def reveal(self, turn_id: str) -> None:
        """Go to a message, and light it up for a moment."""
        item = self.item_of(turn_id)
        if item is None:
            return
        self._follow = False
        self._move(max(0, item.y() - _MARGIN * 2))
        self._follow = not self._newer and self.verticalScrollBar().value() >= self.verticalScrollBar().maximum()
        self._glow.show_over(item)

    def jump_to_latest(self) -> None:
        """Go to the end, fetching it anew where it was let go."""
        self._follow = True
        if self._newer:
            self.latest_wanted.emit()
        else:
            self._to_end()

    # Placing.

    def _item(self, turn: Turn) -> Item:
        item: Item
        if turn.kind == "work":
            item = WorkItem(turn, self._style, self._canvas, self._files, open_code=self._open_code)
            item.code_folded.connect(self._note_folded)
            item.show_asked(self._questioned)
        else:
            item = MessageItem(turn, self._style, self._canvas, self._files)
            item.retry_pressed.connect(partial(self.retry_pressed.emit, turn.id))
            item.branch_pressed.connect(partial(self.branch_pressed.emit, turn.id))
            show_place(item, self._places.get(turn.id))
            item.link_pressed.connect(self.link_pressed)
            item.acted.connect(self.acted)
            item.hinted.connect(self.hinted)
        item.enlarged.connect(self.enlarged)
        item.saved.connect(self.saved)
        item.cited.connect(self.cited)
        item.height_changed.connect(partial(self._item_changed, item))
        item.show()
        return item

    def _note_folded(self, folded: bool) -> None:
        self._open_code = not folded

    def _trim_start(self) -> bool:
        """Let go of the first turns if there are too many; an answer goes as a whole. Returns whether any went."""
        surplus = len(self._items) - MOST_ITEMS
        while 0 < surplus < len(self._items) - 1 and _goes_on(self._items[surplus - 1], self._items[surplus]):
            surplus += 1
        if surplus <= 0:
            return False
        self._take_away(self._items[:surplus])
        del self._items[:surplus]
        self._older = True
        self.trimmed_first.emit(next((item.turn.id for item in self._items if item.is_message), ""))
        return True

    def _trim_end(self) -> None:
        kept = MOST_ITEMS
        while 1 < kept < len(self._items) and _goes_on(self._items[kept - 1], self._items[kept]):
            kept -= 1
        if kept < len(self._items):
            self._take_away(self._items[kept:])
            del self._items[kept:]
            self._newer = True
            self.trimmed_last.emit(next((item.turn.id for item in reversed(self._items) if item.is_message), ""))

    def _take_away(self, items: list[Item]) -> None:
        for item in items:
            item.hide()
            item.setParent(None)
            item.deleteLater()

    def _item_changed(self, item: Item) -> None:
        first = next((n for n in range(len(self._items) - 1, -1, -1) if self._items[n] is item), None)
        if first is not None and not self._arranging:
            anchor = None if self._follow else self._anchor()
            self._arrange(first)
            self._hold(anchor)
            self._keep_end()

    def _arrange(self, first: int) -> None:
        """Place items from one on, then the tail; items above keep their place."""
        self._arranging = True
        view = self.viewport().width()
        column = max(200, min(COLUMN, view - 2 * _MARGIN))
        left = (view - column) // 2
        if column != self._column:
            first, self._column = 0, column
        y = _MARGIN
        if first:
            above = self._items[first - 1]
            y = above.y() + above.height() + _GAP
        for number, item in enumerate(self._items[first:], first):
            item.set_continued(number > 0 and _goes_on(self._items[number - 1], item))
            height = item.lay_out(column)
            item.move(left, y)
            y += height + _GAP
        for widget in (self.phase, self.failure):
            if widget.isVisibleTo(self._canvas):
                y += self._place_tail(widget, left, y, column)
        self._arranging = False
        self._canvas.resize(view, y + 8)
        self._mark_newest()
        self._place_button()

    def _place_tail(self, widget: QWidget, left: int, y: int, column: int) -> int:
        hint = widget.heightForWidth(column) if widget.hasHeightForWidth() else widget.sizeHint().height()
        widget.setGeometry(left, y, column, max(28, hint))
        return widget.height() + 10

    def _mark_newest(self) -> None:
        busy = self.phase.isVisibleTo(self._canvas)
        for number in range(max(0, len(self._items) - 3), len(self._items)):
            self._items[number].set_newest(number == len(self._items) - 1 and not busy and not self._newer)

    def _tail_changed(self) -> None:
        self._arrange(len(self._items))
        self._keep_end()

    def _place_button(self) -> None:
        view = self.viewport()
        self._latest.move((view.width() - self._latest.width()) // 2, view.height() - self._latest.height() - 12)

    # Scrolling.

    def _scrolled(self, value: int) -> None:
        bar = self.verticalScrollBar()
        if not self._own_move:
            self._follow = not self._newer and value >= bar.maximum() - _AT_END
        self._latest.setVisible(self._newer or bar.maximum() - value > 160)
        self._asked.start(0)

    def _ask_for_more(self) -> None:
        bar = self.verticalScrollBar()
        if self._older and bar.value() < _NEAR:
            self.older_wanted.emit()
        elif self._newer and bar.maximum() - bar.value() < _NEAR:
            self.newer_wanted.emit()

    def _to_end(self) -> None:
        self._move(self.verticalScrollBar().maximum())

    def _keep_end(self) -> None:
        if self._follow:
            self._to_end()

    def _move(self, value: int) -> None:
        self._own_move = True
        self.verticalScrollBar().setValue(value)
        self._own_move = False
        self._latest.setVisible(self._newer or self.verticalScrollBar().maximum() - value > 160)

    def _anchor(self) -> tuple[Item, int] | None:
        """Return the first item seen and how far its top is from the view's."""
        top = self.verticalScrollBar().value()
        for item in self._items:
            if item.y() + item.height() > top:
                return item, item.y() - top
        return None

    def _hold(self, anchor: tuple[Item, int] | None) -> None:
        if anchor is not None and anchor[0] in self._items:
            self._move(anchor[0].y() - anchor[1])

    def resizeEvent(self, event: QResizeEvent) -> None:
        anchor = None if self._follow else self._anchor()
        super().resizeEvent(event)
        self._arrange(0)
        self._hold(anchor)
        self._keep_end()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
            self._tail_changed()
        elif event.type() == QEvent.Type.StyleChange and self._style.colours is not colours():
            self.restyle()
        super().changeEvent(event)

    def restyle(self) -> None:
        """Take the fonts and colours in use now."""
        self._style = TextStyle.now(formulas=self._formulas)
        for item in self._items:
            item.restyle(self._style)
        self._arrange(0)

    def _retranslate(self) -> None:
        self._latest.set_name(self.tr("Jump to the latest message"))
        self.setAccessibleName(self.tr("Conversation"))


def _goes_on(before: Item, item: Item) -> bool:
    """Return whether a turn belongs to the same answer as the one above it."""
    return not item.is_user and not before.is_user and item.turn.run_id == before.turn.run_id is not None
