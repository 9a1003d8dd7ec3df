"""Saves a thread as Markdown, JSON or PDF, off the Qt thread; a file appears whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEventLoop, QMarginsF, QObject
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPdfWriter, QTextDocument
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.room import Room
from desktop.theme import ui_font
from engine.errors import FiresideError, Unavailable
from engine.portability.export_thread import ExportWords, markdown, objects
from engine.service import Engine

translate = QCoreApplication.translate
ENDINGS = ("md", "json", "pdf")
_MARGIN_MM = 18
_UNFIT = '<>:"/\\|?*\n\r\t'


class Exporting(QObject):
    """Asks where to, then writes."""

    def __init__(self, room: Room, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = room
        self._parent = parent

    def export(self, thread_id: str, title: str, ending: str) -> None:
        """Let the user choose a file for a thread, and save it there."""
        name = f"{_fit(title) or translate('Export', 'Chat')}.{ending}"
        heading = translate("Export", "Save the chat")
        chosen, _ = QFileDialog.getSaveFileName(self._parent, heading, str(Path.home() / name), f"*.{ending}")
        if chosen:
            self.save(thread_id, Path(chosen), ending)

    def save(self, thread_id: str, path: Path, ending: str) -> None:
        """Save a thread into a file."""
        engine, words = self._room.engine, _words()
        done = translate("Export", "Saved as {name}.").format(name=path.name)
        writers: dict[str, Callable[[], None]] = {
            "md": lambda: _write(path, markdown(engine, thread_id, words)),
            "json": lambda: _write(path, objects(engine, thread_id)),
            "pdf": lambda: write_pdf(engine, thread_id, path, words),
        }
        self._room.tasks.run(writers[ending], lambda _: self._room.tell(done), self._room.fail, owner=self)


def write_pdf(engine: Engine, thread_id: str, path: Path, words: ExportWords) -> None:
    """Lay a thread out on A4 pages. Raises NotFound, and Unavailable if the file cannot be written."""
    layouts = QEventLoop()  # a long text is laid out by timers, which a thread of a pool has none for
    document = QTextDocument()
    font = QFont(ui_font(13))
    font.setPointSizeF(10.5)
    document.setDefaultFont(font)
    document.setMarkdown(
        "".join(markdown(engine, thread_id, words)), QTextDocument.MarkdownFeature.MarkdownDialectGitHub
    )
    working = path.with_name(path.name + ".part")
    writer = QPdfWriter(str(working))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(*(_MARGIN_MM,) * 4), QPageLayout.Unit.Millimeter)
    writer.setCreator("Fireside")
    writer.setTitle(engine.threads.get(thread_id).title or "")
    document.print_(writer)
    del writer  # closes the file
    del document, layouts
    if not working.exists() or working.stat().st_size == 0:
        working.unlink(missing_ok=True)
        raise _unwritten(path)
    _put_in_place(working, path)


def _write(path: Path, pieces: Iterable[str]) -> None:
    working = path.with_name(path.name + ".part")
    try:
        with working.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(pieces)
    except OSError as error:
        raise _unwritten(path) from error
    except FiresideError:
        working.unlink(missing_ok=True)
        raise
    _put_in_place(working, path)


def _put_in_place(working: Path, path: Path) -> None:
    try:
        os.replace(working, path)
    except OSError as error:
        raise _unwritten(path) from error


def _unwritten(path: Path) -> Unavailable:
    return Unavailable(f"The file {path} could not be written.", code="file_not_written", path=str(path))


def _fit(title: str) -> str:
    """Return a title as a file may be called."""
    return "".join(" " if sign in _UNFIT else sign for sign in title).strip(" .")[:80]


def _words() -> ExportWords:
    return ExportWords(
        you=translate("Export", "You"),
        assistant=translate("Export", "Assistant"),
        untitled=translate("Export", "Chat"),
        files=translate("Export", "Files"),
    )
