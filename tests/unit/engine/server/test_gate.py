"""The gate: marks every answer, stops strangers, answers for bugs, and lets other scopes alone."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from engine.server.gate import Gate


def _call(app: Any, **scope: Any) -> list[Any]:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    headers = [(b"host", b"127.0.0.1:80"), (b"authorization", b"Bearer k")]
    full = {"type": "http", "method": "GET", "path": "/", "headers": headers, "server": ("127.0.0.1", 80), **scope}
    asyncio.run(Gate(app, key="k")(full, receive, send))
    return sent


async def _fine(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def test_answers_are_marked() -> None:
    start = _call(_fine)[0]

    names = {name for name, _ in start["headers"]}
    assert {b"x-request-id", b"openai-version", b"openai-processing-ms"} <= names


def test_strangers_do_not_get_in() -> None:
    async def never(*_: Any) -> None:
        raise AssertionError

    start, body = _call(never, headers=[(b"host", b"127.0.0.1:80")])

    assert start["status"] == 401
    assert json.loads(body["body"])["error"]["code"] == "invalid_api_key"


@pytest.mark.allow_log("engine.server.errors")
def test_a_bug_is_answered_once() -> None:
    async def broken(*_: Any) -> None:
        raise KeyError("x")

    async def broken_late(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise KeyError("x")

    assert [m.get("status") for m in _call(broken)] == [500, None]
    assert [m["type"] for m in _call(broken_late)] == ["http.response.start"]


def test_other_scopes_pass() -> None:
    seen: list[str] = []

    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        seen.append(scope["type"])

    _call(app, type="lifespan")
    assert seen == ["lifespan"]
