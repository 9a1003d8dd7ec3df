"""Shows what the conversation points at: a passage under the pointer, a source beside it, a picture over it, a file."""

from __future__ import annotations

from pathlib import Path

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QWidget

from desktop import icons
from desktop.chat.calls import Cited
from desktop.chat.marks import FILE_LINK
from desktop.chat.popover import Popover
from desktop.chat.source import SourceSheet
from desktop.chat.stored import StoredFiles
from desktop.chat.transcript import Transcript
from desktop.chat.viewer import PictureViewer
from desktop.room import Room
from engine.types import StoredFile

_SHARE = 0.5
_LEAST, _MOST = 380, 720
_NARROW = 860


class Sight(QObject):
    """Belongs to the chat page, which makes room for the source beside the conversation where it is wide enough."""

    def __init__(self, room: Room, page: QWidget, transcript: Transcript, files: StoredFiles) -> None:
        super().__init__(page)
        self._room = room
        self._page = page
        self._files = files
        self._popover: Popover | None = None
        self.sheet: SourceSheet | None = None
        self.viewer: PictureViewer | None = None
        self._before: QWidget | None = None
        transcript.cited.connect(self.open_source)
        transcript.hinted.connect(self.hint)
        transcript.enlarged.connect(self.enlarge)
        transcript.saved.connect(self.save_picture)
        page.installEventFilter(self)

    @property
    def popover(self) -> Popover:
        """Made when the pointer first rests on a number."""
        if self._popover is None:
            self._popover = Popover(self._page)
        return self._popover

    def open_source(self, cited: Cited) -> None:
        """Show the page or the text that a citation leads to."""
        self.hint(None, QPoint())
        if self.sheet is None:
            self.sheet = SourceSheet(self._room.engine, self._room.tasks, self._files, self._page)
            self.sheet.closed.connect(self._closed)
        if not self.sheet.isVisible():
            self._before = QApplication.focusWidget()
        self._place()
        self.sheet.show_source(cited)
        self._place()

    def hint(self, cited: Cited | None, at: QPoint) -> None:
        """Show the passage of a citation at a point of the screen; None takes it away."""
        if cited is None and self._popover is None:
            return
        popover = self.popover
        popover.show_soon(cited, at)
        if cited is not None and cited.said and cited.passage.text:
            engine = self._room.engine
            self._room.tasks.run(
                lambda: engine.sources.quote(cited.said, cited.passage.text),
                lambda place: popover.light(cited, *place),
                lambda _error: None,
                owner=popover,
            )

    def enlarge(self, source: str) -> None:
        """Show a picture over the window."""
        if self.viewer is None:
            self.viewer = PictureViewer(self._files, self._page)
            self.viewer.saved.connect(self.save_picture)
        self.viewer.show_picture(source)

    def save_picture(self, source: str) -> None:
        """Ask where to put a copy of a picture."""
        chosen, _ = QFileDialog.getSaveFileName(self._page, self.tr("Save picture"), self.tr("picture") + ".png")
        if chosen:
            self._files.save_image(source, Path(chosen))

    def takes(self, address: str) -> bool:
        """Offer what can be done with the file a link leads to; False for other links."""
        if not address.startswith(FILE_LINK):
            return False
        at = QCursor.pos()
        self._files.about(address.removeprefix(FILE_LINK), lambda file: self._offer(file, at), self)
        return True

    def leave(self) -> None:
        """Close what belongs to the conversation that is left."""
        self.hint(None, QPoint())
        if self.sheet is not None and self.sheet.isVisible():
            self.sheet.close()

    def _offer(self, file: StoredFile, at: QPoint) -> None:
        menu = QMenu(self._page)
        menu.addAction(icons.icon("external-link"), self.tr("Open"), lambda: self._files.open(file.id))
        menu.addAction(
            icons.icon("download"), self.tr("Save as…"), lambda: self._files.save(file.id, file.filename, self._page)
        )
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the source beside the conversation when the page takes another size."""
        if event.type() == QEvent.Type.Resize and self.sheet is not None and self.sheet.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        if self.sheet is None:
            return
        width = self._page.width()
        taken = width if width < _NARROW else min(_MOST, max(_LEAST, round(width * _SHARE)))
        self.sheet.setGeometry(width - taken, 0, taken, self._page.height())
        self._make_room(taken if self.sheet.isVisible() and taken < width else 0)

    def _closed(self) -> None:
        """Give the room back, and the keyboard to where it was."""
        self._make_room(0)
        if self._before is not None and shiboken6.isValid(self._before):
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self._before = None

    def _make_room(self, width: int) -> None:
        layout = self._page.layout()
        if layout is not None:
            layout.setContentsMargins(0, 0, width, 0)
