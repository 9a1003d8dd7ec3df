"""Stored servers of tools: programs the user added."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from engine.errors import InvalidRequest
from engine.ids import new_id
from engine.store import tables
from engine.store.database import Database
from engine.store.records import Records
from engine.types import PageRequest, ToolServer

_MOST = 100


class ToolServers:
    """Servers by id; their names differ."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._records = Records(database, tables.tool_servers, ToolServer, "tool server")

    def create(
        self, *, name: str, command: Sequence[str], environment: Mapping[str, str] | None = None, call_seconds: int = 60
    ) -> ToolServer:
        """Store a server; nothing is started. Raises InvalidRequest when the name is taken or there are too many."""
        server = ToolServer(
            id=new_id("srv"),
            created_at=int(time.time()),
            name=name,
            command=tuple(command),
            environment=dict(environment or {}),
            call_seconds=call_seconds,
        )
        with self._database.transaction():
            others = self.list()
            if any(other.name == name for other in others):
                raise InvalidRequest(f"There is a tool server '{name}' already.", param="name", code="name_taken")
            if len(others) >= _MOST:
                raise InvalidRequest(f"There are {_MOST} tool servers already.", code="too_many_tool_servers")
            self._records.insert([server])
        return server

    def get(self, server_id: str) -> ToolServer:
        """Raises NotFound."""
        return self._records.get(server_id)

    def list(self) -> tuple[ToolServer, ...]:
        """Return all, oldest first."""
        return self._records.page(PageRequest(limit=_MOST, order="asc")).items

    def update(self, server_id: str, **changes: Any) -> ToolServer:
        """Change fields. Raises NotFound."""
        return self._records.update(server_id, changes)

    def delete(self, server_id: str) -> None:
        """Raises NotFound."""
        self._records.delete(server_id)
