"""A real server of tools over its standard streams: listed, called, timed out, killed, stopped."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from engine.errors import Unavailable
from engine.tools import servers
from engine.tools.functions.base import MOST_OUTPUT, ExecutorFailed
from engine.tools.servers import Connection
from engine.types import ToolServer

SCRIPT = Path(__file__).parents[3] / "support" / "tool_server.py"


def _server(*words: str, call_seconds: int = 30, **environment: str) -> ToolServer:
    command = words or (sys.executable, str(SCRIPT))
    return ToolServer(
        id="srv", created_at=0, name="small", command=command, environment=environment, call_seconds=call_seconds
    )


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    connection = Connection(_server(PLACE="Graz"), tmp_path / "errors.log")
    yield connection
    connection.close()


def _failure(connection: Connection, tool: str) -> str:
    with pytest.raises(ExecutorFailed) as caught:
        connection.call(tool, {})
    return str(caught.value)


def test_tools_are_functions_and_answer(connection: Connection) -> None:
    tools = {tool["function"]["name"]: tool["function"] for tool in connection.tools()}

    assert set(tools) == {"add", "environment", "fail", "hang", "die", "long"}
    assert tools["add"]["description"] == "Add two numbers."
    assert set(tools["add"]["parameters"]["properties"]) == {"a", "b"}
    assert connection.call("add", {"a": 2, "b": 3}) == "5"
    assert connection.call("environment", {"name": "PLACE"}) == "Graz"
    assert len(connection.call("long", {})) < MOST_OUTPUT + 100


def test_failures_are_words_for_the_model(connection: Connection) -> None:
    assert _failure(connection, "fail") == "Error: Error executing tool fail"
    assert "Error: " in _failure(connection, "unknown")


def test_a_call_without_an_answer_ends_in_time(tmp_path: Path) -> None:
    connection = Connection(_server(call_seconds=1), tmp_path / "errors.log")

    assert _failure(connection, "hang") == "Error: no answer within 1 seconds."
    assert connection.alive
    connection.close()


def test_a_program_that_dies_fails_the_call_and_nothing_else(connection: Connection) -> None:
    assert _failure(connection, "die").startswith("Error: ")


def test_the_program_ends_with_the_connection(tmp_path: Path) -> None:
    me = psutil.Process()
    before = {child.pid for child in me.children()}
    connection = Connection(_server(), tmp_path / "errors.log")
    (program,) = (child for child in me.children() if child.pid not in before)

    connection.close()

    assert not connection.alive
    assert not program.is_running() or program.status() == psutil.STATUS_ZOMBIE
    with pytest.raises(Unavailable):
        connection.tools()


@pytest.mark.allow_log("mcp.client.stdio")
@pytest.mark.parametrize("words", [("/nowhere/program",), (sys.executable, "-c", "print('hello')")])
def test_what_is_no_server_is_refused(tmp_path: Path, words: tuple[str, ...]) -> None:
    with pytest.raises(Unavailable) as caught:
        Connection(_server(*words), tmp_path / "errors.log")
    assert caught.value.code == "tool_server"


def test_a_server_that_says_nothing_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "_START_SECONDS", 0.5)

    with pytest.raises(Unavailable):
        Connection(_server(sys.executable, str(SCRIPT), "--silent"), tmp_path / "errors.log")
