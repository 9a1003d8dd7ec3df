"""Threads, messages, runs and steps as the API's JSON objects: what the server answers, and what an export holds."""

from __future__ import annotations

from engine.types import (
    FunctionCall,
    JsonObject,
    LastError,
    Message,
    Run,
    RunStatus,
    RunStep,
    Thread,
    Usage,
    part_to_json,
)


def thread_json(thread: Thread) -> JsonObject:
    """Return the API's thread object."""
    return {
        "id": thread.id,
        "object": "thread",
        "created_at": thread.created_at,
        "tool_resources": thread.tool_resources,
        "metadata": thread.metadata,
    }


def message_json(message: Message) -> JsonObject:
    """Return the API's message object."""
    reason = message.incomplete_reason
    return {
        "id": message.id,
        "object": "thread.message",
        "created_at": message.created_at,
        "thread_id": message.thread_id,
        "status": message.status,
        "incomplete_details": {"reason": reason} if reason else None,
        "completed_at": message.completed_at,
        "incomplete_at": message.incomplete_at,
        "role": message.role,
        "content": [part_to_json(part) for part in message.content],
        "assistant_id": message.assistant_id,
        "run_id": message.run_id,
        "attachments": list(message.attachments),
        "metadata": message.metadata,
    }


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
