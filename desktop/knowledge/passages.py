"""Searching a collection by hand: the passages that are found, each with its scores and why."""

from __future__ import annotations

import html
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from desktop import icons
from desktop.controls.button import IconButton, text_button
from desktop.controls.flowing import FlowLayout
from desktop.i18n import say
from desktop.knowledge import reading
from desktop.theme import colour, colours
from engine.service.vector_stores import SearchResults
from engine.types import SearchHit

_SHORT = 420  # characters of a passage that are shown at first


class SearchField(QLineEdit):
    """One line with a magnifying glass."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextMargins(26, 0, 26, 0)
        self.setMaxLength(1000)
        self.clear_button = IconButton("x", self, size=26, icon_size=14)
        self.clear_button.clicked.connect(self.clear)
        self.clear_button.hide()
        self.textChanged.connect(lambda text: self.clear_button.setVisible(bool(text)))

    def resizeEvent(self, event: QEvent) -> None:
        self.clear_button.move(self.width() - 32, (self.height() - 26) // 2)
        super().resizeEvent(event)  # type: ignore[arg-type]

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        icons.paint(QPainter(self), "search", QRectF(12, (self.height() - 16) / 2, 16, 16), colours().muted)


class ScoreBar(QWidget):
    """A score from 0 to 1 as a short bar; None is an empty one."""

    def __init__(self, value: float | None, parent: QWidget, *, strong: bool = False) -> None:
        super().__init__(parent)
        self._value, self._strong = value, strong
        self.setFixedSize(72, 5)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(72, 5)

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(c.pressed))
        painter.drawRoundedRect(QRectF(self.rect()), 2.5, 2.5)
        if self._value:
            painter.setBrush(colour(c.accent if self._strong else c.faint))
            painter.drawRoundedRect(QRectF(0, 0, max(5.0, self.width() * self._value), 5), 2.5, 2.5)


class PassageCard(QFrame):
    """One passage: where it is, its text with the words of the question marked, its scores, and why."""

    def __init__(self, number: int, hit: SearchHit, queries: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.hit = hit
        self._queries = queries
        self._long = len(hit.chunk.text) > _SHORT
        rank = QLabel(f"{number}", self)
        rank.setProperty("role", "tag-accent")
        name = QLabel(hit.filename, self)
        name.setProperty("role", "strong")
        name.setTextFormat(Qt.TextFormat.PlainText)
        where = [say(each) for each in (reading.place(hit),) if each is not None]
        where += [" › ".join(hit.chunk.heading)] if hit.chunk.heading else []
        place = QLabel(" · ".join(where), self)
        place.setProperty("role", "small")
        place.setTextFormat(Qt.TextFormat.PlainText)
        place.setWordWrap(True)
        self._text = QLabel(self)
        self._text.setTextFormat(Qt.TextFormat.RichText)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.whole = text_button("link", self)
        self.whole.setText(self.tr("Show all of it"))
        self.whole.clicked.connect(self._show_whole)
        self.whole.setVisible(self._long)
        why = QLabel(" ".join(say(each) for each in reading.why(hit)), self)
        why.setProperty("role", "small")
        why.setWordWrap(True)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(rank)
        head.addWidget(name)
        head.addWidget(place, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._text)
        column.addWidget(self.whole, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._scores())
        column.addWidget(why)
        self._show_text(hit.chunk.text[:_SHORT])
        self.setAccessibleName(f"{number}. {hit.filename} {place.text()}")
        self.setAccessibleDescription(f"{hit.chunk.text[:_SHORT]} {why.text()}")

    def _scores(self) -> QWidget:
        box = QWidget(self)
        flow = FlowLayout(box, spacing=18)
        hit = self.hit
        rows = [
            (self.tr("Words"), hit.keyword_score, False),
            (self.tr("Meaning"), hit.vector_score, False),
            (self.tr("Together"), hit.fused_score, hit.rerank_score is None),
        ]
        if hit.rerank_score is not None:
            rows.append((self.tr("Read again"), hit.rerank_score, True))
        for words, value, strong in rows:
            flow.addWidget(_score(box, words, value, strong=strong))
        return box

    def _show_whole(self) -> None:
        self.whole.hide()
        self._show_text(self.hit.chunk.text)

    def _show_text(self, text: str) -> None:
        cut = "…" if len(text) < len(self.hit.chunk.text) else ""
        back = colours().selection
        pieces, at = [], 0
        for start, stop in reading.spans(text, self._queries):
            pieces.append(html.escape(text[at:start]))
            pieces.append(f'<span style="background-color:{back}">{html.escape(text[start:stop])}</span>')
            at = stop
        pieces.append(html.escape(text[at:]) + cut)
        self._text.setText('<p style="line-height:145%">' + "".join(pieces).replace("\n", "<br>") + "</p>")


def _score(parent: QWidget, words: str, value: float | None, *, strong: bool) -> QWidget:
    """Return a score with its name, as a bar and as a number."""
    widget = QWidget(parent)
    label = QLabel(words, widget)
    label.setProperty("role", "small")
    shown = QLabel("–" if value is None else f"{value:.2f}", widget)
    shown.setProperty("role", "strong" if strong else "muted")
    bar = ScoreBar(value, widget, strong=strong)
    bar.setAccessibleName(f"{words} {shown.text()}")
    row = QHBoxLayout(widget)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    for part in (label, bar, shown):
        row.addWidget(part)
    return widget


class Passages(QWidget):
    """A search field and what was found with it. `asked` carries the question."""

    asked = Signal(str)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: list[PassageCard] = []
        self._results: SearchResults | None = None
        self.field = SearchField(self)
        self.field.returnPressed.connect(self._ask)
        self.field.textChanged.connect(lambda text: None if text else self._close())
        self._said = QLabel(self)
        self._said.setProperty("role", "muted")
        self._said.setWordWrap(True)
        self._said.hide()
        self._box = QVBoxLayout()
        self._box.setSpacing(10)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.field)
        column.addWidget(self._said)
        column.addLayout(self._box)
        self._retranslate()

    @property
    def open(self) -> bool:
        """Whether something was searched for."""
        return self._results is not None

    @property
    def text(self) -> str:
        """What is said about the whole of what was found."""
        return self._said.text()

    def show_results(self, results: SearchResults) -> None:
        """Show what was found."""
        self._results = results
        self._clear()
        queries = [self.field.text(), *results.queries]
        for number, hit in enumerate(results.hits, 1):
            card = PassageCard(number, hit, queries, self)
            self._box.addWidget(card)
            self.cards.append(card)
        parts = [self.tr("No passage answers this.")] if not results.hits else [say(reading.passages(len(self.cards)))]
        reasons = [cut.why for cut in results.cut]
        parts += [say(words, n=reasons.count(why)) for why, words in reading.CUTS.items() if why in reasons]
        if results.failed:
            parts.append(self.tr("one of the searches did not work this time"))
        self._said.setText(" · ".join(parts))
        self._said.show()

    def _ask(self) -> None:
        if text := self.field.text().strip():
            self.asked.emit(text)

    def _close(self) -> None:
        self._results = None
        self._clear()
        self._said.hide()
        self.closed.emit()

    def _clear(self) -> None:
        for card in self.cards:
            self._box.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = []

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.field.setPlaceholderText(self.tr("Ask these files something: see which passages are found, and why"))
        self.field.setAccessibleName(self.tr("Search this collection"))
        self.field.clear_button.set_name(self.tr("Clear the search"))
        if self._results is not None:
            self.show_results(self._results)

    def restyle(self) -> None:
        """Take the colours now in use."""
        if self._results is not None:
            self.show_results(self._results)
