"""Stored assistants."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import delete

from engine.ids import new_id
from engine.store import tables
from engine.store.database import Database
from engine.store.records import Records
from engine.types import Assistant, Page, PageRequest


class Assistants:
    """Assistants by id; deleting one leaves its runs and messages as they are."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._records = Records(database, tables.assistants, Assistant, "assistant")

    def create(self, **values: Any) -> Assistant:
        """Store a new assistant; `values` are fields of `Assistant` without id and created_at."""
        assistant = Assistant(id=new_id("asst"), created_at=int(time.time()), **values)
        self._records.insert([assistant])
        return assistant

    def get(self, assistant_id: str) -> Assistant:
        """Raises NotFound."""
        return self._records.get(assistant_id)

    def list(self, page: PageRequest) -> Page[Assistant]:
        """Raises InvalidRequest for a bad limit or cursor."""
        return self._records.page(page, scratch=None)

    def update(self, assistant_id: str, **changes: Any) -> Assistant:
        """Change fields; None empties one, UNSET leaves it. Raises NotFound, InvalidRequest for an emptied model."""
        return self._records.update(assistant_id, changes)

    def delete(self, assistant_id: str) -> None:
        """Raises NotFound."""
        self._records.delete(assistant_id)

    def clear_scratch(self) -> None:
        """Remove all scratch assistants."""
        with self._database.transaction() as connection:
            connection.execute(delete(tables.assistants).where(tables.assistants.c.scratch))
