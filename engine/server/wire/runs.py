"""Runs and their steps on the wire."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from engine.portability.api_objects import run_json as run_json
from engine.portability.api_objects import step_json as step_json
from engine.portability.api_objects import usage_json as usage_json
from engine.server.wire.body import Body
from engine.server.wire.fields import (
    Instructions,
    Metadata,
    ModelName,
    ObjectId,
    ReasoningEffort,
    Resources,
    ResponseFormat,
    RunTools,
    Temperature,
    TokenLimit,
    ToolChoice,
    ToolResources,
    TopP,
    TruncationStrategy,
)
from engine.server.wire.messages import CreateMessage
from engine.server.wire.threads import CreateThread
from engine.types import NewMessage, RunRequest


class RunOptions(Body):
    """What both ways to start a run may set."""

    assistant_id: ObjectId
    model: ModelName | None = None
    instructions: Instructions | None = None
    tools: RunTools | None = None
    metadata: Metadata = {}
    temperature: Temperature | None = None
    top_p: TopP | None = None
    stream: bool | None = None
    max_prompt_tokens: TokenLimit | None = None
    max_completion_tokens: TokenLimit | None = None
    truncation_strategy: TruncationStrategy | None = None
    tool_choice: ToolChoice | None = None
    parallel_tool_calls: bool = True
    response_format: ResponseFormat | None = None

    def to_request(self, **more: Any) -> RunRequest:
        """Return what the engine takes; absent and null both mean "as the assistant has it"."""
        plain = self.given()
        return RunRequest(
            assistant_id=self.assistant_id,
            model=self.model,
            instructions=self.instructions,
            tools=None if self.tools is None else tuple(plain["tools"]),
            metadata=dict(self.metadata),
            temperature=self.temperature,
            top_p=self.top_p,
            max_prompt_tokens=self.max_prompt_tokens,
            max_completion_tokens=self.max_completion_tokens,
            truncation_strategy=plain.get("truncation_strategy"),
            tool_choice=plain.get("tool_choice"),
            parallel_tool_calls=self.parallel_tool_calls,
            response_format=plain.get("response_format"),
            **more,
        )


class CreateRun(RunOptions):
    """Body of `POST /v1/threads/{id}/runs`."""

    additional_instructions: Instructions | None = None
    additional_messages: Annotated[list[CreateMessage], Field(max_length=10_000)] | None = None
    reasoning_effort: ReasoningEffort | None = None

    def run_request(self) -> RunRequest:
        """Return what the engine takes."""
        messages: tuple[NewMessage, ...] = tuple(message.to_new() for message in self.additional_messages or ())
        return self.to_request(
            additional_instructions=self.additional_instructions,
            additional_messages=messages,
            reasoning_effort=self.reasoning_effort,
        )


class CreateThreadAndRun(RunOptions):
    """Body of `POST /v1/threads/runs`."""

    thread: CreateThread | None = None
    tool_resources: Resources = ToolResources()

    def thread_fields(self) -> dict[str, Any]:
        """Return what the engine takes to make the thread; resources given beside it are the thread's."""
        fields = (self.thread or CreateThread()).fields()
        resources = {**fields.get("tool_resources", {}), **self.given().get("tool_resources", {})}
        return {**fields, "tool_resources": resources}


class ToolOutput(Body):
    """What a function returned; the text may be empty but not absent."""

    tool_call_id: ObjectId
    output: str = ""


class SubmitToolOutputs(Body):
    """Body of `POST /v1/threads/{id}/runs/{id}/submit_tool_outputs`."""

    tool_outputs: Annotated[list[ToolOutput], Field(max_length=1000)]
    stream: bool | None = None
