"""What the person has allowed for all of a thread: a tool of Fireside's own by its kind, an executor by its id."""

from __future__ import annotations

import time

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from engine.store import tables
from engine.store.database import Database


class Approvals:
    """Leaves given in a thread; they go with it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def allow(self, thread_id: str, subject: str) -> None:
        """Remember a leave; giving it twice changes nothing."""
        row = {"thread_id": thread_id, "subject": subject, "created_at": int(time.time())}
        with self._database.transaction() as connection:
            connection.execute(insert(tables.approvals).values(row).on_conflict_do_nothing())

    def allowed(self, thread_id: str, subject: str) -> bool:
        table = tables.approvals.c
        query = select(table.subject).where(table.thread_id == thread_id, table.subject == subject)
        with self._database.read() as connection:
            return connection.execute(query).first() is not None
