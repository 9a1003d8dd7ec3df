"""What an assistant did before it spoke: the cards of one step of a run, under its name if nothing stands above."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.chat import head
from desktop.chat.callcard import CallCard
from desktop.chat.item import TranscriptItem
from desktop.chat.render.flow import TextStyle
from desktop.chat.stored import StoredFiles
from desktop.chat.turns import Turn

_GAP = 8


class WorkItem(TranscriptItem):
    """Stands among the messages of the transcript and behaves as they do."""

    code_folded = Signal(bool)

    def __init__(
        self, turn: Turn, style: TextStyle, parent: QWidget, files: StoredFiles | None, *, open_code: bool = False
    ) -> None:
        super().__init__(turn, style, parent)
        self._open_code = open_code
        self._files = files
        self.cards: list[CallCard] = []
        self.show_turn(turn)

    is_user = False
    is_message = False

    def text(self) -> str:
        """Return what is copied of it: nothing, for it was not said."""
        return ""

    def show_turn(self, turn: Turn) -> None:
        """Take a new state of the same step."""
        self.turn = turn
        if [card.call.id for card in self.cards] != [call.id for call in turn.calls][: len(self.cards)]:
            for card in self.cards:  # thoughts are known later than what was done after them
                card.hide()
                card.deleteLater()
            self.cards = []
        for number, call in enumerate(turn.calls):
            if number < len(self.cards):
                self.cards[number].show_call(call)
            else:
                self.cards.append(self._card(number))
        for card in self.cards[len(turn.calls) :]:
            card.hide()
            card.deleteLater()
        del self.cards[len(turn.calls) :]
        self._name()
        self.relayout()

    def _card(self, number: int) -> CallCard:
        card = CallCard(self.turn.calls[number], self._style, self, self._files, open_code=self._open_code)
        card.folded.connect(lambda folded: self._note_folded(card, folded))
        card.height_changed.connect(self.relayout)
        card.enlarged.connect(self.enlarged)
        card.saved.connect(self.saved)
        card.cited.connect(self.cited)
        card.show()
        return card

    def _note_folded(self, card: CallCard, folded: bool) -> None:
        """Who folds code while it is written does not want to see it."""
        if card.call.kind == "code_interpreter" and card.call.state == "working" and not card.asked:
            self.code_folded.emit(folded)

    def show_asked(self, calls: frozenset[str]) -> None:
        """Take which calls a person is asked about."""
        for card in self.cards:
            card.show_asked(card.call.id in calls)

    def set_newest(self, newest: bool) -> None:
        """Only what was said can be answered again."""

    def lay_out(self, width: float) -> int:
        """Take a width; returns the height."""
        if width != self._width:
            self._width = width
            self._place()
        return self.height()

    def restyle(self, style: TextStyle) -> None:
        """Take the fonts and colours of another theme."""
        self._style = style
        for card in self.cards:
            card.restyle(style)
        self.relayout()
        self.update()

    def _place(self) -> None:
        y = 0 if self._continued else int(head.HEIGHT) + 3
        for card in self.cards:
            card.move(int(head.LEFT), y)
            y += card.lay_out(self._width - head.LEFT) + _GAP
        self.resize(int(self._width), y)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._continued:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            head.paint_head(painter, self.turn)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            for card in self.cards:
                card.retranslate()
            self._name()
        super().changeEvent(event)

    def _name(self) -> None:
        name = self.turn.name or self.tr("Assistant")
        done = ". ".join(card.head.title for card in self.cards)
        self.setAccessibleName(self.tr("Work of {name}: {done}").format(name=name, done=done))

    def sizeHint(self) -> QSize:
        return self.size()
