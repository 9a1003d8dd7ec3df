"""Contents of files on disk, each under the SHA-256 of its bytes: written aside, made durable, then renamed.

A file of a folder that somebody keeps is not copied: a note under the same name says where it lies, and how it has to
look to hold these bytes still.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import threading
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from engine.errors import InvalidRequest, Unavailable
from engine.store.failures import disk_failure
from engine.store.folders import sync_folder

_PIECE = 1024 * 1024  # bytes read at once
_LINK = ".link"
_MOST_ORIGINALS = 8
_MOST_NOTE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Original:
    """A file of somebody's own that holds the bytes of a blob, while size and time of its last change are these."""

    path: str
    size: int
    modified_ns: int

    def is_as_it_was(self) -> bool:
        """Tell whether nobody has written to it since."""
        try:
            found = Path(self.path).stat()
        except OSError:
            return False
        return (found.st_size, found.st_mtime_ns) == (self.size, self.modified_ns)


class Blobs:
    """The folder of blobs. What is in it without a row in the database is rubbish, and swept away at the next start."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._incoming = folder / "incoming"
        self._held = 0
        self._holding = threading.Lock()

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Let nothing be removed inside; what should have been is swept at the next start."""
        with self._holding:
            self._held += 1
        try:
            yield
        finally:
            with self._holding:
                self._held -= 1

    def receive(self, limit: int) -> Incoming:
        """Return a place to write up to `limit` bytes into; they are gone unless they are placed."""
        with disk_failure(self._folder):
            self._incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
            return Incoming(self._incoming / secrets.token_hex(16), limit)

    def place(self, incoming: Incoming) -> str:
        """Keep what was received and return its SHA-256. Call in the transaction that stores the row naming it."""
        sha256 = incoming.finish()
        path = self.path(sha256)
        with disk_failure(self._folder):
            if not path.exists():
                path.parent.mkdir(exist_ok=True, mode=0o700)
                os.replace(incoming.path, path)
                sync_folder(path.parent)
        return sha256

    def link(self, sha256: str, original: Original) -> None:
        """Have the bytes read from a file of somebody's own. Call in the transaction that stores the row naming them.

        A copy that is here already is as good. Raises Unavailable.
        """
        if self._own(sha256).exists():
            return
        known = [each for each in self._originals(sha256) if each.path != original.path and each.is_as_it_was()]
        note = json.dumps([asdict(each) for each in (*known[-_MOST_ORIGINALS + 1 :], original)], ensure_ascii=False)
        with self.receive(_MOST_NOTE) as incoming:
            incoming.write(note.encode())
            incoming.finish()
            path = self._note(sha256)
            with disk_failure(self._folder):
                path.parent.mkdir(exist_ok=True, mode=0o700)
                os.replace(incoming.path, path)

    def path(self, sha256: str) -> Path:
        """Return where the bytes are, if they are there; only to be read."""
        own = self._own(sha256)
        if own.exists():
            return own
        return next((Path(each.path) for each in self._originals(sha256) if each.is_as_it_was()), own)

    def _own(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def _note(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / f"{sha256}{_LINK}"

    def _originals(self, sha256: str) -> tuple[Original, ...]:
        try:
            untrusted = json.loads(self._note(sha256).read_bytes())
            return tuple(Original(str(e["path"]), int(e["size"]), int(e["modified_ns"])) for e in untrusted)
        except (OSError, ValueError, KeyError, TypeError):
            return ()

    def open(self, sha256: str) -> BinaryIO:
        """Open the bytes for reading. Raises Unavailable with code file_content_missing."""
        try:
            return self.path(sha256).open("rb")
        except OSError as error:
            originals = self._originals(sha256)
            if originals:
                raise Unavailable(
                    f"The file {originals[-1].path} was changed, moved or cannot be reached. Its folder is looked "
                    "through again as soon as it is there.",
                    code="file_content_missing",
                    path=originals[-1].path,
                ) from error
            raise Unavailable(
                "The content of this file cannot be read from the disk. Restore the folder 'blobs' from a backup, or "
                "delete the file and upload it again.",
                code="file_content_missing",
                path=str(self.path(sha256)),
            ) from error

    def read(self, sha256: str) -> Iterator[bytes]:
        """Yield the bytes piece by piece. Raises Unavailable."""
        with self.open(sha256) as file:
            while piece := file.read(_PIECE):
                yield piece

    def remove(self, sha256: str) -> None:
        """Delete the bytes. Call in a transaction in which no row names them."""
        with self._holding:
            if self._held:
                return
            for path in (self._own(sha256), self._note(sha256)):
                with contextlib.suppress(OSError):  # still open on Windows: swept at the next start
                    path.unlink(missing_ok=True)

    def sweep(self, needed: Collection[str]) -> int:
        """Delete what is not needed and what was never finished; return how many. Only while nobody is writing."""
        removed = 0
        for path in self._folder.glob("*/*"):
            if path.parent == self._incoming or path.name.removesuffix(_LINK) not in needed:
                with contextlib.suppress(OSError):
                    path.unlink()
                    removed += 1
        return removed


class Incoming:
    """Bytes on their way into the blobs; memory holds none of them. Leaving the block throws away what is not placed.

    `size` counts bytes, of which there may be `limit`; `md5` is what clients may check an upload with.
    """

    def __init__(self, path: Path, limit: int) -> None:
        self.path = path
        self.size = 0
        self.limit = limit
        self._file = path.open("xb")
        self._sha256 = hashlib.sha256()
        self._md5 = hashlib.md5(usedforsecurity=False)

    @property
    def md5(self) -> str:
        return self._md5.hexdigest()

    def write(self, piece: bytes) -> None:
        """Add bytes. Raises InvalidRequest beyond the limit, Unavailable when the disk is full."""
        if self.size + len(piece) > self.limit:
            raise InvalidRequest(
                f"The file is larger than {_words_for(self.limit)}. Send a smaller file, or split it.",
                code="file_too_large",
                param="file",
                limit=self.limit,
            )
        with disk_failure(self.path):
            self._file.write(piece)
        self.size += len(piece)
        self._sha256.update(piece)
        self._md5.update(piece)

    def finish(self) -> str:
        """Make what was written survive a power cut and return its SHA-256; may be repeated. Slow for large files."""
        if not self._file.closed:
            with disk_failure(self.path):
                self._file.flush()
                os.fsync(self._file.fileno())
                self._file.close()
        return self._sha256.hexdigest()

    def close(self) -> None:
        """Throw away what was not placed."""
        with contextlib.suppress(OSError):
            self._file.close()
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)

    def __enter__(self) -> Incoming:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _words_for(size: int) -> str:
    unit, name = (1024**3, "GB") if size >= 1024**3 else (1024**2, "MB")
    return f"{size / unit:g} {name}" if size >= 1024**2 else f"{size} bytes"
