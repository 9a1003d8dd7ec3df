"""Folders that stores follow, and what was in them when they were last looked at."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.sqlite import insert

from engine.ids import new_id
from engine.store import tables
from engine.store.database import Database
from engine.store.records import Records
from engine.types import LiveFile, LiveFolder

_FOLDERS, _FILES = tables.live_folders, tables.live_files
_COLUMNS = [_FILES.c[field.name] for field in fields(LiveFile)]


class LiveFolders:
    """Live folders by id; they go with their store, and their files' rows with them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._records = Records(database, _FOLDERS, LiveFolder, "live folder")

    def create(self, vector_store_id: str, path: str, ignored: Sequence[str] = ()) -> LiveFolder:
        """Store a folder to follow; one that is followed by this store already is returned as it is."""
        query = select(_FOLDERS.c.id).where(_FOLDERS.c.vector_store_id == vector_store_id, _FOLDERS.c.path == path)
        with self._database.transaction() as connection:
            known = connection.execute(query).scalar_one_or_none()
            if known is not None:
                return self.get(known)
            folder = LiveFolder(
                id=new_id("folder"),
                created_at=int(time.time()),
                vector_store_id=vector_store_id,
                path=path,
                ignored=tuple(ignored),
            )
            self._records.insert([folder])
        return folder

    def get(self, folder_id: str) -> LiveFolder:
        """Raises NotFound."""
        return self._records.get(folder_id)

    def all(self, vector_store_id: str | None = None) -> tuple[LiveFolder, ...]:
        """Return all live folders, or those of one store, in the order they were added."""
        query = select(_FOLDERS.c.id).order_by(_FOLDERS.c.seq)
        if vector_store_id is not None:
            query = query.where(_FOLDERS.c.vector_store_id == vector_store_id)
        with self._database.read() as connection:
            return tuple(self._records.get(each) for each in connection.execute(query).scalars().all())

    def update(self, folder_id: str, **changes: Any) -> LiveFolder:
        """Change fields. Raises NotFound."""
        return self._records.update(folder_id, changes)

    def delete(self, folder_id: str) -> None:
        """Raises NotFound."""
        self._records.delete(folder_id)

    def files(self, folder_id: str) -> dict[str, LiveFile]:
        """Return what is known of a folder's files, by path."""
        query = select(*_COLUMNS).where(_FILES.c.folder_id == folder_id).order_by(_FILES.c.path)
        with self._database.read() as connection:
            return {row["path"]: LiveFile(**row) for row in connection.execute(query).mappings()}

    def problems(self, folder_id: str, limit: int) -> tuple[LiveFile, ...]:
        """Return files that could not be taken in, at most `limit`."""
        mine = (_FILES.c.folder_id == folder_id, _FILES.c.problem.is_not(None))
        query = select(*_COLUMNS).where(*mine).order_by(_FILES.c.path).limit(limit)
        with self._database.read() as connection:
            return tuple(LiveFile(**row) for row in connection.execute(query).mappings())

    def count(self, folder_id: str) -> int:
        """Return how many files of a folder are in its store."""
        with self._database.read() as connection:
            query = select(func.count()).where(_FILES.c.folder_id == folder_id, _FILES.c.file_id.is_not(None))
            return int(connection.execute(query).scalar_one())

    def keep(self, folder_id: str, file: LiveFile) -> None:
        """Note what a file is now, in place of what was known at its path."""
        row = {"folder_id": folder_id, **asdict(file)}
        with self._database.transaction() as connection:
            statement = insert(_FILES).values(row)
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["folder_id", "path"],
                    set_={name: statement.excluded[name] for name in row if name not in ("folder_id", "path")},
                )
            )

    def forget(self, folder_id: str, path: str) -> None:
        """Forget a file; it need not be known."""
        with self._database.transaction() as connection:
            connection.execute(delete(_FILES).where(_FILES.c.folder_id == folder_id, _FILES.c.path == path))
