"""Gathers what a run's model reads: its thread and its own steps from the store, cut to the loaded model's context."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import islice

from engine.inference.port import ChatMessage, ChatRequest, LoadedModel, LoadSpec, thinking
from engine.runs.machine import Generate
from engine.runs.prompt import Budget, Prompt, PromptTooLong, build
from engine.runs.world import World
from engine.types import JsonObject, Message, PageRequest, Run, RunStep

_SURE = 0.85  # an estimate below this share of the budget is not checked by rendering the prompt
_ATTEMPTS = 4
_LOOKED_AT = 50  # messages, for one of another assistant
DISCUSSION = "discussion"  # the key in a thread's metadata; whatever its value is
_FILLED = 0.65  # of the room, once old turns have to go: the rest is for turns to come, until the next have to


def choose(
    world: World,
    run: Run,
    spec: LoadSpec,
    loaded: LoadedModel,
    command: Generate,
    tools: tuple[JsonObject, ...] = (),
) -> Prompt:
    """Choose messages by estimate; near the limit, measure the rendered prompt and choose again with what it adds.

    Raises PromptTooLong, and what the backend raises when it counts or renders.
    """
    budget = Budget(context=loaded.context, answer=command.max_tokens, max_prompt_tokens=command.max_prompt_tokens)
    done = tuple(_done_so_far(world, run))
    order = () if done else tuple(_order(world, run, spec))
    exact = 0
    described = [json.dumps(tool, ensure_ascii=False) for tool in tools]
    slack = sum(world.counts.of(spec.model_id, described, partial(world.backend.count, spec)))
    begins, extra = _began(world, run), thinking(run.reasoning_effort)
    role_last = is_discussion(world, run)
    for _ in range(_ATTEMPTS):
        prompt = build(
            "\n\n".join(filter(None, (run.instructions, world.tools.words(run)))),
            _earlier(world, run),
            count=lambda texts: world.counts.of(spec.model_id, texts, partial(world.backend.count, spec)),
            budget=replace(budget, slack=slack),
            last_messages=run.truncation_strategy.get("last_messages"),
            tail=done or order,
            begins=begins,
            filled=_FILLED,
            role_last=role_last,
        )
        if order:
            prompt = replace(prompt, messages=_in_one_turn(prompt.messages))
        if prompt.tokens + slack <= budget.tokens * _SURE:
            return prompt
        _, exact = world.backend.render(spec, ChatRequest(messages=prompt.messages, tools=tools, extra=extra))
        if exact <= budget.tokens:
            return prompt
        slack += exact - budget.tokens
    raise PromptTooLong(exact, budget)


def is_discussion(world: World, run: Run) -> bool:
    """Return whether several assistants take turns on the run's thread: it says so, or others have answered there.

    Then the thread comes before the role of who speaks, so that nobody reads again what the others have read.
    """
    if world.store.threads.get(run.thread_id).metadata.get(DISCUSSION):
        return True
    spoke = (message.assistant_id for message in islice(_earlier(world, run), _LOOKED_AT))
    return any(assistant_id and assistant_id != run.assistant_id for assistant_id in spoke)


def _began(world: World, run: Run) -> str | None:
    """Return the message at which the thread's last prompt began, if older ones did not fit it."""
    page = world.store.runs.list(run.thread_id, PageRequest(limit=2, order="desc"))
    others = (other for other in page.items if other.id != run.id)
    found = next((made.trace["begins"] for made in (run, *others) if "begins" in made.trace), None)
    return found if isinstance(found, str) else None


def _earlier(world: World, run: Run) -> Iterator[Message]:
    """The thread, newest first, without what this run wrote: that comes from its steps, among its calls."""
    return (message for message in world.store.messages.history(run.thread_id) if message.run_id != run.id)


def _done_so_far(world: World, run: Run) -> Iterator[ChatMessage]:
    chinese = _is_chinese(_asked(world, run))
    for step in steps_of(world, run):
        if step.type == "message_creation":
            message = world.store.messages.get(run.thread_id, step.details["message_creation"]["message_id"])
            if message.text:
                yield ChatMessage(role="assistant", content=message.text)
            continue
        calls = step.details["tool_calls"]
        yield from _functions([call for call in calls if call["type"] == "function"])
        for call in calls:
            tool = world.tools.get(call["type"])
            if tool is not None:
                yield from tool.recall(call, chinese=chinese)


def _order(world: World, run: Run, spec: LoadSpec) -> Iterator[ChatMessage]:
    """Not a part of the conversation: it stands last and is gone in the next prompt, which begins like this one."""
    asked = _asked(world, run)
    chinese = _is_chinese(asked)
    look = world.tools.first_look(run, chinese=chinese) if asked else None
    if look and world.files_first.needed(world.backend, spec, look.there, asked, chinese=chinese):
        yield ChatMessage(role="user", content=look.order)


def _in_one_turn(messages: tuple[ChatMessage, ...]) -> tuple[ChatMessage, ...]:
    """Put the order under the question: in a turn of its own, a small model takes it for the whole request."""
    *before, asked, order = messages
    if asked.role != "user":
        return messages
    return (*before, replace(asked, content=f"{asked.content}\n\n{order.content}"))


def _asked(world: World, run: Run) -> str:
    return next((message.text for message in _earlier(world, run) if message.role == "user"), "")


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


def _functions(calls: list[JsonObject]) -> Iterator[ChatMessage]:
    if not calls:
        return
    yield ChatMessage(role="assistant", content="", tool_calls=tuple(map(_as_asked, calls)))
    for call in calls:
        function = call["function"]
        yield ChatMessage(role="tool", content=function["output"] or "", name=function["name"], tool_call_id=call["id"])


def steps_of(world: World, run: Run) -> Iterator[RunStep]:
    """Yield the run's steps, oldest first."""
    after: str | None = None
    while True:
        page = world.store.steps.list(run.id, PageRequest(limit=100, order="asc", after=after))
        yield from page.items
        if not page.has_more:
            return
        after = page.items[-1].id


def _as_asked(call: JsonObject) -> JsonObject:
    """Return the call as the model made it: without its output."""
    function = call["function"]
    return {
        "id": call["id"],
        "type": "function",
        "function": {"name": function["name"], "arguments": function["arguments"]},
    }
