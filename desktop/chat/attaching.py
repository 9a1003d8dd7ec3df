"""Copies files that are attached to a message into the engine, off the Qt thread, and says how far it is."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from PySide6.QtCore import QObject, Signal

from desktop.chat.outgoing import Attached, Use, usable, use_of
from desktop.tasks import Tasks
from engine.errors import FiresideError, InvalidRequest
from engine.service import Engine
from engine.service.file_limits import MAX_FILE
from engine.types import StoredFile

_PIECE = 1024 * 1024
_MOST = 20


class Attaching(QObject):
    """The files of the message that is being written; `changed` when one came, went or moved on."""

    changed = Signal()
    refused = Signal(object)
    _moved = Signal(int, float)

    def __init__(self, engine: Engine, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = engine
        self._tasks = tasks
        self._keys = itertools.count(1)
        self._files: dict[int, Attached] = {}
        self._moved.connect(self._move)

    @property
    def files(self) -> tuple[Attached, ...]:
        return tuple(self._files.values())

    @property
    def busy(self) -> bool:
        """Whether a file is still being copied."""
        return any(file.file_id is None and file.problem is None for file in self.files)

    @property
    def ready(self) -> tuple[Attached, ...]:
        """The files that can go with the message now."""
        return tuple(file for file in self.files if file.file_id is not None and file.problem is None)

    def add(self, paths: Iterable[Path], use: Use | None = None) -> None:
        """Attach files from the disk."""
        for path in paths:
            size = _size(path)
            attached = self._new(path.name, size or 0, use)
            if attached is None:
                return
            if size is None:
                sentence = f"{path.name} is a folder or cannot be read."
                self._put(replace(attached, problem=("file_not_read", sentence)))
            elif attached.problem is None:
                self._copy(attached, partial(_open, path))

    def add_bytes(self, name: str, content: bytes, use: Use | None = None) -> None:
        """Attach what came over the clipboard."""
        attached = self._new(name, len(content), use)
        if attached is not None and attached.problem is None:
            self._copy(attached, lambda: BytesIO(content))

    def remove(self, key: int) -> None:
        """Take a file off the message again, and out of the engine."""
        file = self._files.pop(key, None)
        if file is not None and file.file_id is not None:
            self._forget(file.file_id)
        self.changed.emit()

    def set_use(self, key: int, use: Use) -> None:
        """Say what a file is for."""
        file = self._files.get(key)
        if file is not None and usable(file.name, use):
            self._put(replace(file, use=use))

    def take(self) -> tuple[Attached, ...]:
        """Return the files that are ready and forget all: the message goes, or is put aside."""
        ready = self.ready
        self._files = {}
        self.changed.emit()
        return ready

    def give_back(self, files: Iterable[Attached]) -> None:
        """Put files back that were taken."""
        self._files |= {file.key: file for file in files}
        self.changed.emit()

    def _new(self, name: str, size: int, use: Use | None) -> Attached | None:
        if len(self._files) >= _MOST:
            self.refused.emit(
                InvalidRequest(f"A message takes up to {_MOST} files.", code="too_many_files", most=_MOST)
            )
            return None
        wanted = use or use_of(name)
        problem = None
        if size > MAX_FILE:
            problem = ("file_too_large", f"{name} has more than {MAX_FILE // 1024**2} MB.")
        elif not usable(name, wanted):
            problem = ("unsupported_file", f"{name} cannot be used for this.")
        attached = Attached(key=next(self._keys), name=name, size=size, use=wanted, problem=problem)
        self._put(attached)
        return attached

    def _copy(self, attached: Attached, opened: Callable[[], BinaryIO]) -> None:
        key, name, size = attached.key, attached.name, max(1, attached.size)
        purpose = "vision" if attached.use == "image" else "assistants"

        def op() -> StoredFile:
            try:
                with opened() as source, self._engine.files.receive() as incoming:
                    done = 0
                    while piece := source.read(_PIECE):
                        incoming.write(piece)
                        done += len(piece)
                        self._moved.emit(key, min(0.99, done / size))
                    return self._engine.files.keep(incoming, filename=name, purpose=purpose)
            except OSError as error:
                raise InvalidRequest(f"{name} cannot be read: {error.strerror}.", code="file_not_read") from error

        def kept(file: StoredFile) -> None:
            known = self._files.get(key)
            if known is None:  # taken off meanwhile
                self._forget(file.id)
            else:
                self._put(replace(known, file_id=file.id, done=1.0))

        def failed(error: FiresideError) -> None:
            if (known := self._files.get(key)) is not None:
                self._put(replace(known, problem=(error.code, error.message)))

        self._tasks.run(op, kept, failed, owner=self)

    def _move(self, key: int, done: float) -> None:
        file = self._files.get(key)
        if file is not None and file.file_id is None:
            self._put(replace(file, done=done))

    def _forget(self, file_id: str) -> None:
        self._tasks.write(lambda: self._engine.files.delete(file_id), None, lambda _error: None)

    def _put(self, file: Attached) -> None:
        self._files[file.key] = file
        self.changed.emit()


def _size(path: Path) -> int | None:
    """Return a file's size; None for what is no file."""
    try:
        return path.stat().st_size if path.is_file() else None
    except OSError:
        return None


def _open(path: Path) -> BinaryIO:
    return path.open("rb")
