"""Servers of tools at the front door: nothing starts unasked, what started stops, and their tools are functions."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from engine.errors import InvalidRequest, NotFound
from tests.support.fixtures import EngineFactory

COMMAND = (sys.executable, str(Path(__file__).parents[3] / "support" / "tool_server.py"))


def test_a_server_starts_when_asked_for_and_stops(make_engine: EngineFactory) -> None:
    engine = make_engine()
    servers = engine.tool_servers
    server = servers.add(name=" small ", command=COMMAND)

    assert server.name == "small"
    assert servers.list() == (server,)
    assert servers.running() == frozenset()
    assert "add" in {tool["function"]["name"] for tool in servers.tools(server.id)}
    assert servers.running() == {server.id}
    assert servers.executor(server.id, "add").run({"a": 1, "b": 2}) == "3"
    servers.stop(server.id)
    assert servers.running() == frozenset()
    servers.remove(server.id)
    with pytest.raises(NotFound):
        servers.tools(server.id)


@pytest.mark.parametrize("wrong", [{"name": " "}, {"command": ()}, {"command": (" ",)}, {"call_seconds": 0}])
def test_what_cannot_be_a_server_is_refused(make_engine: EngineFactory, wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidRequest):
        make_engine().tool_servers.add(**{"name": "small", "command": COMMAND, **wrong})  # type: ignore[arg-type]
