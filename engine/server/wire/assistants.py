"""Assistants on the wire."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from engine.server.wire.body import Body
from engine.server.wire.fields import (
    AssistantTools,
    Instructions,
    Metadata,
    ModelName,
    NewResources,
    NewToolResources,
    ReasoningEffort,
    Resources,
    ResponseFormat,
    Temperature,
    ToolResources,
    TopP,
)
from engine.types import Assistant, JsonObject

_Name = Annotated[str, Field(max_length=256)]
_Description = Annotated[str, Field(max_length=512)]


class _Fields(Body):
    name: _Name | None = None
    description: _Description | None = None
    instructions: Instructions | None = None
    tools: AssistantTools = []
    metadata: Metadata = {}
    temperature: Temperature | None = None
    top_p: TopP | None = None
    response_format: ResponseFormat | None = None
    reasoning_effort: ReasoningEffort | None = None

    def given(self) -> dict[str, Any]:
        """Return the fields the caller sent, as the engine takes them."""
        plain = super().given()
        return {**plain, "tools": tuple(plain["tools"])} if "tools" in plain else plain


class CreateAssistant(_Fields):
    """Body of `POST /v1/assistants`."""

    model: ModelName
    tool_resources: NewResources = NewToolResources()


class UpdateAssistant(_Fields):
    """Body of `POST /v1/assistants/{id}`; what is absent stays, what is null is cleared."""

    model: ModelName = ""  # cannot be null; the default is never read, only what was sent
    tool_resources: Resources = ToolResources()


def assistant_json(assistant: Assistant) -> JsonObject:
    """Return the API's assistant object."""
    return {
        "id": assistant.id,
        "object": "assistant",
        "created_at": assistant.created_at,
        "name": assistant.name,
        "description": assistant.description,
        "model": assistant.model,
        "instructions": assistant.instructions,
        "tools": list(assistant.tools),
        "tool_resources": assistant.tool_resources,
        "metadata": assistant.metadata,
        "temperature": assistant.temperature,
        "top_p": assistant.top_p,
        "response_format": assistant.response_format or "auto",
        "reasoning_effort": assistant.reasoning_effort,
    }
