"""Answers that can be gone on from, and conversations: what `/v1/responses` and `/v1/conversations` keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.errors import NotFound
from engine.service.limits import check_metadata
from engine.store import Store
from engine.store.responses import Conversation, ConversationItem, StoredResponse
from engine.types import JsonObject, Page, PageRequest

_MOST_ITEMS = 10_000  # more than fits any prompt


class Responses:
    """Answers by id, each with what was asked."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def history(self, *, previous_id: str | None = None, conversation_id: str | None = None) -> list[JsonObject]:
        """Return the items that an answer goes on from, the oldest first. Raises NotFound.

        Of a chain whose older answers were deleted the rest is returned.
        """
        if conversation_id is not None:
            return self._store.conversations.newest(conversation_id, _MOST_ITEMS)
        items: list[JsonObject] = []
        following = previous_id
        while following is not None and len(items) < _MOST_ITEMS:
            try:
                response = self._store.responses.get(following)
            except NotFound:
                if following == previous_id:
                    raise
                break
            items[:0] = [*response.input, *response.body["output"]]
            following = response.previous_id
        return items

    def keep(self, response: StoredResponse, *, conversation_id: str | None = None) -> None:
        """Store an answer, and add what was asked and answered to a conversation: all or nothing. Raises NotFound."""
        with self._store.transaction():
            self._store.responses.add(response)
            if conversation_id is not None:
                self._store.conversations.add(conversation_id, [*response.input, *response.body["output"]])

    def get(self, response_id: str) -> StoredResponse:
        """Raises NotFound."""
        return self._store.responses.get(response_id)

    def delete(self, response_id: str) -> None:
        """Raises NotFound."""
        self._store.responses.delete(response_id)


class Conversations:
    """Lists of items that answers go on from and add to."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def create(self, metadata: Mapping[str, str], items: Sequence[JsonObject] = ()) -> Conversation:
        """Store a conversation with its first items. Raises InvalidRequest."""
        check_metadata(metadata)
        return self._store.conversations.create(metadata, items)

    def get(self, conversation_id: str) -> Conversation:
        """Raises NotFound."""
        return self._store.conversations.get(conversation_id)

    def update(self, conversation_id: str, metadata: Mapping[str, str]) -> Conversation:
        """Replace the metadata. Raises NotFound, InvalidRequest."""
        check_metadata(metadata)
        return self._store.conversations.update(conversation_id, metadata)

    def delete(self, conversation_id: str) -> None:
        """Remove it with its items; answers stay. Raises NotFound."""
        self._store.conversations.delete(conversation_id)

    def add(self, conversation_id: str, items: Sequence[JsonObject]) -> None:
        """Append items. Raises NotFound."""
        self._store.conversations.add(conversation_id, items)

    def items(self, conversation_id: str, page: PageRequest) -> Page[ConversationItem]:
        """Raises NotFound, InvalidRequest."""
        return self._store.conversations.items(conversation_id, page)

    def item(self, conversation_id: str, item_id: str) -> ConversationItem:
        """Raises NotFound."""
        return self._store.conversations.item(conversation_id, item_id)

    def delete_item(self, conversation_id: str, item_id: str) -> None:
        """Raises NotFound."""
        self._store.conversations.delete_item(conversation_id, item_id)
