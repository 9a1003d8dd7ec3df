"""What a child says on its error stream: kept in a file that cannot grow without end, the last lines at hand."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from collections import deque
from pathlib import Path
from typing import BinaryIO

LIMIT = 512 * 1024
LINE_LIMIT = 4096
_TAIL = 60
log = logging.getLogger(__name__)


class BoundedLog:
    """Appends lines to `path`; at `limit` bytes the file becomes `path`.old and a new one begins."""

    def __init__(self, path: Path, *, limit: int = LIMIT) -> None:
        self._path, self._limit = path, limit
        self._lock = threading.Lock()
        self._file: BinaryIO | None = None
        self._size = 0
        self._broken = False
        self._tail: deque[str] = deque(maxlen=_TAIL)

    @property
    def tail(self) -> tuple[str, ...]:
        """The last lines, oldest first."""
        with self._lock:
            return tuple(self._tail)

    def copy(self, stream: BinaryIO) -> None:
        """Copy lines until the stream ends; a line longer than LINE_LIMIT bytes is cut into several."""
        while untrusted_line := stream.readline(LINE_LIMIT):
            self.write(untrusted_line)

    def write(self, untrusted_line: bytes) -> None:
        with self._lock:
            self._tail.append(untrusted_line.decode("utf-8", "replace").rstrip())
            try:
                self._append(untrusted_line)
            except OSError as error:
                # A full disk must not stop the reading: a child whose error pipe is full hangs.
                if not self._broken:
                    log.info("the log of a child cannot be written: %s", error.strerror)
                self._broken = True

    def close(self) -> None:
        with self._lock, contextlib.suppress(OSError):
            if self._file is not None:
                self._file.close()
            self._file = None

    def _append(self, line: bytes) -> None:
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("ab", buffering=0)
            self._size = self._path.stat().st_size
        if self._size + len(line) > self._limit:
            self._file.close()
            self._file = None
            os.replace(self._path, self._path.with_suffix(".old"))
            self._file = self._path.open("ab", buffering=0)
            self._size = 0
        self._file.write(line)
        self._size += len(line)
