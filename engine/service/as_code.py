"""A run as a Python script for the `openai` client: it makes the same assistant and thread, and runs it again; pure."""

from __future__ import annotations

import pprint
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engine.types import Assistant, ImageFilePart, ImageUrlPart, Message, Run, RunStep, TextPart, Thread, part_to_json

MOST_MESSAGES = 100
_WIDTH = 100
_HEAD = '''"""Rebuilds a Fireside conversation with the openai client (pip install openai).

Switch the local API on in Fireside's settings and set FIRESIDE_API_KEY to the key shown there.
"""

import json
import os

from openai import OpenAI

client = OpenAI(base_url=os.environ.get("FIRESIDE_URL", {base_url}), api_key=os.environ["FIRESIDE_API_KEY"])
'''
_FUNCTIONS = """
# What each function returned here; put your own code in its place.
RETURNED = {returned}


def call(name: str, arguments: dict) -> str:
    return RETURNED.get(name, "unknown function")


"""
_LOOP = """while run.status == "requires_action":
    outputs = [
        {"tool_call_id": asked.id, "output": call(asked.function.name, json.loads(asked.function.arguments))}
        for asked in run.required_action.submit_tool_outputs.tool_calls
    ]
    run = client.beta.threads.runs.submit_tool_outputs_and_poll(
        run_id=run.id, thread_id=thread.id, tool_outputs=outputs
    )
"""
_TAIL = """
print(run.status)
for message in client.beta.threads.messages.list(thread_id=thread.id, run_id=run.id, order="asc"):
    for part in message.content:
        if part.type == "text":
            print(part.text.value)
"""


def script(
    run: Run,
    *,
    assistant: Assistant | None,
    thread: Thread,
    before: Sequence[Message],
    steps: Iterable[RunStep],
    base_url: str,
) -> str:
    """Return the source. `before`: the messages the run found in the thread, oldest first.

    `assistant` as it is now, None if it is gone; what the run was asked with counts, not what has changed since.
    """
    functions = any(tool["type"] == "function" for tool in run.tools)
    imports = _HEAD if functions else _HEAD.replace("import json\n", "")
    parts = [imports.replace("{base_url}", repr(base_url))]
    if functions:
        parts.append(_FUNCTIONS.replace("{returned}", _literal(_returned(steps))))
    else:
        parts.append("\n")
    parts.append(_call("assistant", "client.beta.assistants.create", _assistant_fields(run, assistant)))
    parts.append(_call("thread", "client.beta.threads.create", _thread_fields(thread, before)))
    parts.append(_call("run", "client.beta.threads.runs.create_and_poll", _run_fields(run)))
    if functions:
        parts.append(_LOOP)
    return "".join([*parts, _TAIL])


def _assistant_fields(run: Run, assistant: Assistant | None) -> dict[str, Any]:
    fields = {
        "model": run.model,
        "name": assistant.name if assistant else None,
        "instructions": run.instructions,
        "tools": list(run.tools),
        "tool_resources": _resources(assistant.tool_resources) if assistant else None,
        "temperature": run.temperature,
        "top_p": run.top_p,
        "response_format": None if run.response_format == "auto" else run.response_format,
        "reasoning_effort": run.reasoning_effort,
    }
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def _thread_fields(thread: Thread, before: Sequence[Message]) -> dict[str, Any]:
    fields: dict[str, Any] = {"messages": [_message(message) for message in before[-MOST_MESSAGES:] if message.content]}
    if resources := _resources(thread.tool_resources):
        fields["tool_resources"] = resources
    return fields


def _run_fields(run: Run) -> dict[str, Any]:
    fields: dict[str, Any] = {"thread_id": _Name("thread.id"), "assistant_id": _Name("assistant.id")}
    given = {
        "max_prompt_tokens": run.max_prompt_tokens,
        "max_completion_tokens": run.max_completion_tokens,
        "tool_choice": None if run.tool_choice == "auto" else run.tool_choice,
        "parallel_tool_calls": None if run.parallel_tool_calls else False,
        "truncation_strategy": None if run.truncation_strategy.get("type") == "auto" else run.truncation_strategy,
    }
    return fields | {name: value for name, value in given.items() if value is not None}


def _message(message: Message) -> dict[str, Any]:
    said: dict[str, Any] = {"role": message.role, "content": _content(message)}
    if message.attachments:
        said["attachments"] = list(message.attachments)
    return said


def _content(message: Message) -> Any:
    if any(isinstance(part, ImageFilePart | ImageUrlPart) for part in message.content):
        return [
            {"type": "text", "text": part.text} if isinstance(part, TextPart) else part_to_json(part)
            for part in message.content
        ]
    return message.text


def _resources(resources: Mapping[str, Any]) -> dict[str, Any]:
    return {kind: value for kind, value in resources.items() if value and any(value.values())}


def _returned(steps: Iterable[RunStep]) -> dict[str, str]:
    calls = (call for step in steps for call in step.details.get("tool_calls", ()) if call["type"] == "function")
    return {call["function"]["name"]: call["function"]["output"] or "" for call in calls}


class _Name:
    """A name in the script, where a value would be quoted."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name


def _call(target: str, function: str, fields: Mapping[str, Any]) -> str:
    lines = "".join(f"    {name}={_literal(value, 4)},\n" for name, value in fields.items())
    return f"{target} = {function}(\n{lines})\n"


def _literal(value: Any, indent: int = 0) -> str:
    text = pprint.pformat(value, width=_WIDTH - indent, sort_dicts=False)
    if isinstance(value, str) and "\n" in text:
        return text  # pprint puts parentheses around a string it breaks
    return text.replace("\n", "\n" + " " * indent)
