"""What can be done with a message: a table; each row is a button under it, and a line of its menu."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desktop.chat.turns import Turn
from desktop.words import QT_TRANSLATE_NOOP, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageAction:
    """`shown(turn, newest)` says for which messages it makes sense; the page performs it by its name."""

    name: str
    icon: str
    words: Words
    shown: Callable[[Turn, bool], bool]


def _is_answer(turn: Turn, _newest: bool) -> bool:
    return turn.role == "assistant" and turn.state != "writing"


# In the order of the buttons. `copy` is done by the message; `ChatPage.message_performers` has the others.
ACTIONS: tuple[MessageAction, ...] = (
    MessageAction(
        name="copy",
        icon="copy",
        words=QT_TRANSLATE_NOOP("MessageActions", "Copy message"),
        shown=lambda _turn, _newest: True,
    ),
    MessageAction(
        name="again",
        icon="rotate-ccw",
        words=QT_TRANSLATE_NOOP("MessageActions", "Answer again"),
        shown=_is_answer,
    ),
    MessageAction(
        name="edit",
        icon="pencil",
        words=QT_TRANSLATE_NOOP("MessageActions", "Edit and ask again"),
        shown=lambda turn, _newest: turn.role == "user",
    ),
    MessageAction(
        name="delete",
        icon="trash-2",
        words=QT_TRANSLATE_NOOP("MessageActions", "Delete message"),
        shown=lambda turn, _newest: turn.state != "writing",
    ),
)
