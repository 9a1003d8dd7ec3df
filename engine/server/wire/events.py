"""The engine's events as the API's stream events, in the form that the official client can follow."""

from __future__ import annotations

from collections.abc import Iterator

from engine.events import Event, MessageChanged, MessageDelta, RunChanged, StepChanged, StepDelta, ThreadChanged
from engine.server.wire.messages import message_json
from engine.server.wire.runs import run_json, step_json
from engine.server.wire.threads import thread_json
from engine.types import JsonObject, RunStatus

Named = tuple[str, JsonObject]


class StreamEvents:
    """Translates the events of one run's stream; keeps what the client's accumulator needs to be told once."""

    def __init__(self, *, with_content: bool = False) -> None:
        self._with_content = with_content
        self._parts = 0
        self._opened: set[tuple[str, int]] = set()

    def translate(self, event: Event) -> Iterator[Named]:
        """Yield (event name, data) for one event of the engine; nothing for those the API has no name for."""
        match event:
            case ThreadChanged(what="created", thread=thread) if thread is not None:
                yield "thread.created", thread_json(thread)
            case RunChanged(what=what, run=run) if what != "updated":
                yield f"thread.run.{what}", run_json(run)
            case StepChanged(what=what, step=step):
                yield f"thread.run.step.{what}", step_json(step, with_content=self._with_content)
            case StepDelta():
                yield from self._step_delta(event)
            case MessageChanged(what="created" | "in_progress" as what, message=message):
                yield f"thread.message.{what}", {**message_json(message), "content": []}
            case MessageChanged(what="completed" | "incomplete" as what, message=message):
                yield f"thread.message.{what}", self._padded(message_json(message))
            case MessageDelta():
                yield "thread.message.delta", self._message_delta(event)
            case _:
                return

    def _message_delta(self, event: MessageDelta) -> JsonObject:
        self._parts = max(self._parts, event.index + 1)
        if event.image_file_id is not None:
            image = {"file_id": event.image_file_id, "detail": "auto"}
            content = [{"index": event.index, "type": "image_file", "image_file": image}]
            return {"id": event.message_id, "object": "thread.message.delta", "delta": {"content": content}}
        text = {"value": event.text, "annotations": list(event.annotations)}
        content = [{"index": event.index, "type": "text", "text": text}]
        return {"id": event.message_id, "object": "thread.message.delta", "delta": {"content": content}}

    def _padded(self, message: JsonObject) -> JsonObject:
        """Give a message as many parts as any message of this stream had.

        The client looks up the index of the last delta it saw, even one of an earlier message, and would
        raise IndexError on an answer that was cut off before its first word.
        """
        missing = self._parts - len(message["content"])
        empty = {"type": "text", "text": {"value": "", "annotations": []}}
        return {**message, "content": [*message["content"], *(empty for _ in range(missing))]}

    def _step_delta(self, event: StepDelta) -> Iterator[Named]:
        for call in event.tool_calls:
            key = (event.step_id, int(call["index"]))
            pieces = (call,) if key in self._opened else _split(call)
            self._opened.add(key)
            for piece in pieces:
                yield _step_delta_named(event.step_id, piece)


def _step_delta_named(step_id: str, call: JsonObject) -> Named:
    details = {"type": "tool_calls", "tool_calls": [call]}
    return "thread.run.step.delta", {
        "id": step_id,
        "object": "thread.run.step.delta",
        "delta": {"step_details": details},
    }


def _split(call: JsonObject) -> tuple[JsonObject, ...]:
    """Part a tool call's first delta into an empty opening and the rest.

    The client only announces a call on its first delta: what that one carries is never reported as written.
    """
    kind = call["type"]
    growing = {"function": "arguments", "code_interpreter": "input"}.get(kind)
    inner = call.get(kind, {})
    if growing is None or not inner.get(growing):
        return (call,)
    opening = {**call, kind: {**{k: v for k, v in inner.items() if k == "name"}, growing: ""}}
    rest = {k: v for k, v in inner.items() if k != "name"}
    if kind == "function":
        opening[kind] |= {"output": None}
        rest.pop("output", None)
    else:
        opening[kind] |= {"outputs": []}
    return opening, {"index": call["index"], "type": kind, kind: rest}


def ends_stream(event: Event) -> bool:
    """Tell whether a run's stream is over after this event."""
    return (
        isinstance(event, RunChanged)
        and event.what != "updated"
        and (event.run.status.terminal or event.run.status is RunStatus.REQUIRES_ACTION)
    )
