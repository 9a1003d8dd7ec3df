"""Stored executors: what answers which function of which assistant."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import select

from engine.ids import new_id
from engine.store import tables
from engine.store.database import Database
from engine.store.records import Records
from engine.types import Approval, Assistant, ExecutorKind, FunctionExecutor, JsonObject


class Executors:
    """Executors by assistant and function name; they go with their assistant."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._records = Records(database, tables.function_executors, FunctionExecutor, "function executor")

    def put(
        self, assistant_id: str, name: str, *, kind: ExecutorKind, config: JsonObject, approval: Approval = "ask"
    ) -> FunctionExecutor:
        """Store what answers a function from now on, in place of what did so far. Raises NotFound."""
        with self._database.transaction():
            found = self.find(assistant_id, name)
            if found is not None:
                return self._records.update(found.id, {"kind": kind, "config": config, "approval": approval})
            Records(self._database, tables.assistants, Assistant, "assistant").get(assistant_id)
            executor = FunctionExecutor(
                id=new_id("exec"),
                created_at=int(time.time()),
                assistant_id=assistant_id,
                name=name,
                kind=kind,
                config=config,
                approval=approval,
            )
            self._records.insert([executor])
            return executor

    def find(self, assistant_id: str, name: str) -> FunctionExecutor | None:
        """Return what answers a function, or None when nothing does."""
        return next((found for found in self.of(assistant_id) if found.name == name), None)

    def of(self, assistant_id: str) -> tuple[FunctionExecutor, ...]:
        """Return all executors of an assistant, oldest first."""
        table = tables.function_executors
        query = select(table.c.id).where(table.c.assistant_id == assistant_id).order_by(table.c.seq)
        with self._database.read() as connection:
            return tuple(self._records.get(row) for row in connection.execute(query).scalars().all())

    def update(self, executor_id: str, **changes: Any) -> FunctionExecutor:
        """Change fields. Raises NotFound."""
        return self._records.update(executor_id, changes)

    def delete(self, executor_id: str) -> None:
        """Raises NotFound."""
        self._records.delete(executor_id)
