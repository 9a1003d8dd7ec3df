"""Objects that come from elsewhere and keep their ids and times."""

from __future__ import annotations

from sqlalchemy import Table, select

from engine.store import tables
from engine.store.blobs import Blobs, Incoming
from engine.store.database import Database
from engine.store.records import Records
from engine.types import Assistant, Message, Run, RunStep, StoredFile, Thread, VectorStore

Kept = Assistant | Thread | Message | Run | RunStep | StoredFile | VectorStore

_TABLES: dict[type[Kept], Table] = {
    Assistant: tables.assistants,
    Thread: tables.threads,
    Message: tables.messages,
    Run: tables.runs,
    RunStep: tables.steps,
    StoredFile: tables.files,
    VectorStore: tables.vector_stores,
}


class Intake:
    """Stores finished values as they are, unless their id is taken."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database = database
        self._blobs = blobs

    def has(self, kind: type[Kept], object_id: str) -> bool:
        """Tell whether an object of that kind has that id."""
        table = _TABLES[kind]
        with self._database.read() as connection:
            return connection.execute(select(table.c.seq).where(table.c.id == object_id)).first() is not None

    def add(self, value: Kept, content: Incoming | None = None) -> bool:
        """Store a value, a file with its content; False when its id is taken. What it refers to must be there."""
        with self._database.transaction():
            if self.has(type(value), value.id):
                return False
            if content is not None:
                self._blobs.place(content)
            Records(self._database, _TABLES[type(value)], type(value), type(value).__name__).insert([value])
        return True
