"""A picture over the whole window; Escape or a click takes it away."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMargins, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop.chat.stored import StoredFiles
from desktop.controls.button import IconButton
from desktop.theme import colour

_MARGIN = 48


class PictureViewer(QWidget):
    """Covers its parent and keeps to its size; what runs behind it goes on."""

    saved = Signal(str)

    def __init__(self, files: StoredFiles, parent: QWidget) -> None:
        super().__init__(parent)
        self._files = files
        self._source = ""
        self._image = QImage()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.save = IconButton("download", self, size=36, icon_size=18)
        self.save.set_raised(True)
        self.save.clicked.connect(lambda: self.saved.emit(self._source))
        self.close_button = IconButton("x", self, size=36, icon_size=18)
        self.close_button.set_raised(True)
        self.close_button.clicked.connect(self.dismiss)
        self._retranslate()
        self.hide()

    def show_picture(self, source: str) -> None:
        """Show a picture as large as there is room."""
        self._source, self._image = source, QImage()
        over = self.window()
        self.setParent(over)
        over.installEventFilter(self)
        self.setGeometry(over.rect())
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._files.image(source, self._take, self)

    def dismiss(self) -> None:
        """Take it away."""
        self.window().removeEventFilter(self)
        self.hide()
        self._image = QImage()

    def _take(self, image: QImage) -> None:
        self._image = image
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.close_button.move(self.width() - 52, 16)
        self.save.move(self.width() - 96, 16)
        super().resizeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes; no other key reaches what is behind."""
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Space):
            self.dismiss()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.dismiss()
        event.accept()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.setAccessibleName(self.tr("Enlarged picture"))
        self.save.set_name(self.tr("Save picture…"))
        self.close_button.set_name(self.tr("Close the picture"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), colour("#000000", 0.78))
        if self._image.isNull():
            return
        room = self.size().shrunkBy(QMargins(_MARGIN, _MARGIN + 16, _MARGIN, _MARGIN))
        size = self._image.size()
        if size.width() > room.width() or size.height() > room.height():
            size = size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        x, y = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        area = QRectF(x, y, size.width(), size.height())
        painter.fillRect(area, colour("#ffffff"))
        painter.drawImage(area, self._image)
