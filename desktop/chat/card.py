"""A folded piece of work in the conversation: one line that says what it was, and more under it when it is opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop import icons
from desktop.chat.render.flow import TextStyle
from desktop.controls.pressable import Pressable
from desktop.controls.progress import Pulse
from desktop.theme import colour, colours, ui_font

CardState = Literal["working", "done", "failed"]
HEAD = 38
_RADIUS = 10.0
_PAD = 14
_GAP = 10


class CardHead(Pressable):
    """The line of a card that is always seen; pressing it opens and folds the card."""

    def __init__(self, icon: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon = icon
        self._title = self._note = ""
        self._state: CardState = "done"
        self._pulse: Pulse | None = None
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.toggled.connect(self._say)

    @property
    def title(self) -> str:
        return self._title

    @property
    def note(self) -> str:
        return self._note

    def tell(self, icon: str, title: str, note: str, state: CardState) -> None:
        """Take what stands on the line."""
        if (icon, title, note, state) == (self._icon, self._title, self._note, self._state):
            return
        self._icon, self._title, self._note, self._state = icon, title, note, state
        if state == "working" and self._pulse is None:
            self._pulse = Pulse(self, size=12)
            self._pulse.move(_PAD + 2, (HEAD - 12) // 2)
            self._pulse.show()
        elif state != "working" and self._pulse is not None:
            self._pulse.hide()
            self._pulse.deleteLater()
            self._pulse = None
        self._say()
        self.update()

    def _say(self) -> None:
        self.setAccessibleName(f"{self._title}, {self._note}" if self._note else self._title)
        self.setAccessibleDescription(self.tr("Opened") if self.isChecked() else self.tr("Folded"))
        self.setToolTip(self._title if self._is_cut() else "")

    def sizeHint(self) -> QSize:
        return QSize(320, HEAD)

    def _is_cut(self) -> bool:
        return QFontMetricsF(_title_font()).horizontalAdvance(self._title) > self._room()

    def _room(self) -> float:
        note = QFontMetricsF(ui_font(12)).horizontalAdvance(self._note)
        return self.width() - _PAD - 26 - note - 44

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = HEAD / 2
        if self._state != "working":
            name = "triangle-alert" if self._state == "failed" else self._icon
            tone = c.danger if self._state == "failed" else c.muted
            icons.paint(painter, name, QRectF(_PAD, middle - 8, 16, 16), tone)
        title = _title_font()
        painter.setFont(title)
        painter.setPen(colour(c.ink))
        shown = QFontMetricsF(title).elidedText(self._title, Qt.TextElideMode.ElideRight, self._room())
        centred = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(_PAD + 26, 0, self._room() + 2, HEAD), centred, shown)
        painter.setFont(ui_font(12))
        painter.setPen(colour(c.muted))
        painter.drawText(QRectF(0, 0, self.width() - 36, HEAD), centred | Qt.AlignmentFlag.AlignRight, self._note)
        chevron = "chevron-down" if self.isChecked() else "chevron-right"
        tone = c.ink if self.underMouse() else c.muted
        icons.paint(painter, chevron, QRectF(self.width() - 29, middle - 7, 14, 14), tone)
        if self._ring:
            painter.setPen(QPen(colour(c.accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), 8, 8)


@dataclass(slots=True)
class _Part:
    """A widget under the line, how far from the sides, and whether a hairline and a darker ground set it off."""

    widget: QWidget
    inset: int
    ruled: bool
    sunken: bool
    top: int = 0
    bottom: int = 0


class Card(QWidget):
    """What is under the line is made by `fill` when the card is first opened, part by part with `put`.

    A part with `lay_out(width) -> height` places itself; any other widget is asked for its height at that width.
    """

    height_changed = Signal()
    folded = Signal(bool)

    def __init__(self, parent: QWidget, *, icon: str, style: TextStyle | None = None) -> None:
        super().__init__(parent)
        self.style_of_text = style or TextStyle.now()
        self.fill: Callable[[], None] | None = None
        self._icon = icon
        self._parts: list[_Part] = []
        self._width = 0.0
        self.head = CardHead(icon, self)
        self.head.toggled.connect(self._toggled)

    @property
    def opened(self) -> bool:
        return self.head.isChecked()

    @property
    def parts(self) -> tuple[QWidget, ...]:
        return tuple(part.widget for part in self._parts)

    def tell(self, title: str, note: str = "", *, state: CardState = "done", icon: str | None = None) -> None:
        """Say on the line what was done, with a note at its end; while it works an ember breathes there."""
        self._icon = icon or self._icon
        self.head.tell(self._icon, title, note, state)

    def open(self, opened: bool = True) -> None:
        """Open or fold the card."""
        self.head.setChecked(opened)

    def put(self, widget: QWidget, *, inset: int = _PAD, ruled: bool = False, sunken: bool = False) -> None:
        """Add a part at the end, `inset` from both sides; `ruled` draws a hairline above it, `sunken` darkens it."""
        widget.setParent(self)
        self._parts.append(_Part(widget, inset, ruled or not self._parts, sunken))
        grew = getattr(widget, "grew", None)
        if grew is not None:
            grew.connect(self.relayout)
        widget.setVisible(self.opened)

    def clear(self) -> None:
        """Take all parts away."""
        for part in self._parts:
            part.widget.hide()
            part.widget.deleteLater()
        self._parts = []

    def lay_out(self, width: float) -> int:
        """Take a width; returns the height."""
        self._width = width
        self.head.setGeometry(0, 0, int(width), HEAD)
        y = HEAD
        if self.opened:
            for number, part in enumerate(self._parts):
                y = self._place(part, y, number)
        self.resize(int(width), y)
        self.update()
        return y

    def _place(self, part: _Part, y: int, number: int) -> int:
        """Place a part under another; returns where it ends."""
        part.top = y
        last = number == len(self._parts) - 1 or self._parts[number + 1].ruled
        y += (1 if part.ruled else 0) + (_GAP if part.inset else 0)
        left = part.inset or 1
        width = self._width - 2 * left
        part.widget.move(left, y)
        own = getattr(part.widget, "lay_out", None)
        if own is not None:
            y += int(own(width) + 0.999)
        else:
            tall = part.widget.heightForWidth(int(width))
            tall = tall if tall >= 0 else part.widget.sizeHint().height()
            part.widget.resize(int(width), tall)
            y += tall
        part.bottom = y + (_GAP + 2 if part.inset and last else 0)
        return part.bottom

    def relayout(self) -> None:
        """Lay out again, after a part has changed."""
        if self._width:
            before = self.height()
            self.lay_out(self._width)
            if self.height() != before:
                self.height_changed.emit()

    def restyle(self, style: TextStyle) -> None:
        """Take the fonts and colours of another theme."""
        self.style_of_text = style
        for part in self._parts:
            own = getattr(part.widget, "restyle", None)
            if own is not None:
                own(style)
        self.relayout()

    def _toggled(self, opened: bool) -> None:
        if opened and not self._parts and self.fill is not None:
            self.fill()
        for part in self._parts:
            part.widget.setVisible(opened)
        self.relayout()
        self.folded.emit(not opened)

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
        painter.fillPath(outline, colour(c.raised))
        if self.opened:
            painter.setClipPath(outline)
            for part in self._parts:
                if part.sunken:
                    painter.fillRect(QRectF(0, part.top, self.width(), part.bottom - part.top), colour(c.code_back))
                if part.ruled:
                    painter.fillRect(QRectF(1, part.top, self.width() - 2, 1), colour(c.line))
            painter.setClipping(False)
        painter.setPen(QPen(colour(c.line_strong if self.head.hasFocus() else c.line), 1))
        painter.drawPath(outline)


def _title_font() -> QFont:
    return ui_font(13, weight=QFont.Weight.Medium)
