"""Files at the front door: checked, stored, announced."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from engine.bus import Bus
from engine.errors import InvalidRequest
from engine.events import FileChanged, VectorStoreChanged
from engine.service.file_limits import MAX_FILE, check_file_expiry, check_purpose, clean_filename
from engine.store import Store
from engine.store.blobs import Incoming
from engine.types import Page, PageRequest, StoredFile

_PIECE = 1024 * 1024


class Files:
    """Files that were uploaded, or that tools made. Those whose time is over are gone at the next look."""

    def __init__(self, store: Store, bus: Bus) -> None:
        self._store = store
        self._bus = bus

    def create(
        self,
        source: Path | BinaryIO | bytes,
        *,
        filename: str | None = None,
        purpose: str = "assistants",
        expires_after: int | None = None,
    ) -> StoredFile:
        """Store a file from a path, an open file or bytes, without holding it in memory.

        `filename` may be left out for a path. `expires_after` in seconds. Raises InvalidRequest (too large, unknown
        purpose, a source that cannot be read) and Unavailable (no room).
        """
        if isinstance(source, Path):
            try:
                with source.open("rb") as opened:
                    return self.create(
                        opened, filename=filename or source.name, purpose=purpose, expires_after=expires_after
                    )
            except OSError as error:
                raise InvalidRequest(
                    f"The file {source} cannot be read: {error.strerror}. Check the path and try again.",
                    code="file_not_read",
                    param="file",
                    path=str(source),
                ) from error
        with self.receive() as incoming:
            if isinstance(source, bytes):
                incoming.write(source)
            else:
                while piece := source.read(_PIECE):
                    incoming.write(piece)
            return self.keep(incoming, filename=filename or "", purpose=purpose, expires_after=expires_after)

    def receive(self) -> Incoming:
        """Return a place to write up to 512 MB into, for `keep`; what is written is gone unless it is kept."""
        return self._store.files.receive(MAX_FILE)

    def keep(self, incoming: Incoming, *, filename: str, purpose: str, expires_after: int | None = None) -> StoredFile:
        """Make what was received a file. Raises InvalidRequest, Unavailable."""
        check_purpose(purpose)
        check_file_expiry(expires_after)
        file = self._store.files.create(
            incoming, filename=clean_filename(filename), purpose=purpose, expires_after=expires_after
        )
        self.announce(file)
        return file

    def announce(self, file: StoredFile) -> None:
        """Tell listeners about a new file that somebody else stored."""
        self._bus.publish(FileChanged(what="created", file=file))

    def get(self, file_id: str) -> StoredFile:
        """Raises NotFound."""
        self._drop_expired()
        return self._store.files.get(file_id)

    def list(
        self,
        page: PageRequest = PageRequest(),  # noqa: B008 - frozen
        purpose: str | None = None,
    ) -> Page[StoredFile]:
        """Return a page of up to 10,000 files. Raises InvalidRequest for a bad limit or cursor."""
        self._drop_expired()
        return self._store.files.list(page, purpose)

    def read(self, file_id: str) -> tuple[StoredFile, Iterator[bytes]]:
        """Return a file and its content piece by piece. Raises NotFound, and Unavailable if the content is lost."""
        file = self.get(file_id)
        self._store.blobs.open(file.sha256).close()
        return file, self._store.files.read(file)

    def path(self, file_id: str) -> Path:
        """Return where the content lies, only to be read. Raises NotFound, Unavailable."""
        file = self.get(file_id)
        self._store.blobs.open(file.sha256).close()
        return self._store.blobs.path(file.sha256)

    def delete(self, file_id: str) -> StoredFile:
        """Remove the file, also from every vector store. Raises NotFound."""
        self._drop_expired()
        return self._delete(file_id)

    def _drop_expired(self) -> None:
        for file in self._store.files.expired(int(time.time())):
            self._delete(file.id)

    def _delete(self, file_id: str) -> StoredFile:
        with self._store.transaction():
            holding = self._store.vector_store_files.holding(file_id)
            file = self._store.files.delete(file_id)
        self._bus.publish(FileChanged(what="deleted", file=file))
        for vector_store_id in holding:
            vector_store = self._store.vector_stores.get(vector_store_id)
            self._bus.publish(
                VectorStoreChanged(what="updated", vector_store_id=vector_store_id, vector_store=vector_store)
            )
        return file
