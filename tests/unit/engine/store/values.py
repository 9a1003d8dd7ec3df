"""Values that the tests of the store are made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.store import Store
from engine.types import Message, NewMessage, PageRequest, Run, RunStatus, TextPart

FIRST_HUNDRED = PageRequest(limit=100, order="asc")


def said(text: str) -> NewMessage:
    return NewMessage(role="user", content=(TextPart(text=text),))


def texts(messages: Iterable[Message]) -> list[str]:
    return [message.text for message in messages]


def started(store: Store, thread_id: str, **values: Any) -> Run:
    """Return a run that is not finished."""
    return store.runs.create(thread_id, assistant_id="asst_a", model="m", **values)[0]


def finished(store: Store, thread_id: str, **values: Any) -> Run:
    return store.runs.update(started(store, thread_id, **values).id, status=RunStatus.COMPLETED)
