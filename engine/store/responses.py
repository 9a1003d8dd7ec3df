"""Stored answers of the Responses API, and conversations: lists of items in the API's own shape."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.ids import new_id
from engine.store import tables
from engine.store.database import Database
from engine.store.records import Records
from engine.types import JsonObject, Page, PageRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredResponse:
    """An answer with what was asked; `body` is the API's object, its `output` included."""

    id: str
    created_at: int
    previous_id: str | None
    input: tuple[JsonObject, ...]
    body: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A list of items that answers go on from and add to."""

    id: str
    created_at: int
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationItem:
    """One item; `body` is the API's object."""

    id: str
    created_at: int
    conversation_id: str
    body: JsonObject


class Responses:
    """Answers by id."""

    def __init__(self, database: Database) -> None:
        self._records = Records(database, tables.responses, StoredResponse, "response")

    def add(self, response: StoredResponse) -> None:
        """Store a finished answer."""
        self._records.insert([response])

    def get(self, response_id: str) -> StoredResponse:
        """Raises NotFound."""
        return self._records.get(response_id)

    def delete(self, response_id: str) -> None:
        """Raises NotFound."""
        self._records.delete(response_id)


class Conversations:
    """Conversations by id; their items go with them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._records = Records(database, tables.conversations, Conversation, "conversation")
        self._items = Records(database, tables.conversation_items, ConversationItem, "item")

    def create(self, metadata: Mapping[str, str], items: Sequence[JsonObject] = ()) -> Conversation:
        """Store a conversation with its first items, all or nothing."""
        conversation = Conversation(id=new_id("conv"), created_at=int(time.time()), metadata=dict(metadata))
        with self._database.transaction():
            self._records.insert([conversation])
            self.add(conversation.id, items)
        return conversation

    def get(self, conversation_id: str) -> Conversation:
        """Raises NotFound."""
        return self._records.get(conversation_id)

    def update(self, conversation_id: str, metadata: Mapping[str, str]) -> Conversation:
        """Raises NotFound."""
        return self._records.update(conversation_id, {"metadata": dict(metadata)})

    def delete(self, conversation_id: str) -> None:
        """Raises NotFound."""
        self._records.delete(conversation_id)

    def add(self, conversation_id: str, items: Sequence[JsonObject]) -> None:
        """Append items, which have ids of their own. Raises NotFound."""
        now = int(time.time())
        with self._database.transaction():
            self._records.get(conversation_id)
            self._items.insert(
                [
                    ConversationItem(id=item["id"], created_at=now, conversation_id=conversation_id, body=item)
                    for item in items
                ]
            )

    def items(self, conversation_id: str, page: PageRequest) -> Page[ConversationItem]:
        """Raises NotFound, or InvalidRequest for a bad limit or cursor."""
        self._records.get(conversation_id)
        return self._items.page(page, conversation_id=conversation_id)

    def newest(self, conversation_id: str, limit: int) -> list[JsonObject]:
        """Return up to `limit` items, the oldest of them first. Raises NotFound."""
        self._records.get(conversation_id)
        return [item.body for _, item in reversed(self._items.newest(limit, conversation_id=conversation_id))]

    def item(self, conversation_id: str, item_id: str) -> ConversationItem:
        """Raises NotFound."""
        return self._items.get(item_id, conversation_id=conversation_id)

    def delete_item(self, conversation_id: str, item_id: str) -> None:
        """Raises NotFound."""
        self._items.delete(item_id, conversation_id=conversation_id)
