"""Servers of tools at the front door: added by the user, started only when asked for, stopped with the app."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import InvalidRequest
from engine.store import Store
from engine.tools.functions.base import Executor, ExecutorFailed
from engine.types import JsonObject, ToolServer

if TYPE_CHECKING:
    from engine.tools.servers import Connection

_LONGEST = 4096
_MOST_WORDS = 64


class ToolServers:
    """Programs that offer tools. A server runs from its first listing or approved call until it is stopped."""

    def __init__(self, store: Store, logs: Path) -> None:
        self._store, self._logs = store, logs
        self._lock = threading.Lock()
        self._connections: dict[str, Connection] = {}

    def add(
        self, *, name: str, command: Sequence[str], environment: Mapping[str, str] | None = None, call_seconds: int = 60
    ) -> ToolServer:
        """Store a server; nothing is started yet. Raises InvalidRequest."""
        if not name.strip() or len(name) > _LONGEST:
            raise InvalidRequest("A tool server needs a name.", param="name", code="bad_tool_server")
        words = tuple(command)
        if not words or not words[0].strip() or len(words) > _MOST_WORDS or any(len(w) > _LONGEST for w in words):
            raise InvalidRequest("A tool server needs a command.", param="command", code="bad_tool_server")
        if not 1 <= call_seconds <= 3600:
            raise InvalidRequest("A call takes 1 to 3600 seconds.", param="call_seconds", code="bad_tool_server")
        return self._store.tool_servers.create(
            name=name.strip(), command=words, environment=environment, call_seconds=call_seconds
        )

    def get(self, server_id: str) -> ToolServer:
        """Raises NotFound."""
        return self._store.tool_servers.get(server_id)

    def list(self) -> tuple[ToolServer, ...]:
        """Return all that were added."""
        return self._store.tool_servers.list()

    def running(self) -> frozenset[str]:
        """Return the ids of the servers whose program runs."""
        with self._lock:
            return frozenset(key for key, connection in self._connections.items() if connection.alive)

    def tools(self, server_id: str) -> tuple[JsonObject, ...]:
        """Start the server if need be and return its tools as functions for an assistant.

        Raises NotFound, and Unavailable with code "tool_server".
        """
        return self._connect(server_id).tools()

    def executor(self, server_id: str, tool: str) -> Executor:
        """Return what answers calls of one tool."""
        return _ServerTool(self, server_id, tool)

    def call(self, server_id: str, tool: str, arguments: JsonObject) -> str:
        """Return a tool's text. Raises NotFound, Unavailable, ExecutorFailed."""
        connection = self._connect(server_id)
        try:
            return connection.call(tool, arguments)
        except ExecutorFailed:
            if not connection.alive:
                self.stop(server_id)
            raise

    def stop(self, server_id: str) -> None:
        """End its program, if it runs."""
        with self._lock:
            connection = self._connections.pop(server_id, None)
        if connection is not None:
            connection.close()

    def remove(self, server_id: str) -> None:
        """Stop and forget it; functions it answered then fail with a sentence. Raises NotFound."""
        self.stop(server_id)
        self._store.tool_servers.delete(server_id)

    def close(self) -> None:
        """Stop all."""
        for server_id in tuple(self._connections):
            self.stop(server_id)

    def _connect(self, server_id: str) -> Connection:
        # Imported here: the protocol's package brings a web server along, and few people have a tool server.
        from engine.tools.servers import Connection

        server = self.get(server_id)
        with self._lock:  # held while it starts, so that two calls do not start it twice
            connection = self._connections.get(server_id)
            if connection is None or not connection.alive:
                connection = self._connections[server_id] = Connection(server, self._logs / "tool-servers.log")
            return connection


class _ServerTool:
    def __init__(self, servers: ToolServers, server_id: str, tool: str) -> None:
        self._servers, self._server_id, self._tool = servers, server_id, tool

    def run(self, arguments: JsonObject) -> str:
        return self._servers.call(self._server_id, self._tool, arguments)
