"""One answer of the Responses API as it grows: the model's text in, its events and finally the whole object out."""

from __future__ import annotations

import time

from engine.errors import FiresideError
from engine.ids import new_id
from engine.inference.callsyntax import Tools
from engine.inference.port import Generation, TextDelta
from engine.inference.toolcalls import CallArguments, CallEnd, CallStart, Part, Text, ToolCallParser
from engine.server.wire.responses import CreateResponse
from engine.types import JsonObject, Usage


class Responding:
    """Collects an answer; every method returns the events to send."""

    def __init__(self, body: CreateResponse, *, model: str, tools: tuple[JsonObject, ...]) -> None:
        schemas = {tool["function"]["name"]: tool["function"].get("parameters") or {} for tool in tools}
        self._parser = ToolCallParser(Tools(schemas))
        self._body = body
        self._sent = 0
        self._open: JsonObject | None = None
        self.id = new_id("resp")
        self.created_at = int(time.time())
        self.model = model
        self.output: list[JsonObject] = []

    def opening(self) -> list[JsonObject]:
        """Return the first two events."""
        return [self._event(f"response.{name}", response=self.whole("in_progress")) for name in _OPENING]

    def take(self, event: TextDelta) -> list[JsonObject]:
        """Return the events for newly written text."""
        return self._grow(self._parser.feed(event.text))

    def close(self) -> list[JsonObject]:
        """Return the events of what was held back, and of the end of the last item; the last event is `end`'s."""
        events = self._grow(self._parser.finish())
        if not self.output:
            events += self._open_message()
        return events + self._close_item()

    def end(self, ended: Generation) -> JsonObject:
        """Return the event that ends the stream, with the whole answer."""
        status = "incomplete" if ended.finish == "length" else "completed"
        return self._event(f"response.{status}", response=self.whole(status, ended))

    def fail(self, error: FiresideError) -> JsonObject:
        """Return the event that ends the stream of an answer that failed."""
        body = {**self.whole("failed"), "error": {"code": "server_error", "message": error.message}}
        return self._event("response.failed", response=body)

    def whole(self, status: str, ended: Generation | None = None) -> JsonObject:
        """Return the API's response object."""
        body, given = self._body, self._body.given()
        conversation = body.conversation_id
        return {
            "id": self.id,
            "object": "response",
            "created_at": self.created_at,
            "status": status,
            "background": False,
            "error": None,
            "incomplete_details": {"reason": "max_output_tokens"} if status == "incomplete" else None,
            "instructions": body.instructions,
            "max_output_tokens": body.max_output_tokens,
            "model": self.model,
            "output": [dict(item) for item in self.output],
            "parallel_tool_calls": body.parallel_tool_calls is not False,
            "previous_response_id": body.previous_response_id,
            "conversation": {"id": conversation} if conversation else None,
            "reasoning": given.get("reasoning") or {"effort": None, "summary": None},
            "temperature": body.temperature,
            "top_p": body.top_p,
            "text": {"format": (given.get("text") or {}).get("format") or {"type": "text"}},
            "tool_choice": given.get("tool_choice") or "auto",
            "tools": [{"parameters": None, "strict": None, **tool} for tool in given.get("tools", ())],
            "truncation": "disabled",
            "usage": _usage_json(ended.usage) if ended else None,
            "metadata": dict(body.metadata),
        }

    def _grow(self, parts: list[Part]) -> list[JsonObject]:
        events: list[JsonObject] = []
        for part in parts:
            match part:
                case Text(text=text):
                    if self._open is None or self._open["type"] != "message":
                        events += self._close_item() + self._open_message()
                    self._message_part()["text"] += text
                    events.append(self._in_item("response.output_text.delta", content_index=0, delta=text, logprobs=[]))
                case CallStart(name=name):
                    events += self._close_item() + self._open_call(name)
                case CallArguments(text=text) if self._open is not None:
                    self._open["arguments"] += text
                    events.append(self._in_item("response.function_call_arguments.delta", delta=text))
                case CallEnd():
                    events += self._close_item()
        return events

    def _open_message(self) -> list[JsonObject]:
        self._open = {"id": new_id("msg"), "type": "message", "status": "in_progress", "role": "assistant"}
        self._open["content"] = []
        self.output.append(self._open)
        added = self._in_item("response.output_item.added", item={**self._open, "content": []}, with_id=False)
        self._open["content"] = [{"type": "output_text", "text": "", "annotations": [], "logprobs": []}]
        part = dict(self._message_part())
        return [added, self._in_item("response.content_part.added", content_index=0, part=part)]

    def _open_call(self, name: str) -> list[JsonObject]:
        self._open = {"id": new_id("fc"), "type": "function_call", "status": "in_progress", "name": name}
        self._open |= {"call_id": new_id("call"), "arguments": ""}
        self.output.append(self._open)
        return [self._in_item("response.output_item.added", item=dict(self._open), with_id=False)]

    def _close_item(self) -> list[JsonObject]:
        """Return the events that end the open item, if there is one."""
        item = self._open
        if item is None:
            return []
        if item["type"] == "message":
            part = dict(self._message_part())
            events = [
                self._in_item("response.output_text.done", content_index=0, text=part["text"], logprobs=[]),
                self._in_item("response.content_part.done", content_index=0, part=part),
            ]
        else:
            done = {"arguments": item["arguments"], "name": item["name"]}
            events = [self._in_item("response.function_call_arguments.done", **done)]
        item["status"] = "completed"
        events.append(self._in_item("response.output_item.done", item=dict(item), with_id=False))
        self._open = None
        return events

    def _message_part(self) -> JsonObject:
        part: JsonObject = self.output[-1]["content"][0]
        return part

    def _in_item(self, kind: str, *, with_id: bool = True, **fields: object) -> JsonObject:
        """Return an event of the last item, which is the open one."""
        where = {"item_id": self.output[-1]["id"]} if with_id else {}
        return self._event(kind, output_index=len(self.output) - 1, **where, **fields)

    def _event(self, kind: str, **fields: object) -> JsonObject:
        self._sent += 1
        return {"type": kind, "sequence_number": self._sent - 1, **fields}


_OPENING = ("created", "in_progress")


def _usage_json(usage: Usage) -> JsonObject:
    return {
        "input_tokens": usage.prompt_tokens,
        "input_tokens_details": {"cached_tokens": usage.cached_tokens, "cache_write_tokens": 0},
        "output_tokens": usage.completion_tokens,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": usage.total_tokens,
    }
