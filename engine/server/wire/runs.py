"""Runs and their steps on the wire."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

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
from engine.types import FunctionCall, JsonObject, LastError, NewMessage, Run, RunRequest, RunStatus, RunStep, Usage


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


def run_json(run: Run) -> JsonObject:
    """Return the API's run object; usage stays null until the run has ended."""
    reason = run.incomplete_reason
    return {
        "id": run.id,
        "object": "thread.run",
        "created_at": run.created_at,
        "thread_id": run.thread_id,
        "assistant_id": run.assistant_id,
        "status": run.status.value,
        "required_action": _required_action(run),
        "last_error": _error_json(run.last_error),
        "expires_at": run.expires_at,
        "started_at": run.started_at,
        "cancelled_at": run.cancelled_at,
        "failed_at": run.failed_at,
        "completed_at": run.completed_at,
        "incomplete_details": {"reason": reason} if reason else None,
        "model": run.model,
        "instructions": run.instructions,
        "tools": list(run.tools),
        "metadata": run.metadata,
        "usage": usage_json(run.usage) if run.status.terminal else None,
        "temperature": run.temperature,
        "top_p": run.top_p,
        "max_prompt_tokens": run.max_prompt_tokens,
        "max_completion_tokens": run.max_completion_tokens,
        "truncation_strategy": {"last_messages": None, **run.truncation_strategy},
        "tool_choice": run.tool_choice,
        "parallel_tool_calls": run.parallel_tool_calls,
        "response_format": run.response_format or "auto",
        "reasoning_effort": run.reasoning_effort,
    }


def _required_action(run: Run) -> JsonObject | None:
    if run.status is not RunStatus.REQUIRES_ACTION:
        return None
    # What a person at the screen has to allow is no client's business.
    calls = [_call_json(call) for call in run.required_calls if call.output is None and call.kind == "function"]
    return {"type": "submit_tool_outputs", "submit_tool_outputs": {"tool_calls": calls}}


def _call_json(call: FunctionCall) -> JsonObject:
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}


def _error_json(error: LastError | None) -> JsonObject | None:
    return {"code": error.code, "message": error.message} if error else None


def usage_json(usage: Usage | None) -> JsonObject | None:
    """Return the API's token counts."""
    if usage is None:
        return None
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": usage.total_tokens,
    }


def step_json(step: RunStep, *, with_content: bool = False) -> JsonObject:
    """Return the API's run step; `with_content` keeps the text of found passages, as `include[]` asks for."""
    return {
        "id": step.id,
        "object": "thread.run.step",
        "created_at": step.created_at,
        "assistant_id": step.assistant_id,
        "thread_id": step.thread_id,
        "run_id": step.run_id,
        "type": step.type,
        "status": step.status,
        "step_details": step.details if with_content else _without_passages(step.details),
        "last_error": _error_json(step.last_error),
        "expired_at": step.expired_at,
        "cancelled_at": step.cancelled_at,
        "failed_at": step.failed_at,
        "completed_at": step.completed_at,
        "metadata": step.metadata,
        "usage": None if step.status == "in_progress" else usage_json(step.usage),
    }


def _without_passages(details: JsonObject) -> JsonObject:
    if details.get("type") != "tool_calls":
        return details
    return {**details, "tool_calls": [_without_passage(call) for call in details.get("tool_calls", ())]}


def _without_passage(call: JsonObject) -> JsonObject:
    """Return a call with what the API knows of it."""
    if isinstance(code := call.get("code_interpreter"), dict):
        return {**call, "code_interpreter": {"input": code.get("input", ""), "outputs": code.get("outputs", [])}}
    search = call.get("file_search")
    if not isinstance(search, dict) or "results" not in search:
        return call
    results = [{key: value for key, value in result.items() if key != "content"} for result in search["results"]]
    return {**call, "file_search": {**search, "results": results}}
