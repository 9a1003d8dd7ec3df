"""Local programs that offer tools over their standard streams, by the Model Context Protocol.

The only importer of the protocol's SDK, which is asynchronous: each connection has an event loop in a thread of its
own, and what it is asked for comes from other threads. The program is a child of this process and ends with it.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import anyio
from mcp import ClientSession, MCPError, StdioServerParameters, stdio_client

from engine.errors import Unavailable
from engine.tools.functions.base import ExecutorFailed, cut
from engine.types import JsonObject, ToolServer

log = logging.getLogger(__name__)
T = TypeVar("T")

_START_SECONDS = 30.0
_STOP_SECONDS = 10.0
_MOST_TOOLS = 128
_LONGEST_NAME = 64


class Connection:
    """One running server. Its methods may be called from any thread."""

    def __init__(self, server: ToolServer, errors: Path) -> None:
        """Start it; its error stream goes to the file `errors`. Raises Unavailable with code "tool_server"."""
        self._server, self._errors = server, errors
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._session: ClientSession | None = None
        self._ready: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name=f"tool server {server.name}", daemon=True)
        self._thread.start()
        try:
            self._ready.result(_START_SECONDS)
        except Exception as error:
            self.close()
            raise _unavailable(server, "it does not start or does not speak the protocol") from error

    @property
    def alive(self) -> bool:
        return self._thread.is_alive() and self._session is not None

    def tools(self) -> tuple[JsonObject, ...]:
        """Return the tools as function tools of an assistant. Raises Unavailable."""
        try:
            untrusted = self._ask(lambda session: session.list_tools(), _START_SECONDS).tools
        except (MCPError, TimeoutError, RuntimeError) as error:
            raise _unavailable(self._server, "it does not list its tools") from error
        return tuple(_function(tool) for tool in untrusted[:_MOST_TOOLS] if len(tool.name) <= _LONGEST_NAME)

    def call(self, tool: str, arguments: JsonObject) -> str:
        """Return what a tool says. Raises ExecutorFailed in words for the model."""
        seconds = float(self._server.call_seconds)
        try:
            result = self._ask(lambda session: session.call_tool(tool, arguments, seconds), seconds + _STOP_SECONDS)
        except MCPError as error:
            timed_out = "timed out" in str(error).lower()
            said = f"no answer within {seconds:g} seconds" if timed_out else str(error)[:300]
            raise ExecutorFailed(f"Error: {said}.") from None
        except (TimeoutError, RuntimeError):
            raise ExecutorFailed("Error: the tool's program does not answer.") from None
        untrusted = [str(getattr(part, "text", "")) for part in getattr(result, "content", ())]
        text = cut("\n".join(filter(None, untrusted)) or "(no text)")
        if getattr(result, "is_error", False):
            raise ExecutorFailed(f"Error: {text}")
        return text

    def close(self) -> None:
        """End the program; returns when it has ended or does not want to."""
        if self._loop is not None and self._stop is not None:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(_STOP_SECONDS)

    def _ask(self, make: Callable[[ClientSession], Coroutine[Any, Any, T]], seconds: float) -> T:
        session, loop = self._session, self._loop
        if session is None or loop is None or not self._thread.is_alive():
            raise RuntimeError("not connected")
        future = asyncio.run_coroutine_threadsafe(make(session), loop)
        try:
            return future.result(seconds)
        except TimeoutError:
            future.cancel()
            raise

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - a group of whatever the SDK's tasks raised
            log.info("the tool server %s ended: %s", self._server.name, type(error).__name__)
            if not self._ready.done():
                self._ready.set_exception(RuntimeError("not started"))
        finally:
            self._session = None

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        program, *arguments = self._server.command
        parameters = StdioServerParameters(command=program, args=arguments, env=dict(self._server.environment) or None)
        with self._errors.open("a", encoding="utf-8") as errors:
            async with stdio_client(parameters, errlog=errors) as streams, ClientSession(*streams) as session:
                with anyio.fail_after(_START_SECONDS):
                    await session.initialize()
                self._session = session
                self._ready.set_result(None)
                await self._stop.wait()
                self._session = None


def _function(untrusted: Any) -> JsonObject:
    """Return a tool in the shape of an assistant's function."""
    schema = untrusted.input_schema if isinstance(untrusted.input_schema, dict) else {}
    return {
        "type": "function",
        "function": {
            "name": untrusted.name,
            "description": str(untrusted.description or "")[:1024],
            "parameters": {"type": "object", "properties": {}, **schema},
        },
    }


def _unavailable(server: ToolServer, reason: str) -> Unavailable:
    return Unavailable(
        f"The tool server '{server.name}' cannot be used: {reason}. Check its command in the settings.",
        code="tool_server",
        name=server.name,
        reason=reason,
    )
