"""What runs and messages both ask of their thread: that it exists, and that no run is working on it."""

from __future__ import annotations

import time

from sqlalchemy import Connection, select, update

from engine.errors import NotFound
from engine.store import tables


def mark_used(connection: Connection, thread_id: str) -> None:
    """Set the thread's `last_used_at` to now. Raises NotFound, also for a thread in the bin."""
    threads = tables.threads
    used = update(threads).where(threads.c.id == thread_id, threads.c.deleted_at.is_(None))
    change = used.values(last_used_at=int(time.time()))
    if connection.execute(change).rowcount == 0:
        raise NotFound("thread", thread_id)


def active_run_id(connection: Connection, thread_id: str) -> str | None:
    """Return the id of the thread's unfinished run; there is at most one."""
    query = select(tables.runs.c.id).where(tables.runs.c.thread_id == thread_id, tables.UNFINISHED)
    return connection.execute(query).scalar_one_or_none()
