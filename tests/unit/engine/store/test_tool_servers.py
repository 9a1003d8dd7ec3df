"""Servers of tools: stored as they were added, told apart by name."""

from __future__ import annotations

import pytest

from engine.errors import InvalidRequest, NotFound
from engine.store import Store


def test_a_server_is_kept_as_it_was_added(store: Store) -> None:
    server = store.tool_servers.create(name="files", command=["python", "-m", "files"], environment={"A": "1"})

    assert store.tool_servers.get(server.id) == server
    assert (server.command, server.environment, server.call_seconds) == (("python", "-m", "files"), {"A": "1"}, 60)
    assert store.tool_servers.update(server.id, call_seconds=5).call_seconds == 5
    store.tool_servers.delete(server.id)
    assert store.tool_servers.list() == ()
    with pytest.raises(NotFound):
        store.tool_servers.get(server.id)


def test_names_are_taken_once(store: Store) -> None:
    store.tool_servers.create(name="files", command=["a"])

    with pytest.raises(InvalidRequest) as caught:
        store.tool_servers.create(name="files", command=["b"])

    assert caught.value.code == "name_taken"
    assert len(store.tool_servers.list()) == 1
