"""Editing what was said and answering again: the thread branches, and what was there before is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bus import Bus
from engine.errors import InvalidRequest
from engine.events import MessagesMoved
from engine.service.runs import Runs
from engine.store import Store
from engine.store.branches import Fork as Fork
from engine.types import Message, NewMessage, PageRequest, Run, TextPart

_STEP = 20
Options = Mapping[str, Any] | None  # fields of `RunRequest` for this run, in place of the assistant's


class Branches:
    """All raise NotFound, and ThreadBusy while a run of the thread is unfinished."""

    def __init__(self, store: Store, bus: Bus, runs: Runs) -> None:
        self._store = store
        self._bus = bus
        self._runs = runs

    def forks(self, thread_id: str) -> tuple[Fork, ...]:
        """Return the forks of what is shown, from the thread's start on."""
        self._store.threads.get(thread_id)
        return self._store.branches.forks(thread_id)

    def choose(self, thread_id: str, branch_id: str) -> None:
        """Show another branch."""
        self._store.branches.choose(thread_id, branch_id)
        self._bus.publish(MessagesMoved(thread_id=thread_id))

    def show(self, thread_id: str, message_id: str) -> bool:
        """Show the branch that holds a message; return whether another one was shown before."""
        branch_id = self._store.branches.of_message(thread_id, message_id)
        if branch_id is not None:
            self.choose(thread_id, branch_id)
        return branch_id is not None

    def edit(
        self, thread_id: str, message_id: str, assistant_id: str, text: str, *, options: Options = None
    ) -> tuple[Message, Run]:
        """Say something else instead of a user's message, with the same files, and let the assistant answer that.

        Raises InvalidRequest for an answer or an empty text, and as `Runs.create` does.
        """
        self._runs.free(thread_id)
        with self._store.transaction():
            old = self._store.messages.get(thread_id, message_id)
            if old.role != "user":
                raise InvalidRequest("Only what you said yourself can be edited.", param="message_id")
            self._store.branches.fork(thread_id, message_id)
            run, messages = self._runs.store_answered(thread_id, _reworded(old, text), assistant_id, options)
        self._bus.publish(MessagesMoved(thread_id=thread_id))
        return messages[0], self._runs.launch(run, messages)

    def answer_again(self, thread_id: str, message_id: str, assistant_id: str, *, options: Options = None) -> Run:
        """Let the assistant answer once more where an answer is; `message_id` may also be what is to be answered."""
        self._runs.free(thread_id)
        with self._store.transaction():
            first = self._answer_to(thread_id, message_id)
            if first is not None:
                self._store.branches.fork(thread_id, first)
            run, _ = self._runs.store_answered(thread_id, None, assistant_id, options)
        if first is not None:
            self._bus.publish(MessagesMoved(thread_id=thread_id))
        return self._runs.launch(run, ())

    def _answer_to(self, thread_id: str, message_id: str) -> str | None:
        """Return the first message after what the user said last, seen from a message; None if nothing follows."""
        message = self._store.messages.get(thread_id, message_id)
        first = message_id
        while message.role != "user":
            before = self._store.messages.list(thread_id, PageRequest(limit=_STEP, order="desc", after=first)).items
            for message in before:
                if message.role == "user":
                    return first
                first = message.id
            if len(before) < _STEP:
                return first  # nobody said anything before
        after = self._store.messages.list(thread_id, PageRequest(limit=1, order="asc", after=message_id)).items
        return after[0].id if after else None


def _reworded(old: Message, text: str) -> NewMessage:
    """Return the message with another text, its images and files as they were."""
    if not text.strip():
        raise InvalidRequest("There is nothing to send: write a message first.", param="text", code="empty_text")
    others = tuple(part for part in old.content if not isinstance(part, TextPart))
    content = (TextPart(text=text), *others)
    return NewMessage(role="user", content=content, attachments=old.attachments, metadata=dict(old.metadata))
