"""Stored vector stores; what their files add up to is worked out at every reading and never wrong."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select, update

from engine.ids import new_id
from engine.store import tables
from engine.store.counts import counts_by
from engine.store.database import Database
from engine.store.records import Records, listed
from engine.types import Page, PageRequest, VectorStore, VectorStoreStatus


class VectorStores:
    """Vector stores by id; their files' places and passages go with them, the files stay."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._records = Records(database, tables.vector_stores, VectorStore, "vector store")

    def create(
        self,
        *,
        name: str = "",
        description: str | None = None,
        metadata: Mapping[str, str] | None = None,
        expires_after_days: int | None = None,
    ) -> VectorStore:
        """Store a new, empty vector store."""
        now = int(time.time())
        vector_store = VectorStore(
            id=new_id("vs"),
            created_at=now,
            last_active_at=now,
            name=name,
            description=description,
            metadata=dict(metadata or {}),
            expires_after_days=expires_after_days,
        )
        self._records.insert([vector_store])
        return vector_store

    def get(self, vector_store_id: str) -> VectorStore:
        """Raises NotFound."""
        with self._database.read() as connection:
            return _summed(connection, [self._records.get(vector_store_id)])[0]

    def list(self, page: PageRequest) -> Page[VectorStore]:
        """Raises InvalidRequest for a bad limit or cursor."""
        with self._database.read() as connection:
            found = self._records.page(page)
            return Page(items=tuple(_summed(connection, found.items)), has_more=found.has_more)

    def ids(self) -> frozenset[str]:
        """Return the ids of all vector stores."""
        with self._database.read() as connection:
            return frozenset(connection.execute(select(tables.vector_stores.c.id)).scalars())

    def update(self, vector_store_id: str, **changes: Any) -> VectorStore:
        """Change fields; None empties one, UNSET leaves it. Raises NotFound."""
        with self._database.transaction() as connection:
            return _summed(connection, [self._records.update(vector_store_id, changes)])[0]

    def touch(self, vector_store_ids: Sequence[str]) -> None:
        """Note that these stores are used now, which puts off their end; unknown ids are passed over."""
        table = tables.vector_stores
        change = update(table).where(table.c.id.in_(listed(vector_store_ids))).values(last_active_at=int(time.time()))
        with self._database.transaction() as connection:
            connection.execute(change)

    def delete(self, vector_store_id: str) -> None:
        """Raises NotFound."""
        self._records.delete(vector_store_id)


def _summed(connection: Connection, stores: Sequence[VectorStore]) -> list[VectorStore]:
    files = tables.vector_store_files
    counts = counts_by(connection, files.c.vector_store_id, [store.id for store in stores])
    now = time.time()
    summed = []
    for store in stores:
        of_store = counts[store.id]
        status: VectorStoreStatus = "in_progress" if of_store.files.in_progress else "completed"
        if store.expires_at is not None and store.expires_at <= now:
            status = "expired"
        summed.append(
            dataclasses.replace(store, file_counts=of_store.files, usage_bytes=of_store.usage_bytes, status=status)
        )
    return summed
