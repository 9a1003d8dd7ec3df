"""Small buttons under a message: the sources it cites and the files that came with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMenu, QWidget

from desktop import icons, wording
from desktop.chat.calls import Passage
from desktop.chat.stored import StoredFiles
from desktop.controls.pressable import Pressable
from desktop.theme import colour, colours, ui_font
from engine.types import StoredFile

translate = QCoreApplication.translate
_HEIGHT = 28
_MOST = 280.0
_GAP = 6


class Chip(Pressable):
    """A rounded outline with a badge or an icon, a name, and something quiet after it."""

    hovered = Signal(bool)

    def __init__(self, parent: QWidget, *, badge: str = "", icon: str = "") -> None:
        super().__init__(parent)
        self._badge = badge
        self._icon = icon
        self._title = self._note = ""
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def tell(self, title: str, note: str) -> None:
        """Take the name and what is said after it."""
        self._title, self._note = title, note
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        note = QFontMetricsF(ui_font(12)).horizontalAdvance(self._note)
        name = min(_MOST, QFontMetricsF(_font()).horizontalAdvance(self._title))
        return QSize(int(32 + name + (note + 7 if note else 0) + 12), _HEIGHT)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.hovered.emit(True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered.emit(False)
        super().leaveEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self.underMouse()
        painter.setPen(QPen(colour(c.accent if self._ring else c.line), 1.5 if self._ring else 1))
        painter.setBrush(colour(c.hover) if lit else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        if self._badge:
            self._paint_badge(painter)
        else:
            icons.paint(painter, self._icon, QRectF(9, _HEIGHT / 2 - 7, 14, 14), c.muted)
        note = QFontMetricsF(ui_font(12)).horizontalAdvance(self._note)
        metrics = QFontMetricsF(_font())
        room = self.width() - 44 - (note + 7 if note else 0)
        name = metrics.elidedText(self._title, Qt.TextElideMode.ElideMiddle, room + 1)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(_font())
        painter.setPen(colour(c.ink))
        painter.drawText(QRectF(30, 0, room + 3, _HEIGHT), middle, name)
        painter.setFont(ui_font(12))
        painter.setPen(colour(c.muted))
        painter.drawText(QRectF(30 + metrics.horizontalAdvance(name) + 7, 0, note + 3, _HEIGHT), middle, self._note)

    def _paint_badge(self, painter: QPainter) -> None:
        c = colours()
        box = QRectF(7, _HEIGHT / 2 - 8, 17, 16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(c.accent_soft))
        painter.drawRoundedRect(box, 5, 5)
        painter.setFont(ui_font(11, weight=QFont.Weight.Medium))
        painter.setPen(colour(c.accent_ink))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._badge)


class SourceChip(Chip):
    """A source by its number; pressing it leads there."""

    def __init__(self, number: int, passage: Passage, files: StoredFiles | None, parent: QWidget) -> None:
        super().__init__(parent, badge=str(number))
        self.number = number
        self.passage = passage
        self._name = passage.filename
        self._say()
        if not self._name and files is not None:
            files.about(passage.file_id, self._named, self)

    def _named(self, file: StoredFile) -> None:
        self._name = file.filename
        self._say()

    def _say(self) -> None:
        place = "" if self.passage.page is None else translate("Chips", "p. {n}").format(n=_pages(self.passage))
        self.tell(self._name or translate("Chips", "A file that is gone"), place)
        said = translate("Chips", "Source {n}: {file} {place}").format(n=self.number, file=self._title, place=place)
        self.setAccessibleName(said.strip())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
        super().changeEvent(event)


class DoubtChip(Chip):
    """Says quietly how many sentences of an answer no passage supports; pressing it leads to what was found."""

    def __init__(self, doubts: Sequence[str], parent: QWidget, *, cited: bool) -> None:
        super().__init__(parent, icon="info")
        self.doubts, self._cited = tuple(doubts), cited
        self._say()

    def _say(self) -> None:
        count = len(self.doubts)
        if not self._cited:
            said = translate("Chips", "No source in the files")
        elif count == 1:
            said = translate("Chips", "1 sentence without a source")
        else:
            said = translate("Chips", "{n} sentences without a source").format(n=count)
        self.tell("", said)
        self.setAccessibleName(said)
        self.setToolTip(translate("Chips", "No passage that was found says this. It may still be true."))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
        super().changeEvent(event)


class FileChip(Chip):
    """A file that an answer offers or a message came with: open it, or save it elsewhere."""

    def __init__(self, file_id: str, name: str, files: StoredFiles, parent: QWidget) -> None:
        super().__init__(parent, icon="file-text")
        self.file_id = file_id
        self._name = name
        self._size = ""
        self._files = files
        self.clicked.connect(self.offer)
        self._say()
        files.about(file_id, self._known, self)

    def _known(self, file: StoredFile) -> None:
        self._name = file.filename
        self._size = wording.size(file.bytes)
        self._say()

    def _say(self) -> None:
        self.tell(self._name or translate("Chips", "A file that is gone"), self._size)
        self.setAccessibleName(
            translate("Chips", "File {name} {size}").format(name=self._name, size=self._size).strip()
        )

    def offer(self) -> QMenu:
        """Show what can be done with the file."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(icons.icon("external-link"), translate("Chips", "Open"), lambda: self._files.open(self.file_id))
        menu.addAction(icons.icon("download"), translate("Chips", "Save as…"), self._save)
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))
        return menu

    def _save(self) -> None:
        self._files.save(self.file_id, self._name, self.window())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
        super().changeEvent(event)


class ChipRow(QWidget):
    """Chips beside each other, in new rows where the width ends."""

    grew = Signal()

    def __init__(self, chips: Sequence[Chip], parent: QWidget, *, to_the_right: bool = False) -> None:
        super().__init__(parent)
        self.chips = tuple(chips)
        self._right = to_the_right
        self._width = 0.0
        for chip in chips:
            chip.setParent(self)
            chip.show()

    def lay_out(self, width: float) -> float:
        """Take a width; returns the height."""
        self._width = width
        rows: list[list[Chip]] = [[]]
        used = 0
        for chip in self.chips:
            chip.resize(chip.sizeHint().boundedTo(QSize(int(width), _HEIGHT)))
            if rows[-1] and used + chip.width() > width:
                rows.append([])
                used = 0
            rows[-1].append(chip)
            used += chip.width() + _GAP
        y = 0
        for row in rows:
            total = sum(chip.width() + _GAP for chip in row) - _GAP
            x = int(width) - total if self._right else 0
            for chip in row:
                chip.move(x, y)
                x += chip.width() + _GAP
            y += _HEIGHT + _GAP
        self.resize(int(width), y - _GAP)
        return float(y - _GAP)

    def event(self, event: QEvent) -> bool:
        """A chip that learned its name may need more room."""
        if event.type() == QEvent.Type.LayoutRequest and self._width:
            before = self.height()
            if self.lay_out(self._width) != before:
                self.grew.emit()
        return super().event(event)


def _pages(passage: Passage) -> str:
    first = passage.page or 1
    return f"{first}–{first + len(passage.page_starts)}" if passage.page_starts else str(first)


def _font() -> QFont:
    return ui_font(13)
