"""Stored runs: at most one unfinished run a thread, whoever asks at the same time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, func, or_, select

from engine.errors import ThreadBusy
from engine.ids import new_id
from engine.store import tables
from engine.store.activity import active_run_id, mark_used
from engine.store.database import Database
from engine.store.messages import add_messages
from engine.store.records import Records, listed
from engine.types import Message, NewMessage, Page, PageRequest, Run, RunStatus, Thread

_BESIDE = 20
_AFTER_ALL = 2**62


class Runs:
    """Runs of a thread in the order they were created."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._records = Records(database, tables.runs, Run, "run")
        self._threads = Records(database, tables.threads, Thread, "thread")

    def create(
        self, thread_id: str, *, new_messages: Sequence[NewMessage] = (), **values: Any
    ) -> tuple[Run, tuple[Message, ...]]:
        """Store a queued run and the messages that come with it, all or nothing.

        `values` are fields of `Run` without id, created_at, thread_id and status; assistant_id and model are needed.
        Raises NotFound, or ThreadBusy while another run of the thread is unfinished.
        """
        run = Run(id=new_id("run"), created_at=int(time.time()), thread_id=thread_id, status=RunStatus.QUEUED, **values)
        with self._database.transaction() as connection:
            mark_used(connection, thread_id)
            active = active_run_id(connection, thread_id)
            if active is not None:
                raise ThreadBusy(
                    f"Thread {thread_id} already has an active run {active}.", thread_id=thread_id, run_id=active
                )
            messages = add_messages(self._database, thread_id, new_messages)
            self._records.insert([run])
        return run, messages

    def get(self, thread_id: str, run_id: str) -> Run:
        """Raises NotFound."""
        return self._records.get(run_id, thread_id=thread_id)

    def list(self, thread_id: str | None, page: PageRequest) -> Page[Run]:
        """Return a page of one thread's runs, or of all runs. Raises NotFound, InvalidRequest."""
        if thread_id is None:
            return self._records.page(page)
        self._threads.get(thread_id, deleted_at=None)
        return self._records.page(page, thread_id=thread_id)

    def update(self, run_id: str, **changes: Any) -> Run:
        """Change fields; None empties one. To decide by the present status, read and update in one transaction.

        Raises NotFound.
        """
        return self._records.update(run_id, changes)

    def active(self, thread_id: str) -> Run | None:
        """Return the thread's unfinished run."""
        with self._database.read() as connection:
            run_id = active_run_id(connection, thread_id)
            return None if run_id is None else self._records.get(run_id)

    def unfinished(self) -> tuple[Run, ...]:
        """Return all unfinished runs, oldest first."""
        # Sorted here: asked for an order, SQLite walks through all runs instead of the index of the unfinished.
        query = select(tables.runs.c.seq, tables.runs.c.id).where(tables.UNFINISHED)
        with self._database.read() as connection:
            return tuple(self._records.get(run_id) for _, run_id in sorted(connection.execute(query).all()))

    def around(self, thread_id: str, run_ids: Sequence[str], since: int, until: int) -> tuple[Run, ...]:
        """Return these runs of a thread and those among them, oldest first.

        Next to them, up to twenty on each side that were created from `since` to `until` (seconds) come along: they
        may have written nothing. Without `run_ids` those are the thread's last ones.
        """
        c = tables.runs.c
        mine = c.thread_id == thread_id
        edges = select(func.min(c.seq), func.max(c.seq)).where(mine, c.id.in_(listed(run_ids)))
        with self._database.read() as connection:
            first, last = connection.execute(edges).one()
            first, last = (_AFTER_ALL, _AFTER_ALL) if first is None else (first, last)
            before = select(c.seq).where(mine, c.seq < first).order_by(c.seq.desc()).limit(_BESIDE)
            after = select(c.seq).where(mine, c.seq > last).order_by(c.seq).limit(_BESIDE)
            beside = and_(or_(c.seq.in_(before), c.seq.in_(after)), c.created_at.between(since, until))
            return self._records.where(mine, or_(c.seq.between(first, last), beside))
