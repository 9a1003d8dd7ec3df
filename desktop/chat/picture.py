"""A picture in the conversation: scaled to its place, enlarged by a click or by Enter."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QMenu, QWidget

from desktop import icons
from desktop.chat.render.flow import TextStyle
from desktop.chat.stored import StoredFiles
from desktop.controls.pressable import Pressable
from desktop.theme import colour, colours, ui_font

# What a chart has before it is read: nothing jumps when it comes.
_USUAL = QSize(640, 480)
_GAP = 8


class Picture(Pressable):
    """Keeps its proportions within `most`; `missing` says that it cannot be shown."""

    enlarged = Signal(str)
    saved = Signal(str)
    grew = Signal()

    def __init__(self, source: str, files: StoredFiles, parent: QWidget, *, most: QSize) -> None:
        super().__init__(parent)
        self.source = source
        self._most = most
        self._image = QImage()
        self._scaled = QImage()
        self._read = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(lambda: self.enlarged.emit(self.source))
        self._name()
        files.image(source, self._show, self)

    @property
    def missing(self) -> bool:
        return self._read and self._image.isNull()

    def scaled_size(self, width: float) -> QSize:
        """Return the size at a width that may not be passed."""
        if self.missing:
            return QSize(min(int(width), 260), 56)
        natural = _USUAL if self._image.isNull() else self._image.size()
        room = self._most.boundedTo(QSize(max(16, int(width)), self._most.height()))
        if natural.width() <= room.width() and natural.height() <= room.height():
            return natural
        return natural.scaled(room, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(8, 8))

    def lay_out(self, width: float) -> float:
        """Take a width; returns the height."""
        self.resize(self.scaled_size(width))
        return float(self.height())

    def _show(self, image: QImage) -> None:
        before = self.scaled_size(10_000)
        self._image, self._read = image, True
        self._scaled = QImage()
        self._name()
        self.update()
        if self.scaled_size(10_000) != before:
            self.grew.emit()

    def _name(self) -> None:
        name = self.tr("Picture that cannot be shown") if self.missing else self.tr("Picture")
        self.setAccessibleName(name)
        self.setAccessibleDescription("" if self.missing else self.tr("Press to enlarge"))
        self.setEnabled(not self.missing)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._image.isNull():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(icons.icon("zoom-in"), self.tr("Enlarge"), lambda: self.enlarged.emit(self.source))
        menu.addAction(icons.icon("download"), self.tr("Save picture…"), lambda: self.saved.emit(self.source))
        menu.popup(event.globalPos())
        event.accept()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._name()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        outline = QPainterPath()
        outline.addRoundedRect(frame, 8, 8)
        if self._image.isNull():
            painter.fillPath(outline, colour(c.code_head))
            if self.missing:
                painter.setFont(ui_font(13))
                painter.setPen(colour(c.muted))
                icons.paint(painter, "image", QRectF(16, self.height() / 2 - 8, 16, 16), c.muted)
                area = QRectF(42, 0, self.width() - 50, self.height())
                painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, self.tr("This picture cannot be shown"))
        else:
            painter.setClipPath(outline)
            painter.drawImage(QRectF(self.rect()), self._fitted())
            painter.setClipping(False)
        painter.setPen(QPen(colour(c.accent if self._ring else c.line), 2 if self._ring else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(outline)

    def _fitted(self) -> QImage:
        """Return the picture scaled once for the size it has on this screen."""
        wanted = self.size() * self.devicePixelRatioF()
        if self._scaled.size() != wanted:
            self._scaled = self._image.scaled(
                wanted, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
        return self._scaled


class PictureRow(QWidget):
    """Pictures beside each other, in new rows where the width ends."""

    enlarged = Signal(str)
    saved = Signal(str)
    grew = Signal()

    def __init__(self, sources: Sequence[str], files: StoredFiles, parent: QWidget, *, most: QSize) -> None:
        super().__init__(parent)
        self.sources = tuple(sources)
        self._width = 0.0
        self.pictures = [Picture(source, files, self, most=most) for source in sources]
        for picture in self.pictures:
            picture.enlarged.connect(self.enlarged)
            picture.saved.connect(self.saved)
            picture.grew.connect(self._grow)

    def lay_out(self, width: float) -> float:
        """Take a width; returns the height."""
        self._width = width
        x, y, tallest = 0, 0, 0
        for picture in self.pictures:
            size = picture.scaled_size(width)
            if x and x + size.width() > width:
                x, y, tallest = 0, y + tallest + _GAP, 0
            picture.resize(size)
            picture.move(x, y)
            x += size.width() + _GAP
            tallest = max(tallest, size.height())
        self.resize(int(width), y + tallest)
        return float(y + tallest)

    def restyle(self, _style: TextStyle) -> None:
        """Pictures have no fonts; their frames take the new colours."""
        self.update()

    def _grow(self) -> None:
        if self._width:
            self.lay_out(self._width)
            self.grew.emit()
