"""The passage behind a number, shown while the pointer is on it: file, page, and the sentence that counts lit."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from desktop.chat.calls import Cited
from desktop.chat.passage import place_of
from desktop.theme import colours

_WIDTH = 380
_DELAY_MS = 220
_BEFORE, _AFTER = 90, 260


class Popover(QFrame):
    """Comes after a moment and goes with the pointer; it takes no focus and no clicks."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.ToolTip)
        self.setObjectName("popup")
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._cited: Cited | None = None
        self._lit = (0, 0)
        self._at = QPoint()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(6)
        self._title = QLabel(self)
        self._title.setProperty("role", "strong")
        self._path = QLabel(self)
        self._path.setProperty("role", "small")
        self._text = QLabel(self)
        self._text.setTextFormat(Qt.TextFormat.RichText)
        for label in (self._title, self._path, self._text):
            label.setWordWrap(True)
            column.addWidget(label)
        self.setFixedWidth(_WIDTH)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_DELAY_MS)
        self._soon.timeout.connect(self._appear)

    @property
    def cited(self) -> Cited | None:
        return self._cited

    def text(self) -> str:
        """Return what is shown, without its form."""
        return f"{self._title.text()}\n{self._cited.passage.text if self._cited else ''}"

    def show_soon(self, cited: Cited | None, at: QPoint) -> None:
        """Show a passage at a point of the screen, or nothing any more."""
        if cited is None or not cited.passage.text:
            self._soon.stop()
            self._cited = None
            self.hide()
            return
        if cited != self._cited:
            self._cited, self._lit = cited, (0, 0)
        self._at = at
        if self.isVisible():
            self._appear()
        else:
            self._soon.start()

    def light(self, cited: Cited, start: int, stop: int) -> None:
        """Mark the sentence that counts."""
        if cited == self._cited:
            self._lit = start, stop
            if self.isVisible():
                self._appear()

    def _appear(self) -> None:
        if self._cited is None:
            return
        passage = self._cited.passage
        start, stop = self._lit
        place = place_of(passage, start if stop > start else None)
        self._title.setText(f"{passage.filename} · {place}" if place else passage.filename)
        self._path.setText(" › ".join(passage.heading))
        self._path.setVisible(bool(passage.heading))
        self._text.setText(_rich(passage.text, start, stop))
        self.setAccessibleName(self._title.text())
        self.setAccessibleDescription(passage.text[:600])
        self.adjustSize()
        self.move(self._place())
        self.show()

    def _place(self) -> QPoint:
        """Return a place below the point, or above it where the screen ends."""
        screen = QGuiApplication.screenAt(self._at) or QGuiApplication.primaryScreen()
        area = screen.availableGeometry()
        x = min(max(area.left() + 8, self._at.x() - 40), area.right() - self.width() - 8)
        y = self._at.y() + 6
        if y + self.height() > area.bottom():
            y = self._at.y() - self.height() - 30
        return QPoint(x, max(area.top(), y))


def _rich(text: str, start: int, stop: int) -> str:
    """Return the passage around its lit sentence; nothing in it is taken for markup."""
    first = max(0, start - _BEFORE) if stop > start else 0
    last = min(len(text), (stop or 0) + _AFTER)
    head, lit, tail = text[first:start], text[start:stop], text[stop:last]
    c = colours()
    marked = f'<span style="background:{c.accent_soft};color:{c.ink}">{_line(lit)}</span>' if lit else ""
    shown = f"{'… ' if first else ''}{_line(head)}{marked}{_line(tail)}{' …' if last < len(text) else ''}"
    return f'<p style="line-height:145%;margin:0">{shown}</p>'


def _line(text: str) -> str:
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() and text.strip() else ""
    return before + escape(" ".join(text.split())) + after
