"""A passage a search found: where it stands, as a button that leads there, and what it says."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop import icons
from desktop.chat.calls import Cited, Passage
from desktop.chat.render.blocks import Paragraph, Span
from desktop.chat.render.body import MessageBody
from desktop.chat.render.flow import TextStyle
from desktop.controls.pressable import Pressable
from desktop.theme import colour, colours, ui_font

_HEIGHT = 26
_MOST_SHOWN = 420


class PassageView(QWidget):
    """Name and page of the file above the words; `opened` with the passage."""

    opened = Signal(object)
    grew = Signal()

    def __init__(self, passage: Passage, parent: QWidget) -> None:
        super().__init__(parent)
        self.passage = passage
        self.place = PlaceButton(passage, self)
        self.place.clicked.connect(lambda: self.opened.emit(Cited(passage=self.passage)))
        self._body = MessageBody(self, style=TextStyle.now(13))
        self._body.grew.connect(self.grew)
        self._body.set_blocks((Paragraph((Span(_shortened(passage.text)),)),))

    def lay_out(self, width: float) -> float:
        """Take a width; returns the height."""
        self.place.setGeometry(-6, -2, min(int(width) + 12, self.place.sizeHint().width()), _HEIGHT)
        height = self._body.lay_out(width)
        self._body.move(0, _HEIGHT + 2)
        self.resize(int(width), int(_HEIGHT + 2 + height))
        return float(self.height())

    def restyle(self, _style: TextStyle) -> None:
        """Take the fonts and colours of another theme."""
        self._body.restyle(TextStyle.now(13))


class PlaceButton(Pressable):
    """File and page, with an arrow that says that it leads there."""

    def __init__(self, passage: Passage, parent: QWidget) -> None:
        super().__init__(parent)
        self._passage = passage
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._say()

    def _say(self) -> None:
        self._where = place_of(self._passage)
        self.setAccessibleName(self.tr("Open the source: {file}").format(file=self._title()))
        self.setToolTip(" › ".join(self._passage.heading))

    def _title(self) -> str:
        return f"{self._passage.filename} · {self._where}" if self._where else self._passage.filename

    def sizeHint(self) -> QSize:
        name = QFontMetricsF(_name_font()).horizontalAdvance(self._passage.filename)
        place = QFontMetricsF(ui_font(12)).horizontalAdvance(self._where)
        return QSize(int(28 + name + 10 + place + 14), _HEIGHT)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self._ring:
            painter.setPen(QPen(colour(c.accent), 1.5) if self._ring else Qt.PenStyle.NoPen)
            painter.setBrush(colour(c.hover))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        icons.paint(painter, "file-text", QRectF(6, _HEIGHT / 2 - 7, 14, 14), c.muted)
        place = QFontMetricsF(ui_font(12)).horizontalAdvance(self._where)
        room = self.width() - 26 - place - 20
        metrics = QFontMetricsF(_name_font())
        name = metrics.elidedText(self._passage.filename, Qt.TextElideMode.ElideMiddle, room)
        painter.setFont(_name_font())
        painter.setPen(colour(c.ink))
        painter.drawText(QRectF(26, 0, room + 2, _HEIGHT), Qt.AlignmentFlag.AlignVCenter, name)
        painter.setFont(ui_font(12))
        painter.setPen(colour(c.muted))
        left = 26 + metrics.horizontalAdvance(name) + 10
        painter.drawText(QRectF(left, 0, place + 2, _HEIGHT), Qt.AlignmentFlag.AlignVCenter, self._where)


def place_of(passage: Passage, at: int | None = None) -> str:
    """Return where in its file a passage stands, or a place `at` in it, in words; nothing where that is not known."""
    if passage.page is None:
        return ""
    if at is None and passage.page_starts:
        last = passage.page + len(passage.page_starts)
        return QCoreApplication.translate("PlaceButton", "pages {n}–{last}").format(n=passage.page, last=last)
    return QCoreApplication.translate("PlaceButton", "page {n}").format(n=passage.page_at(at or 0))


def _name_font() -> QFont:
    return ui_font(13, weight=QFont.Weight.Medium)


def _shortened(text: str) -> str:
    """Return the beginning of a passage on one line: the source itself is one press away."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _MOST_SHOWN else flat[:_MOST_SHOWN].rstrip() + "…"
