"""Answers and conversations: kept, read back in order, gone with what they belong to."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import NotFound
from engine.store import Store
from engine.store.responses import StoredResponse
from engine.types import PageRequest


@pytest.fixture
def kept(tmp_path: Path) -> Store:
    return Store(tmp_path / "fireside.db", tmp_path / "blobs")


def test_an_answer_is_kept_until_it_is_deleted(kept: Store) -> None:
    with kept as store:
        answer = StoredResponse(id="resp_1", created_at=1, previous_id=None, input=({"id": "a"},), body={"x": "炉"})
        store.responses.add(answer)
        assert store.responses.get("resp_1") == answer
        store.responses.delete("resp_1")
        with pytest.raises(NotFound):
            store.responses.get("resp_1")


def test_items_keep_their_order_and_go_with_their_conversation(kept: Store) -> None:
    with kept as store:
        conversation = store.conversations.create({"k": "v"}, [{"id": "msg_a"}, {"id": "msg_b"}])
        store.conversations.add(conversation.id, [{"id": "msg_c"}])
        listed = store.conversations.items(conversation.id, PageRequest(order="asc")).items
        assert [item.id for item in listed] == ["msg_a", "msg_b", "msg_c"]
        assert store.conversations.newest(conversation.id, 2) == [{"id": "msg_b"}, {"id": "msg_c"}]
        store.conversations.delete_item(conversation.id, "msg_a")
        with pytest.raises(NotFound):
            store.conversations.item(conversation.id, "msg_a")
        assert store.conversations.update(conversation.id, {"k": "w"}).metadata == {"k": "w"}
        store.conversations.delete(conversation.id)
        with pytest.raises(NotFound):
            store.conversations.add(conversation.id, [{"id": "msg_d"}])
