"""The API's objects are the same wherever they go; the server's tests hold every field."""

from __future__ import annotations

from engine.portability.api_objects import message_json, thread_json
from engine.types import Message, TextPart, Thread


def test_what_is_firesides_own_stays_here() -> None:
    thread = Thread(id="thread_1", created_at=1, title="Mine", folder="House", pinned_at=2)

    assert thread_json(thread).keys() == {"id", "object", "created_at", "tool_resources", "metadata"}


def test_a_message_is_the_apis() -> None:
    message = Message(id="msg_1", created_at=1, thread_id="thread_1", role="user", content=(TextPart(text="Hi"),))
    found = message_json(message)

    assert (found["object"], found["content"]) == (
        "thread.message",
        [{"type": "text", "text": {"value": "Hi", "annotations": []}}],
    )
