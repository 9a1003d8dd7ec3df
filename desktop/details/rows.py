"""The small parts the details panel is made of: sections with icons, rows close together, folds, steps, scores."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop import icons
from desktop.controls.button import IconButton
from desktop.controls.pressable import Pressable
from desktop.details.facts import Passage
from desktop.theme import colour, colours, ui_font

_SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard


def label(text: str = "", role: str = "", parent: QWidget | None = None, *, wrap: bool = False) -> QLabel:
    """Return text that can be selected and copied; what the engine or a model wrote is never markup."""
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setTextInteractionFlags(_SELECTABLE)
    made.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    made.setWordWrap(wrap)
    if role:
        made.setProperty("role", role)
    return made


class Section(QWidget):
    """An icon, a heading, and what belongs to it in `column`; with `folds` it opens and closes."""

    def __init__(self, icon: str, parent: QWidget, *, folds: bool = False) -> None:
        super().__init__(parent)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(4)
        self.head = SectionHead(icon, self, folds=folds)
        outer.addWidget(self.head)
        self.body = QWidget(self)
        self.column = QVBoxLayout(self.body)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(2)
        outer.addWidget(self.body)
        if folds:
            self.body.hide()
            self.head.toggled.connect(self.body.setVisible)

    def title(self, text: str, note: str = "") -> None:
        self.head.tell(text, note)

    def row(self, name: str, value: str, *, tone: str = "") -> None:
        """Add a name and its value on one line."""
        self.column.addWidget(Row(name, value, self.body, tone=tone))

    def text(self, text: str, role: str = "small") -> None:
        self.column.addWidget(label(text, role, self.body, wrap=True))

    def empty(self) -> None:
        """Take everything out."""
        clear(self.column)


def clear(column: QVBoxLayout) -> None:
    """Take everything out of a layout."""
    while (item := column.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()


class SectionHead(Pressable):
    """The line above a section; it can be pressed where the section folds."""

    def __init__(self, icon: str, parent: QWidget, *, folds: bool) -> None:
        super().__init__(parent)
        self._icon, self._folds, self._note = icon, folds, ""
        self.setFixedHeight(28)
        self.setCheckable(folds)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if folds else Qt.FocusPolicy.NoFocus)
        if folds:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def tell(self, text: str, note: str = "") -> None:
        self.setText(text)
        self._note = note
        self.setAccessibleName(f"{text} {note}".strip())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 28)

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self._folds and (self.underMouse() or self._ring)
        tone = c.ink if lit else c.muted
        icons.paint(painter, self._icon, QRectF(0, 7, 14, 14), tone)
        painter.setPen(colour(tone))
        painter.setFont(ui_font(12))
        painter.drawText(QRectF(21, 0, self.width() - 21, 28), Qt.AlignmentFlag.AlignVCenter, self.text())
        right = self.width() - (20.0 if self._folds else 0.0)
        if self._note:
            area = QRectF(0, 0, right, 28)
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._note)
        if self._folds:
            name = "chevron-down" if self.isChecked() else "chevron-right"
            icons.paint(painter, name, QRectF(self.width() - 14, 7, 14, 14), tone)
        if self._ring:
            painter.setPen(QPen(colour(c.accent), 1.5))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(-3, 2, -1, -2), 6, 6)


class Row(QWidget):
    """A name at the left, its value at the right; a long value goes on below."""

    def __init__(self, name: str, value: str, parent: QWidget, *, tone: str = "") -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 1, 0, 1)
        row.setSpacing(12)
        self.name = label(name, "", self)
        self.value = label(value, tone or "muted", self, wrap=True)
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.name, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.value, 1)


class IdRow(QWidget):
    """An identifier in small type with a button that copies it."""

    copied = Signal(str)

    def __init__(self, name: str, value: str, copy_name: str, parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(label(name, "", self))
        row.addWidget(_Short(value, self), 1)
        button = IconButton("copy", self, size=22, icon_size=13)
        button.set_name(copy_name)
        button.clicked.connect(lambda: self.copied.emit(value))
        row.addWidget(button)


class _Short(QLabel):
    """One line, cut in its middle where there is no room; the whole of it is in the tooltip."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._whole = text
        self.setProperty("role", "mono")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideMiddle, self.width() - 2))


class StepHead(Pressable):
    """A step of the run: a ring on a line, what it was, what is to say about it, and its seconds."""

    HEIGHT = 42

    def __init__(
        self, title: str, note: str, seconds: str, state: str, parent: QWidget, *, last: bool, opens: bool
    ) -> None:
        super().__init__(parent)
        self._note, self._seconds, self._state, self._last = note, seconds, state, last
        self.setText(title)
        self.setCheckable(opens)
        self.setFixedHeight(self.HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if opens else Qt.FocusPolicy.NoFocus)
        if opens:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(", ".join(filter(None, (title, note, seconds))))
        if note:
            self.setToolTip(note)

    def sizeHint(self) -> QSize:
        return QSize(200, self.HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isCheckable() and (self.underMouse() or self._ring):
            painter.setPen(QPen(colour(c.accent), 1.5) if self._ring else Qt.PenStyle.NoPen)
            painter.setBrush(colour(c.hover))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(20, 1, -1, -3), 6, 6)
        if not self._last or self.isChecked():
            painter.setPen(QPen(colour(c.line_strong), 1))
            painter.drawLine(7, 22, 7, self.height())
        tone = c.danger if self._state == "failed" else c.muted if self._state == "working" else c.accent
        painter.setPen(QPen(colour(tone), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QRectF(1.5, 5, 11, 11))
        right = self.width() - 6.0
        small, normal = ui_font(12), ui_font(13)
        painter.setFont(small)
        painter.setPen(colour(c.muted))
        wide = QFontMetricsF(small).horizontalAdvance(self._seconds)
        painter.drawText(QRectF(right - wide, 2, wide + 1, 18), Qt.AlignmentFlag.AlignVCenter, self._seconds)
        note = QFontMetricsF(small).elidedText(self._note, Qt.TextElideMode.ElideRight, right - 26)
        painter.drawText(QRectF(26, 20, right - 26, 17), Qt.AlignmentFlag.AlignVCenter, note)
        painter.setFont(normal)
        painter.setPen(colour(c.ink))
        title = QFontMetricsF(normal).elidedText(self.text(), Qt.TextElideMode.ElideRight, right - wide - 36)
        painter.drawText(QRectF(26, 2, right - wide - 34, 18), Qt.AlignmentFlag.AlignVCenter, title)


class Scores(QWidget):
    """The passages of the searches with what each kind of search thought of them; those cut are set back."""

    def __init__(
        self, passages: tuple[Passage, ...], heads: tuple[str, ...], place: Callable[[Passage], str], cut: str,
        parent: QWidget,
    ) -> None:  # fmt: skip
        """`heads`: of the place and of the three scores; `place` names a passage; `cut` stands for what was cut."""
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 2)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        for column, head in enumerate(heads):
            grid.addWidget(label(head, "plain-small" if column == 0 else "small", self), 0, column)
        for number, passage in enumerate(passages, 1):
            role = "small" if passage.cut else "plain-small"
            where = label(place(passage), role, self)
            where.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            where.setToolTip(passage.text[:600] or place(passage))
            grid.addWidget(where, number, 0)
            last = cut if passage.cut else _score(passage.rerank if passage.rerank is not None else passage.score)
            for column, text in enumerate((_score(passage.keyword), _score(passage.vector), last), 1):
                grid.addWidget(label(text, "small", self), number, column)


def _score(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
