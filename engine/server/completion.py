"""One chat completion as it grows: the model's text in, the API's deltas and finally the whole answer out."""

from __future__ import annotations

import time

from engine.ids import new_id
from engine.inference.callsyntax import Tools
from engine.inference.port import Generation, TextDelta
from engine.inference.toolcalls import CallArguments, CallEnd, CallStart, Part, Reasoning, Text, ToolCallParser
from engine.types import JsonObject, Usage


class Answer:
    """Collects an answer. Tool calls are told from text the same way as in runs."""

    def __init__(self, *, model: str, tools: tuple[JsonObject, ...], with_logprobs: bool) -> None:
        schemas = {tool["function"]["name"]: tool["function"].get("parameters") or {} for tool in tools}
        self._parser = ToolCallParser(Tools(schemas))
        self._words_only = ToolCallParser(Tools({}))
        self._with_logprobs = with_logprobs
        self.model = model
        self._id = new_id("chatcmpl").replace("_", "-", 1)
        self._created = int(time.time())
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._calls: list[JsonObject] = []
        self._logprobs: list[JsonObject] = []

    def opening(self) -> JsonObject:
        """Return the first chunk, which only names the role."""
        return self._chunk({"role": "assistant", "content": "", "refusal": None})

    def take(self, event: TextDelta) -> list[JsonObject]:
        """Return the chunks for newly written text."""
        self._logprobs += event.logprobs
        if event.words:
            self._parser = self._words_only
        chunks = [self._chunk(delta) for delta in self._deltas(self._parser.feed(event.text))]
        if self._with_logprobs and event.logprobs:
            # A token may be held back until it is known not to open a call; its numbers are not.
            chunks = chunks or [self._chunk({})]
            chunks[0]["choices"][0]["logprobs"] = {"content": list(event.logprobs), "refusal": None}
        return chunks

    def close(self, ended: Generation) -> list[JsonObject]:
        """Return the last chunks: what was held back, then why the answer ended."""
        chunks = [self._chunk(delta) for delta in self._deltas(self._parser.finish())]
        return [*chunks, self._chunk({}, finish=self._finish(ended))]

    def usage_chunk(self, ended: Generation) -> JsonObject:
        """Return the chunk that `stream_options.include_usage` asks for; it has no choices."""
        return {**self._chunk({}), "choices": [], "usage": completion_usage_json(ended.usage)}

    def whole(self, ended: Generation) -> JsonObject:
        """Return the API's chat completion; call after `close`."""
        message: JsonObject = {
            "role": "assistant",
            "content": "".join(self._text) if self._text or not self._calls else None,
            "refusal": None,
        }
        if self._reasoning:
            message["reasoning_content"] = "".join(self._reasoning)
        if self._calls:
            message["tool_calls"] = self._calls
        choice = {
            "index": 0,
            "message": message,
            "logprobs": {"content": self._logprobs, "refusal": None} if self._with_logprobs else None,
            "finish_reason": self._finish(ended),
        }
        return {
            **self._head("chat.completion"),
            "choices": [choice],
            "usage": completion_usage_json(ended.usage),
        }

    def _deltas(self, parts: list[Part]) -> list[JsonObject]:
        deltas: list[JsonObject] = []
        for part in parts:
            match part:
                case Text(text=text):
                    self._text.append(text)
                    deltas.append({"content": text})
                case Reasoning(text=text):
                    self._reasoning.append(text)
                    deltas.append({"reasoning_content": text})
                case CallStart(name=name):
                    call = {"id": new_id("call"), "type": "function", "function": {"name": name, "arguments": ""}}
                    self._calls.append(call)
                    opening = {**call, "function": {"name": name, "arguments": ""}}
                    deltas.append({"tool_calls": [{"index": len(self._calls) - 1, **opening}]})
                case CallArguments(text=text):
                    self._calls[-1]["function"]["arguments"] += text
                    growth = {"index": len(self._calls) - 1, "function": {"arguments": text}}
                    deltas.append({"tool_calls": [growth]})
                case CallEnd():
                    pass
        return deltas

    def _finish(self, ended: Generation) -> str:
        if ended.finish == "length":
            return "length"
        return "tool_calls" if self._calls else "stop"

    def _chunk(self, delta: JsonObject, *, finish: str | None = None) -> JsonObject:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return {**self._head("chat.completion.chunk"), "choices": [choice]}

    def _head(self, kind: str) -> JsonObject:
        return {
            "id": self._id,
            "object": kind,
            "created": self._created,
            "model": self.model,
            "system_fingerprint": "fp_fireside",
        }


def completion_usage_json(usage: Usage) -> JsonObject:
    """Return the token counts of a chat completion, with those that were not read again."""
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": usage.total_tokens,
        "prompt_tokens_details": {"cached_tokens": usage.cached_tokens, "audio_tokens": 0},
    }
