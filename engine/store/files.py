"""Stored files: rows that name blobs; a blob goes when the last row that names it has gone."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from sqlalchemy import select

from engine.ids import new_id
from engine.store import tables
from engine.store.blobs import Blobs, Incoming, Original
from engine.store.database import Database
from engine.store.records import Records, listed
from engine.types import Page, PageRequest, StoredFile

MAX_PAGE = 10_000


class Files:
    """Files by id. Deleting one takes it out of every vector store."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database = database
        self._blobs = blobs
        self._records = Records(database, tables.files, StoredFile, "file", most=MAX_PAGE)

    def receive(self, limit: int) -> Incoming:
        """Return a place to write a file's bytes into, for `create`. Raises Unavailable."""
        return self._blobs.receive(limit)

    def create(
        self, incoming: Incoming, *, filename: str, purpose: str, expires_after: int | None = None
    ) -> StoredFile:
        """Keep what was received as a file; `expires_after` in seconds from now. Raises Unavailable."""
        sha256 = incoming.finish()  # slow, so before the transaction
        now = int(time.time())
        file = StoredFile(
            id=new_id("file").replace("_", "-"),  # as the hosted service wrote it
            created_at=now,
            filename=filename,
            purpose=purpose,
            bytes=incoming.size,
            sha256=sha256,
            expires_at=None if expires_after is None else now + expires_after,
        )
        with self._database.transaction():
            self._blobs.place(incoming)
            self._records.insert([file])
        return file

    def link(self, original: Original, sha256: str, *, filename: str, purpose: str) -> StoredFile:
        """Store a file whose bytes stay where they are. Raises Unavailable."""
        file = StoredFile(
            id=new_id("file").replace("_", "-"),
            created_at=int(time.time()),
            filename=filename,
            purpose=purpose,
            bytes=original.size,
            sha256=sha256,
        )
        with self._database.transaction():
            self._blobs.link(sha256, original)
            self._records.insert([file])
        return file

    def moved(self, file_id: str, original: Original, filename: str) -> StoredFile:
        """Note that a linked file lies elsewhere now, or was touched. Raises NotFound, Unavailable."""
        with self._database.transaction():
            file = self._records.update(file_id, {"filename": filename})
            self._blobs.link(file.sha256, original)
        return file

    def get(self, file_id: str) -> StoredFile:
        """Raises NotFound."""
        return self._records.get(file_id)

    def list(self, page: PageRequest, purpose: str | None = None) -> Page[StoredFile]:
        """Return a page of up to 10,000 files. Raises InvalidRequest for a bad limit or cursor."""
        scope = {} if purpose is None else {"purpose": purpose}
        return self._records.page(page, **scope)

    def missing(self, file_ids: Sequence[str]) -> tuple[str, ...]:
        """Return those ids that name no file, in their order."""
        query = select(tables.files.c.id).where(tables.files.c.id.in_(listed(file_ids)))
        with self._database.read() as connection:
            found = set(connection.execute(query).scalars())
        return tuple(file_id for file_id in file_ids if file_id not in found)

    def expired(self, now: int) -> tuple[StoredFile, ...]:
        """Return the files whose time is over."""
        query = select(tables.files.c.id).where(tables.files.c.expires_at <= now)
        with self._database.read() as connection:
            return tuple(self._records.get(file_id) for file_id in connection.execute(query).scalars().all())

    def delete(self, file_id: str) -> StoredFile:
        """Remove the file, everywhere, and return what it was. Raises NotFound."""
        with self._database.transaction():
            file = self._records.get(file_id)
            self._records.delete(file_id)
            release(self._database, self._blobs, file.sha256)
        return file

    def read(self, file: StoredFile) -> Iterator[bytes]:
        """Yield the content piece by piece. Raises Unavailable if it is gone from the disk."""
        return self._blobs.read(file.sha256)


def release(database: Database, blobs: Blobs, sha256: str) -> None:
    """Delete a blob once the open transaction is stored, unless a row still names it."""

    def remove() -> None:
        # Whoever places a blob does so in a transaction: none can come between the look and the deletion.
        with database.transaction():
            if not is_named(database, sha256):
                blobs.remove(sha256)

    database.after_commit(remove)


def all_named(database: Database) -> set[str]:
    """Return the blobs that any row names."""
    with database.read() as connection:
        columns = (tables.files.c.sha256, tables.upload_parts.c.sha256)
        return {sha256 for column in columns for sha256 in connection.execute(select(column).distinct()).scalars()}


def is_named(database: Database, sha256: str) -> bool:
    """Tell whether any row names the blob."""
    with database.read() as connection:
        return any(
            connection.execute(select(table.c.seq).where(table.c.sha256 == sha256).limit(1)).first() is not None
            for table in (tables.files, tables.upload_parts)
        )
