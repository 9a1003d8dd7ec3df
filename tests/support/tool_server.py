"""A small real server of tools, run as a program by tests."""

from __future__ import annotations

import asyncio
import os
import sys

from mcp.server import MCPServer

server = MCPServer("small")


@server.tool()
def add(a: int, b: int) -> str:
    """Add two numbers."""
    return str(a + b)


@server.tool()
def environment(name: str) -> str:
    """Tell a variable."""
    return os.environ.get(name, "unset")


@server.tool()
def fail() -> str:
    """Always fail."""
    raise ValueError("no such city")


@server.tool()
async def hang() -> str:
    """Never answer."""
    await asyncio.Event().wait()
    return ""


@server.tool()
def die() -> str:
    """End the program."""
    os._exit(3)


@server.tool()
def long() -> str:
    """Say much."""
    return "x" * 100_000


if __name__ == "__main__":
    if sys.argv[1:] == ["--silent"]:
        sys.stdin.read()
    else:
        server.run("stdio")
