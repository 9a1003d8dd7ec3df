"""Reads what the next run of a thread will begin with, before it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from engine.cancel import CancelToken
from engine.inference.port import ChatRequest, Sampling, thinking
from engine.runs.calling import plan
from engine.runs.conversation import is_discussion
from engine.runs.prompt import Budget, build
from engine.runs.world import World
from engine.types import Message, Run, TextPart

_NEXT = "…"  # stands for what will be said


def read_ahead(world: World, run: Run, cancel: CancelToken) -> None:
    """Load the model of a run that is only planned, and let it read all but the message to come.

    Only the reading is given up when `cancel` is set: who comes then wants the model as well. Raises what loading and
    counting raise.
    """
    model_id = str(run.trace.get("model", run.model))
    spec, loaded = world.open_model(model_id)
    if cancel.is_set():
        return
    settings = world.settings()
    calling = plan(run, (), most_rounds=settings.max_call_rounds, own=world.tools.offered(run))
    words = world.tools.words(run) if run.thread_id else ""
    prompt = build(
        "\n\n".join(filter(None, (run.instructions, words))),
        _with_next(world, run),
        count=lambda texts: world.counts.of(model_id, texts, partial(world.backend.count, spec)),
        budget=Budget(context=loaded.context, answer=settings.max_answer_tokens),
        role_last=bool(run.thread_id) and is_discussion(world, run),
    )
    if prompt.dropped:  # where the next prompt begins is decided when it is made
        return
    request = ChatRequest(
        messages=prompt.messages,
        tools=calling.tools,
        tool_choice=calling.tool_choice,
        owner=run.thread_id,
        sampling=Sampling(temperature=0.0, max_tokens=0),
        extra=thinking(run.reasoning_effort),
    )
    world.backend.chat(spec, request, lambda _event: None, cancel)


def _with_next(world: World, run: Run) -> Iterator[Message]:
    yield Message(id="", created_at=0, thread_id=run.thread_id, role="user", content=(TextPart(text=_NEXT),))
    if run.thread_id:
        yield from world.store.messages.history(run.thread_id)
