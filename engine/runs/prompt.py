"""What of a thread fits the model's context: system prompt and newest turns stay, the oldest turns go first; pure.

A turn is a user's message with the answers that follow it. History comes in lazily, newest first, and is read no
further than the budget reaches, as threads have no end.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Literal

from engine.errors import InvalidRequest
from engine.inference.port import ChatMessage
from engine.types import ImageFilePart, ImageUrlPart, JsonObject, Message, Part, RefusalPart, TextPart

Count = Callable[[list[str]], list[int]]
DropReason = Literal["context", "max_prompt_tokens", "last_messages"]

MESSAGE_TOKENS = 8  # what a template puts around one message: role, markers, line breaks; measured 4 to 7
_LISTED = 40  # dropped messages named one by one in a run's trace; older ones are only known to be older
_BATCH = 20  # messages measured in one call of `count`
_LONGEST_TURN = 200  # messages; a turn that is longer is cut, so that a thread without users is not read to its start


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Room in tokens: `context` of the model, `answer` kept free in it, and the caller's own limit on the prompt.

    `slack` is taken off as well: how much longer than estimated the template made the last attempt.
    """

    context: int
    answer: int
    max_prompt_tokens: int | None = None
    slack: int = 0

    @property
    def reserve(self) -> int:
        """Tokens kept for the answer; on a small context at most a quarter, or no prompt would fit beside it."""
        return min(self.answer, max(self.context // 4, 1))

    @property
    def tokens(self) -> int:
        room = self.context - self.reserve
        return (room if self.max_prompt_tokens is None else min(room, self.max_prompt_tokens)) - self.slack

    @property
    def limit(self) -> Literal["context", "max_prompt_tokens"]:
        """Which of the two bounds is the tighter one."""
        room = self.context - self.reserve
        return (
            "max_prompt_tokens" if self.max_prompt_tokens is not None and self.max_prompt_tokens < room else "context"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A message the model does not see."""

    message_id: str
    tokens: int
    reason: DropReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What goes to the model. `tokens` is an estimate; `dropped` is newest first; `more_dropped`: older ones went too.

    `begins` is the id of the first message when older ones did not fit. `stand_ins` are the ids of messages whose
    images the model gets as a few words only.
    """

    messages: tuple[ChatMessage, ...]
    tokens: int
    dropped: tuple[Dropped, ...] = ()
    more_dropped: bool = False
    begins: str | None = None
    stand_ins: tuple[str, ...] = ()

    def trace(self) -> JsonObject:
        """Return what a run records about its prompt."""
        return {
            "dropped": [{"id": d.message_id, "tokens": d.tokens, "reason": d.reason} for d in self.dropped],
            "more_dropped": self.more_dropped,
            "begins": self.begins,
            "image_stand_ins": list(self.stand_ins),
        }


class PromptTooLong(InvalidRequest):
    """The instructions and the newest turn alone are longer than the budget; `limit` says which bound it was."""

    code = "context_exceeded"

    def __init__(self, needed: int, budget: Budget) -> None:
        self.limit: Literal["context", "max_prompt_tokens"] = budget.limit
        if self.limit == "context":
            message = (
                f"The instructions and the newest message need about {needed} tokens, but the model's context of "
                f"{budget.context} leaves {max(budget.tokens, 0)} beside the answer. Shorten the message or the "
                "instructions, or choose a longer context in the settings."
            )
        else:
            message = (
                f"The instructions and the newest message need about {needed} tokens, more than the "
                f"{budget.max_prompt_tokens} that max_prompt_tokens leaves for the prompt."
            )
        super().__init__(message, needed=needed, room=budget.tokens, context=budget.context)


_Measured = tuple[Message, int]


def build(
    system: str,
    history: Iterable[Message],
    *,
    count: Count,
    budget: Budget,
    last_messages: int | None = None,
    tail: Sequence[ChatMessage] = (),
    begins: str | None = None,
    filled: float = 1.0,
    role_last: bool = False,
) -> Prompt:
    """Choose what the model sees.

    `history`: newest first, read no further than needed. `tail`: what this run has done so far, kept whole.
    `last_messages`: at most that many. When turns have to go, the prompt begins at the message `begins`, where the one
    before it did, if what follows fits; else only this part of the room is `filled`, so that the beginning can stay for
    many turns. `role_last`: `system` follows the messages, which all speakers then share. Raises PromptTooLong.
    """
    fixed = _fixed_tokens(system, tail, count)
    left = room = budget.tokens - fixed
    measured = _measure(history, count)
    window = islice(measured, last_messages)
    turns: list[list[_Measured]] = []  # those that fit; newest first, as the messages in each
    dropped: list[_Measured] = []
    for turn in _turns(window):
        if _total(turn) <= left:
            turns.append(turn)
            left -= _total(turn)
            continue
        squeezed = [] if turns else _squeeze(turn, room)
        if not turns and not squeezed:
            raise PromptTooLong(fixed + turn[0][1], budget)
        fewer = _begin_at(turns, begins, room * filled)
        dropped = [*chain(*turns[len(fewer) :]), *(item for item in turn if item not in squeezed)]
        turns = fewer or [squeezed]
        break
    kept = [item for turn in turns for item in turn]
    if room < 0 and not kept:
        raise PromptTooLong(fixed, budget)
    left_out, more = _left_out(dropped, window, measured, budget)
    chosen = [message for message, _ in reversed(kept)]
    return Prompt(
        messages=(*_chat("", chosen, system), *tail) if role_last else (*_chat(system, chosen), *tail),
        tokens=fixed + _total(kept),
        dropped=left_out,
        more_dropped=more,
        begins=chosen[0].id if dropped else None,
        stand_ins=tuple(message.id for message in chosen if any(_is_image(part) for part in message.content)),
    )


def _begin_at(turns: list[list[_Measured]], begins: str | None, room: float) -> list[list[_Measured]]:
    """Return the newest of the turns: down to the one with that message, else as many as fit the room, at least one."""
    for count, turn in enumerate(turns, start=1):
        if any(message.id == begins for message, _ in turn):
            return turns[:count]
    count, filled = 0, 0
    for turn in turns:
        filled += _total(turn)
        if count and filled > room:
            break
        count += 1
    return turns[:count]


def _measure(history: Iterable[Message], count: Count) -> Iterator[_Measured]:
    messages = iter(history)
    while batch := list(islice(messages, _BATCH)):
        for message, tokens in zip(batch, count([message_text(m) for m in batch]), strict=True):
            yield message, tokens + MESSAGE_TOKENS


def _turns(window: Iterator[_Measured]) -> Iterator[list[_Measured]]:
    """Yield turns, the newest turn and in it the newest message first."""
    turn: list[_Measured] = []
    for item in window:
        turn.append(item)
        if item[0].role == "user" or len(turn) == _LONGEST_TURN:
            yield turn
            turn = []
    if turn:
        yield turn


def _squeeze(turn: list[_Measured], room: int) -> list[_Measured]:
    """Cut the newest turn from its middle: its question and its newest messages stay. Empty when nothing fits."""
    newest_tokens, question = turn[0][1], turn[-1]
    if newest_tokens > room:
        return []
    keeps_question = question[0].role == "user" and newest_tokens + question[1] <= room
    room -= question[1] if keeps_question else 0
    kept = []
    for item in turn[:-1]:
        if item[1] > room:
            break
        kept.append(item)
        room -= item[1]
    return [*kept, question] if keeps_question else kept


def _left_out(
    dropped: list[_Measured], window: Iterator[_Measured], measured: Iterator[_Measured], budget: Budget
) -> tuple[tuple[Dropped, ...], bool]:
    """Name the newest of the messages left out, and say whether there are older ones."""
    reason: DropReason = budget.limit
    older = [*dropped, *islice(window, _LISTED)]
    named = [Dropped(message_id=m.id, tokens=tokens, reason=reason) for m, tokens in older[:_LISTED]]
    if len(older) < _LISTED:
        beyond = islice(measured, _LISTED - len(older))
        named += [Dropped(message_id=m.id, tokens=tokens, reason="last_messages") for m, tokens in beyond]
    return tuple(named), len(older) > _LISTED or next(measured, None) is not None


def _total(items: Sequence[_Measured]) -> int:
    return sum(tokens for _, tokens in items)


def _fixed_tokens(system: str, tail: Sequence[ChatMessage], count: Count) -> int:
    texts = [system] if system else []
    texts += [m.content + (json.dumps(m.tool_calls, ensure_ascii=False) if m.tool_calls else "") for m in tail]
    return sum(count(texts)) + MESSAGE_TOKENS * (len(texts) + 1) if texts else MESSAGE_TOKENS


def _chat(system: str, messages: Sequence[Message], last: str = "") -> list[ChatMessage]:
    """Turn messages into what templates take; neighbours of one role become one, as many templates insist.

    `last` is said by the user after all of them: few templates take a system message there.
    """
    chat = [ChatMessage(role="system", content=system)] if system else []
    for role, text in (*((message.role, message_text(message)) for message in messages), ("user", last)):
        if not text:
            continue
        if chat and chat[-1].role == role:
            chat[-1] = ChatMessage(role=role, content=f"{chat[-1].content}\n\n{text}")
        else:
            chat.append(ChatMessage(role=role, content=text))
    return chat


def message_text(message: Message) -> str:
    """Return what the model reads of a message; an image is a few words until models here can see."""
    return "\n".join(filter(None, map(_part_text, message.content)))


def _part_text(part: Part) -> str:
    match part:
        case TextPart(text=text):
            return text
        case RefusalPart(refusal=refusal):
            return refusal
        case ImageFilePart(file_id=file_id):
            return f"[image {file_id}, which you cannot see]"
        case ImageUrlPart():
            return "[image, which you cannot see]"


def _is_image(part: Part) -> bool:
    return isinstance(part, ImageFilePart | ImageUrlPart)
