"""Trying an unsaved assistant leaves nothing in any list, and answers with what the form says at that moment."""

from __future__ import annotations

import json

import pytest

from engine.errors import NotFound
from engine.events import AssistantChanged, Event, ThreadChanged
from engine.inference.port import ChatRequest
from engine.recipes import Binding, Recipe
from tests.support.fixtures import EngineFactory

TOOL = {"type": "function", "function": {"name": "clock", "parameters": {"type": "object"}}}
NOON = Binding(name="clock", kind="fixed", config={"text": "noon"}, approval="allow")


def _script(request: ChatRequest) -> str:
    told = [message.content for message in request.messages if message.role == "tool"]
    if told:
        return f"It is {told[0]}."
    if request.tools:
        return f"<tool_call>\n{json.dumps({'name': 'clock', 'arguments': {}})}\n</tool_call>"
    return request.messages[0].content.partition("\n")[0]


def test_it_answers_with_what_is_written_now(make_engine: EngineFactory) -> None:
    engine = make_engine(_script)
    heard: list[Event] = []
    engine.subscribe(heard.append)
    thread = engine.previews.open()

    _, run = engine.previews.say(thread, Recipe(instructions="Be Ada."), "Hi")
    engine.runs.wait(run.id, 30)
    _, run = engine.previews.say(thread, Recipe(tools=(TOOL,), bindings=(NOON,)), "What time is it?")
    for _ in range(2):  # it waits for the function, then goes on
        engine.runs.wait(run.id, 30)

    while not engine.runs.get(thread, run.id).status.terminal:
        engine.runs.wait(run.id, 30)
    texts = [message.text for message in engine.messages.list(thread).items if message.role == "assistant"]
    assert texts[0] == "It is noon."
    assert texts[-1].startswith("Be Ada.")
    assert engine.threads.list().items == engine.assistants.list().items == ()
    engine.previews.close(thread)
    engine.previews.close(thread)
    assert not [event for event in heard if isinstance(event, AssistantChanged | ThreadChanged)]
    with pytest.raises(NotFound):
        engine.threads.get(thread)
    with pytest.raises(NotFound):
        engine.previews.say(thread, Recipe(), "Hi")
