"""The bin: threads and messages that were deleted in the window, and can come back until they are removed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, Select, Table, delete, select, update

from engine.errors import NotFound
from engine.store import tables
from engine.store.database import Database
from engine.types import TextPart

_THREADS, _MESSAGES = tables.threads, tables.messages
_WORDS = 200  # characters of a message that are shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Binned:
    """A thread or message in the bin: `text` is the thread's title or the message's first words."""

    kind: Literal["thread", "message"]
    id: str
    thread_id: str
    text: str
    deleted_at: int


class Bin:
    """What lies in it is in no list, and cannot be read or changed by its id."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put_thread(self, thread_id: str) -> None:
        """Put a thread into the bin. Raises NotFound."""
        self._put(_THREADS, thread_id, "thread")

    def put_message(self, message_id: str) -> None:
        """Put a message into the bin. Raises NotFound."""
        self._put(_MESSAGES, message_id, "message")

    def list(self) -> tuple[Binned, ...]:
        """Return all that is in the bin, the latest first; messages of a thread in the bin come with it."""
        with self._database.read() as connection:
            found = [*_threads(connection), *_messages(connection)]
        return tuple(sorted(found, key=lambda binned: -binned.deleted_at))

    def take_out(self, object_id: str) -> None:
        """Put a thread or message back in its place. Raises NotFound."""
        with self._database.transaction() as connection:
            for table in (_THREADS, _MESSAGES):
                back = update(table).where(table.c.id == object_id, tables.BINNED).values(deleted_at=None)
                if connection.execute(back).rowcount:
                    return
        raise NotFound("thing in the bin", object_id)

    def remove(self, object_id: str) -> None:
        """Delete a thread or message for ever. Raises NotFound."""
        with self._database.transaction() as connection:
            for table in (_THREADS, _MESSAGES):
                if connection.execute(delete(table).where(table.c.id == object_id, tables.BINNED)).rowcount:
                    return
        raise NotFound("thing in the bin", object_id)

    def remove_older(self, before: int) -> int:
        """Delete for ever what has been in the bin since before a time (Unix seconds); return how many."""
        with self._database.transaction() as connection:
            return sum(
                connection.execute(delete(table).where(tables.BINNED, table.c.deleted_at < before)).rowcount
                for table in (_THREADS, _MESSAGES)
            )

    def _put(self, table: Table, object_id: str, kind: str) -> None:
        away = update(table).where(table.c.id == object_id, table.c.deleted_at.is_(None))
        with self._database.transaction() as connection:
            if connection.execute(away.values(deleted_at=int(time.time()))).rowcount == 0:
                raise NotFound(kind, object_id)


def _threads(connection: Connection) -> list[Binned]:
    query = select(_THREADS.c.id, _THREADS.c.title, _THREADS.c.deleted_at).where(tables.BINNED)
    return [
        Binned(kind="thread", id=row.id, thread_id=row.id, text=row.title or "", deleted_at=row.deleted_at)
        for row in connection.execute(query)
    ]


def _messages(connection: Connection) -> list[Binned]:
    thread_in_use = select(_THREADS.c.id).where(_THREADS.c.deleted_at.is_(None)).correlate(None)
    query: Select[tuple[str, str, tuple[object, ...], int]] = select(
        _MESSAGES.c.id, _MESSAGES.c.thread_id, _MESSAGES.c.content, _MESSAGES.c.deleted_at
    ).where(tables.BINNED, _MESSAGES.c.thread_id.in_(thread_in_use))
    return [
        Binned(
            kind="message",
            id=row.id,
            thread_id=row.thread_id,
            text=" ".join("".join(part.text for part in row.content if isinstance(part, TextPart))[:_WORDS].split()),
            deleted_at=row.deleted_at,
        )
        for row in connection.execute(query)
    ]
