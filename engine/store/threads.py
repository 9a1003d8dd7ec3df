"""Stored threads."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete

from engine.ids import new_id
from engine.store import tables
from engine.store.database import Database
from engine.store.messages import add_messages
from engine.store.records import Records
from engine.types import JsonObject, NewMessage, Page, PageRequest, Thread


class Threads:
    """Threads by id; messages, runs and steps go with their thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._records = Records(database, tables.threads, Thread, "thread")

    def create(
        self,
        *,
        metadata: Mapping[str, str] | None = None,
        tool_resources: JsonObject | None = None,
        title: str | None = None,
        messages: Sequence[NewMessage] = (),
        scratch: bool | None = None,
    ) -> Thread:
        """Store a new thread with its first messages, all or nothing; a scratch one is in no list."""
        now = int(time.time())
        thread = Thread(
            id=new_id("thread"),
            created_at=now,
            metadata=dict(metadata or {}),
            tool_resources=tool_resources or {},
            title=title,
            last_used_at=now,
            scratch=scratch,
        )
        with self._database.transaction():
            self._records.insert([thread])
            add_messages(self._database, thread.id, messages)
        return thread

    def get(self, thread_id: str) -> Thread:
        """Raises NotFound, also for a thread in the bin."""
        return self._records.get(thread_id, deleted_at=None)

    def list(self, page: PageRequest) -> Page[Thread]:
        """Return a page of those not in the bin. Raises InvalidRequest for a bad limit or cursor."""
        return self._records.page(page, scratch=None, deleted_at=None)

    def update(self, thread_id: str, **changes: Any) -> Thread:
        """Change fields; None empties one, UNSET leaves it. Raises NotFound, also for a thread in the bin."""
        return self._records.update(thread_id, changes, deleted_at=None)

    def touch(self, thread_id: str) -> Thread:
        """Note that the thread is used now; new messages and runs do so themselves. Raises NotFound."""
        return self._records.update(thread_id, {"last_used_at": int(time.time())})

    def delete(self, thread_id: str) -> None:
        """Remove the thread with its messages, runs and steps, from the bin too. Raises NotFound."""
        self._records.delete(thread_id)

    def clear_scratch(self) -> None:
        """Remove all scratch threads."""
        with self._database.transaction() as connection:
            connection.execute(delete(tables.threads).where(tables.threads.c.scratch))
