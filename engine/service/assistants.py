"""Assistants at the front door: checked, stored, announced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from engine.bus import Bus
from engine.errors import InvalidRequest
from engine.events import AssistantChanged
from engine.service.limits import check_assistant
from engine.service.resources import Resources
from engine.store import Store
from engine.types import Assistant, JsonObject, Page, PageRequest

_CHANGEABLE = frozenset(
    {
        *("model", "name", "description", "instructions", "tools", "tool_resources", "metadata"),
        *("temperature", "top_p", "response_format", "reasoning_effort"),
    }
)


class Assistants:
    """Instructions, a model, tools and sampling under one name."""

    def __init__(self, store: Store, bus: Bus, resources: Resources) -> None:
        self._store = store
        self._bus = bus
        self._resources = resources

    def create(
        self,
        *,
        model: str,
        name: str | None = None,
        description: str | None = None,
        instructions: str | None = None,
        tools: Sequence[JsonObject] = (),
        tool_resources: JsonObject | None = None,
        metadata: Mapping[str, str] | None = None,
        temperature: float | None = None,
        top_p: float | None = None,
        response_format: JsonObject | str | None = None,
        reasoning_effort: str | None = None,
    ) -> Assistant:
        """Store a new assistant. `model` may be any name `Models.resolve` takes. Raises InvalidRequest."""
        fields: dict[str, Any] = {
            "model": model,
            "name": name,
            "description": description,
            "instructions": instructions,
            "tools": tuple(tools),
            "metadata": dict(metadata or {}),
            "temperature": temperature,
            "top_p": top_p,
            "response_format": response_format,
            "reasoning_effort": reasoning_effort,
        }
        check_assistant(fields)
        with self._store.transaction():
            fields["tool_resources"] = self._resources.settled(tool_resources)
            assistant = self._store.assistants.create(**fields)
            self._store.after_commit(partial(self._announce, assistant.id, assistant))
        return assistant

    def get(self, assistant_id: str) -> Assistant:
        """Raises NotFound."""
        return self._store.assistants.get(assistant_id)

    def list(self, page: PageRequest = PageRequest()) -> Page[Assistant]:  # noqa: B008 - frozen
        """Raises InvalidRequest for a bad limit or cursor."""
        return self._store.assistants.list(page)

    def update(self, assistant_id: str, **changes: Any) -> Assistant:
        """Change fields: absent or UNSET leaves one as it is, None clears it. Raises NotFound, InvalidRequest."""
        unknown = sorted(set(changes) - _CHANGEABLE)
        if unknown:
            raise InvalidRequest(f"An assistant has no changeable field '{unknown[0]}'.", param=unknown[0])
        check_assistant(changes)
        if changes.get("tools"):
            changes["tools"] = tuple(changes["tools"])
        with self._store.transaction():
            if changes.get("tool_resources"):
                changes["tool_resources"] = self._resources.settled(changes["tool_resources"])
            assistant = self._store.assistants.update(assistant_id, **changes)
            self._store.after_commit(partial(self._announce, assistant_id, assistant))
        return assistant

    def delete(self, assistant_id: str) -> None:
        """Remove it with its versions and draft; its threads stay. Raises NotFound."""
        with self._store.transaction():
            self._store.assistants.delete(assistant_id)
            self._store.recipes.drop_draft(assistant_id)
        self._announce(assistant_id, None)

    def _announce(self, assistant_id: str, assistant: Assistant | None) -> None:
        self._bus.publish(AssistantChanged(assistant_id=assistant_id, assistant=assistant))
