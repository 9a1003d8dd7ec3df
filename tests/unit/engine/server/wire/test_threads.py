"""Threads on the wire, both ways."""

from __future__ import annotations

from engine.server.wire.body import parse
from engine.server.wire.threads import CreateThread, UpdateThread, thread_json
from engine.types import Thread


def test_a_new_thread_takes_its_messages_along() -> None:
    body = {
        "messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}],
        "metadata": {"k": "v"},
    }

    fields = parse(CreateThread, body).fields()

    assert [m.role for m in fields["messages"]] == ["user", "assistant"]
    assert fields["metadata"] == {"k": "v"}
    assert parse(CreateThread, {}).fields() == {"messages": ()}


def test_an_update_holds_only_what_was_sent() -> None:
    assert parse(UpdateThread, {}).given() == {}
    assert parse(UpdateThread, {"tool_resources": None}).given() == {"tool_resources": {}}


def test_what_is_ours_stays_inside() -> None:
    assert set(thread_json(Thread(id="t", created_at=1, title="x"))) == {
        *("id", "object", "created_at", "tool_resources", "metadata")
    }
