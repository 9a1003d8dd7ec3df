"""Stored files for the window: pictures read off the Qt thread and kept, files saved elsewhere or opened."""

from __future__ import annotations

import base64
import binascii
import shutil
import tempfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QImage, QImageReader
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.tasks import Tasks
from engine.errors import FiresideError, InvalidRequest
from engine.service import Engine
from engine.types import StoredFile

_KEPT = 64
_MOST_SIDE = 2400
_MOST_PIXELS = 60_000_000
_MOST_DATA = 40 * 1024 * 1024


class StoredFiles(QObject):
    """What the transcript shows of files. A `source` of a picture is the id of a file, or a data URL."""

    failed = Signal(object)
    told = Signal(str)

    def __init__(self, engine: Engine, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._tasks = tasks
        self._images: OrderedDict[str, QImage] = OrderedDict()
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def image(self, source: str, done: Callable[[QImage], None], owner: QObject) -> None:
        """Hand over a picture, at once if it is known; a null image if it cannot be shown."""
        known = self._images.get(source)
        if known is not None:
            self._images.move_to_end(source)
            done(known)
            return

        def show(image: QImage) -> None:
            self._images[source] = image
            while len(self._images) > _KEPT:
                self._images.popitem(last=False)
            done(image)

        self._tasks.run(lambda: self._read(source), show, lambda _error: done(QImage()), owner=owner)

    def about(self, file_id: str, done: Callable[[StoredFile], None], owner: QObject) -> None:
        """Hand over what is known of a file; nothing happens if it is gone."""
        self._tasks.run(lambda: self._engine.files.get(file_id), done, lambda _error: None, owner=owner)

    def save(self, file_id: str, name: str, parent: QWidget) -> None:
        """Ask where to put a copy of a file, and put it there."""
        chosen, _ = QFileDialog.getSaveFileName(parent, self.tr("Save file"), name)
        if chosen:
            self.save_to(file_id, Path(chosen))

    def save_to(self, file_id: str, target: Path) -> None:
        """Put a copy of a file somewhere."""

        def op() -> str:
            try:
                shutil.copyfile(self._engine.files.path(file_id), target)
            except OSError as error:
                raise InvalidRequest(
                    f"The file could not be saved as {target}: {error.strerror}. Choose another place.",
                    code="file_not_saved",
                ) from error
            return target.name

        def done(name: str) -> None:
            self.told.emit(self.tr("Saved as {name}.").format(name=name))

        self._tasks.write(op, done, self.failed.emit, owner=self)

    def save_image(self, source: str, target: Path) -> None:
        """Put a picture somewhere: a stored one as it is, one from a message as PNG."""
        if not source.startswith("data:"):
            self.save_to(source, target)
            return
        self.image(source, lambda image: self._write_image(image, target), self)

    def open(self, file_id: str) -> None:
        """Open a copy of a file with the program the system has for it."""

        def op() -> str:
            file = self._engine.files.get(file_id)
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix="fireside-open-")
            copy = Path(self._folder.name, file.id, Path(file.filename).name)
            copy.parent.mkdir(exist_ok=True)
            shutil.copyfile(self._engine.files.path(file_id), copy)
            return str(copy)

        self._tasks.run(op, _open, self.failed.emit, owner=self)

    def _write_image(self, image: QImage, target: Path) -> None:
        if image.save(str(target), b"PNG"):
            self.told.emit(self.tr("Saved as {name}.").format(name=target.name))
        else:
            self.failed.emit(
                FiresideError(f"The picture could not be saved as {target}. Choose another place.", code="not_saved")
            )

    def _read(self, source: str) -> QImage:
        if not source.startswith("data:"):
            return _decoded(QImageReader(str(self._engine.files.path(source))))
        _, _, encoded = source.partition(",")
        if len(encoded) > _MOST_DATA:
            return QImage()
        try:
            content = QByteArray(base64.b64decode(encoded, validate=False))
        except (binascii.Error, ValueError):
            return QImage()
        buffer = QBuffer(content)
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        return _decoded(QImageReader(buffer))


def _open(path: str) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(path))


def _decoded(reader: QImageReader) -> QImage:
    """Read a picture that nobody vouches for: bounded before it is unpacked."""
    reader.setAutoTransform(True)
    reader.setDecideFormatFromContent(True)
    size = reader.size()
    if size.isValid() and size.width() * size.height() > _MOST_PIXELS:
        return QImage()
    if size.isValid() and max(size.width(), size.height()) > _MOST_SIDE:
        reader.setScaledSize(size.scaled(QSize(_MOST_SIDE, _MOST_SIDE), Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()
