"""What an answer goes on from: chains, chains with a gap, conversations."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import InvalidRequest, NotFound
from engine.service import Engine
from engine.store.responses import StoredResponse


def _keep(engine: Engine, number: int, *, previous: int | None = None, conversation_id: str | None = None) -> None:
    asked: Any = ({"id": f"msg_q{number}"},)
    body = {"output": [{"id": f"msg_a{number}"}]}
    response = StoredResponse(
        id=f"resp_{number}",
        created_at=1,
        previous_id=None if previous is None else f"resp_{previous}",
        input=asked,
        body=body,
    )
    engine.responses.keep(response, conversation_id=conversation_id)


def _ids(items: list[dict[str, Any]]) -> list[str]:
    return [item["id"].removeprefix("msg_") for item in items]


def test_a_chain_is_followed_to_its_beginning_or_to_a_gap(engine: Engine) -> None:
    _keep(engine, 1)
    _keep(engine, 2, previous=1)
    _keep(engine, 3, previous=2)
    assert _ids(engine.responses.history(previous_id="resp_3")) == ["q1", "a1", "q2", "a2", "q3", "a3"]

    engine.responses.delete("resp_1")

    assert _ids(engine.responses.history(previous_id="resp_3")) == ["q2", "a2", "q3", "a3"]
    assert engine.responses.history() == []
    with pytest.raises(NotFound):
        engine.responses.history(previous_id="resp_1")


def test_an_answer_and_its_conversation_are_kept_together(engine: Engine) -> None:
    conversation = engine.conversations.create({})
    _keep(engine, 1, conversation_id=conversation.id)
    assert _ids(engine.responses.history(conversation_id=conversation.id)) == ["q1", "a1"]

    with pytest.raises(NotFound):
        _keep(engine, 2, conversation_id="conv_nowhere")
    with pytest.raises(NotFound):
        engine.responses.get("resp_2")
    with pytest.raises(InvalidRequest):
        engine.conversations.update(conversation.id, {"k" * 65: ""})
