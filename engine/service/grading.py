"""Grading models at the front door: the built-in suite is run once, its card kept and shown."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable

from engine.bus import Bus
from engine.cancel import CancelToken
from engine.errors import Cancelled, InvalidRequest
from engine.events import LibraryChanged
from engine.inference import toolcalls as t
from engine.inference.callsyntax import Call, Tools
from engine.inference.port import ChatMessage, GenerationEvent, TextDelta
from engine.service.chat import Chat
from engine.store import Store
from engine.tools.grading import Case, Verdict, judge, suite
from engine.tools.grading import card as make_card
from engine.types import JsonObject, ModelCard

log = logging.getLogger(__name__)

OnCase = Callable[[Case, Verdict], None]
_ANSWER = 160  # tokens; no right answer of the suite is longer, and a wrong one need not be heard to its end


class Grading:
    """How well models call functions."""

    def __init__(self, chat: Chat, store: Store, bus: Bus) -> None:
        self._chat = chat
        self._store = store
        self._bus = bus

    @property
    def cases(self) -> int:
        """How many cases the suite has."""
        return len(suite())

    def card(self, model_id: str) -> ModelCard | None:
        """Return what the last grading found, or None."""
        return self._store.model_cards.find(model_id)

    def grade(
        self, model_id: str, *, on_case: OnCase = lambda _case, _verdict: None, cancel: CancelToken | None = None
    ) -> ModelCard:
        """Let a model do the suite, which takes minutes, and keep its card; `on_case` hears each verdict.

        Raises what `Chat.complete` raises when the model cannot be used, and Cancelled, which keeps nothing.
        """
        cancel = cancel or CancelToken()
        verdicts: dict[str, Verdict] = {}
        for case in suite():
            verdicts[case.id] = self._verdict(model_id, case, cancel)
            if cancel.is_set():
                raise Cancelled("Grading was stopped.")
            on_case(case, verdicts[case.id])
        card = make_card(model_id, verdicts, now=int(time.time()))
        self._store.model_cards.put(card)
        self._bus.publish(LibraryChanged())
        return card

    def _verdict(self, model_id: str, case: Case, cancel: CancelToken) -> Verdict:
        try:
            return judge(case, self.calls(model_id, case, cancel))
        except InvalidRequest as error:  # the model's context is too short for this case
            log.info("case %s cannot be put to %s: %s", case.id, model_id, error.code)
            return "failed"

    def calls(self, model_id: str, case: Case, cancel: CancelToken) -> tuple[Call, ...]:
        """Return the calls a model makes in one case, at temperature 0."""
        schemas = {tool["function"]["name"]: tool["function"].get("parameters") or {} for tool in case.tools}
        parser, words = t.ToolCallParser(Tools(schemas)), t.ToolCallParser(Tools({}))
        parts: list[t.Part] = []

        def hear(event: GenerationEvent) -> None:
            nonlocal parser
            if isinstance(event, TextDelta):
                parser = words if event.words else parser
                parts.extend(parser.feed(event.text))

        self._chat.complete(
            model_id,
            [_message(message) for message in case.messages],
            tools=case.tools,
            sampling=self._chat.sampling(temperature=0.0, call_temperature=0.0, repeat_penalty=1.0, max_tokens=_ANSWER),
            on_event=hear,
            cancel=cancel,
        )
        return _gathered([*parts, *parser.finish()])


def _message(message: JsonObject) -> ChatMessage:
    calls = tuple(
        {**call, "function": {**call["function"], "arguments": json.loads(call["function"]["arguments"])}}
        for call in message.get("tool_calls", ())
    )
    return ChatMessage(**{**message, "tool_calls": calls})


def _gathered(parts: list[t.Part]) -> tuple[Call, ...]:
    calls: list[Call] = []
    for part in parts:
        match part:
            case t.CallStart(name=name):
                calls.append(Call(name, ""))
            case t.CallArguments(text=text):
                calls[-1] = Call(calls[-1].name, calls[-1].arguments + text)
    return tuple(calls)
