"""Threads on the wire."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from engine.portability.api_objects import thread_json as thread_json
from engine.server.wire.body import Body
from engine.server.wire.fields import Metadata, NewResources, NewToolResources, Resources, ToolResources
from engine.server.wire.messages import CreateMessage


class CreateThread(Body):
    """Body of `POST /v1/threads`, and the thread of `POST /v1/threads/runs`."""

    messages: Annotated[list[CreateMessage], Field(max_length=10_000)] | None = None
    metadata: Metadata = {}
    tool_resources: NewResources = NewToolResources()

    def fields(self) -> dict[str, Any]:
        """Return what the engine takes to make the thread."""
        plain = {key: value for key, value in self.given().items() if key != "messages"}
        return {**plain, "messages": tuple(message.to_new() for message in self.messages or ())}


class UpdateThread(Body):
    """Body of `POST /v1/threads/{id}`; what is absent stays, what is null is cleared."""

    metadata: Metadata = {}
    tool_resources: Resources = ToolResources()
