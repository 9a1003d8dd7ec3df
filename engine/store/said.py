"""What was said, by its words: which messages wait for their words to be read, and which hold given ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Integer, column, delete, insert, select, table, text

from engine.store import tables
from engine.store.database import Database
from engine.types import Part, Role, TextPart

_MESSAGES, _THREADS, _DUE = tables.messages, tables.threads, tables.words_due
_WORDS = table("message_words", column("rowid", Integer), column("words"))


@dataclass(frozen=True, slots=True)
class DueMessage:
    """A message whose words are not kept yet, or not as it is now; `mark` goes back to `put`."""

    seq: int
    mark: int
    text: str


@dataclass(frozen=True, slots=True)
class FoundMessage:
    """A message that matched, with the title of its thread."""

    id: str
    thread_id: str
    role: Role
    created_at: int
    text: str
    title: str | None


class Said:
    """Words of messages, as a caller makes them: this only keeps and matches them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def due(self, limit: int) -> tuple[DueMessage, ...]:
        """Return up to `limit` messages whose words have to be read, the newest first."""
        query = (
            select(_MESSAGES.c.seq, _DUE.c.mark, _MESSAGES.c.content)
            .join(_DUE, _DUE.c.message == _MESSAGES.c.seq)
            .order_by(_DUE.c.message.desc())
            .limit(limit)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return tuple(DueMessage(row.seq, row.mark, _text(row.content)) for row in rows)

    def put(self, read: Sequence[tuple[DueMessage, str]]) -> None:
        """Keep the words of messages; one that changed since it was returned by `due` stays due."""
        with self._database.transaction() as connection:
            for message, words in read:
                settled = delete(_DUE).where(_DUE.c.message == message.seq, _DUE.c.mark == message.mark)
                if connection.execute(settled).rowcount == 0:
                    continue
                connection.execute(delete(_WORDS).where(_WORDS.c.rowid == message.seq))
                connection.execute(insert(_WORDS).values(rowid=message.seq, words=words))

    def matching(self, expression: str, limit: int) -> tuple[FoundMessage, ...]:
        """Return up to `limit` messages for a full-text expression, the newest first; none that is in the bin."""
        hits = text("SELECT rowid AS seq FROM message_words WHERE message_words MATCH :expression").columns(
            column("seq", Integer)
        )
        found = hits.bindparams(expression=expression).subquery("found")
        query = (
            select(
                *(_MESSAGES.c[name] for name in ("id", "thread_id", "role", "created_at", "content")), _THREADS.c.title
            )
            .join(found, found.c.seq == _MESSAGES.c.seq)
            .join(_THREADS, _THREADS.c.id == _MESSAGES.c.thread_id)
            .where(_MESSAGES.c.deleted_at.is_(None), _THREADS.c.deleted_at.is_(None), _THREADS.c.scratch.is_(None))
            .order_by(_MESSAGES.c.seq.desc())
            .limit(limit)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return tuple(
            FoundMessage(row.id, row.thread_id, row.role, row.created_at, _text(row.content), row.title) for row in rows
        )


def _text(content: tuple[Part, ...]) -> str:
    """Return what `Message.text` is, a line for each part."""
    return "\n".join(part.text for part in content if isinstance(part, TextPart))
