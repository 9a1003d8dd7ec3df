"""Stored messages of threads without an end."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

from engine.errors import ThreadBusy
from engine.ids import new_id
from engine.store import tables
from engine.store.activity import active_run_id, mark_used
from engine.store.database import Database
from engine.store.records import Records
from engine.types import IncompleteReason, Message, MessageStatus, NewMessage, Page, PageRequest, Part, Run, Thread

_SHOWN: dict[str, None] = {"shelf": None, "deleted_at": None}  # not of another branch, not in the bin


class Messages:
    """Messages of a thread in the order they were added."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._records = Records(database, tables.messages, Message, "message")
        self._threads = Records(database, tables.threads, Thread, "thread")
        self._runs = Records(database, tables.runs, Run, "run")

    def create(self, thread_id: str, new: NewMessage) -> Message:
        """Add a caller's message. Raises NotFound, or ThreadBusy while a run is unfinished."""
        with self._database.transaction() as connection:
            mark_used(connection, thread_id)
            run_id = active_run_id(connection, thread_id)
            if run_id is not None:
                raise ThreadBusy(
                    f"Can't add messages to {thread_id} while a run {run_id} is active.",
                    thread_id=thread_id,
                    run_id=run_id,
                )
            return add_messages(self._database, thread_id, [new])[0]

    def get(self, thread_id: str, message_id: str) -> Message:
        """Return a message, of another branch too. Raises NotFound, also for one in the bin."""
        return self._records.get(message_id, thread_id=thread_id, deleted_at=None)

    def list(self, thread_id: str, page: PageRequest, run_id: str | None = None) -> Page[Message]:
        """Return a page of the thread, or of what one run wrote. Raises NotFound, InvalidRequest."""
        self._threads.get(thread_id, deleted_at=None)
        scope = {} if run_id is None else {"run_id": run_id}
        return self._records.page(page, thread_id=thread_id, **_SHOWN, **scope)

    def history(self, thread_id: str, *, chunk: int = 200) -> Iterator[Message]:
        """Yield messages newest first, reading `chunk` at a time: stop when the prompt is full, and no more is read."""
        before: int | None = None
        while rows := self._records.newest(chunk, before=before, thread_id=thread_id, **_SHOWN):
            for before, message in rows:  # noqa: B007 - the last one is the next chunk's cursor
                yield message

    def update(self, thread_id: str, message_id: str, **changes: Any) -> Message:
        """Change fields, such as `metadata`; None empties one. Raises NotFound."""
        return self._records.update(message_id, changes, thread_id=thread_id, deleted_at=None)

    def delete(self, thread_id: str, message_id: str) -> None:
        """Take a message out of the thread. Raises NotFound, or ThreadBusy while a run is writing it."""
        with self._database.transaction():
            self.check_finished(self.get(thread_id, message_id))
            self._records.delete(message_id)

    def check_finished(self, message: Message) -> None:
        """Raises ThreadBusy while a run is writing the message."""
        if message.status == "in_progress":
            raise ThreadBusy(
                f"Can't delete {message.id} while a run {message.run_id} is writing it.",
                thread_id=message.thread_id,
                run_id=message.run_id,
            )

    def begin(self, thread_id: str, assistant_id: str, run_id: str) -> Message:
        """Add the empty message that a run is about to write. Raises NotFound if thread or run are gone."""
        message = Message(
            id=new_id("msg"),
            created_at=int(time.time()),
            thread_id=thread_id,
            role="assistant",
            content=(),
            status="in_progress",
            assistant_id=assistant_id,
            run_id=run_id,
        )
        with self._database.transaction() as connection:
            mark_used(connection, thread_id)
            self._runs.get(run_id, thread_id=thread_id)
            self._records.insert([message])
        return message

    def save_partial(self, message_id: str, content: Sequence[Part]) -> None:
        """Keep what a run has written so far. Raises NotFound if the message is gone or already finished."""
        self._records.update(message_id, {"content": tuple(content)}, status="in_progress")

    def finish(
        self,
        message_id: str,
        content: Sequence[Part],
        status: MessageStatus,
        incomplete_reason: IncompleteReason | None = None,
    ) -> Message:
        """Store a run's message as it ended, "completed" or "incomplete" with a reason. Raises NotFound."""
        ended_at = "completed_at" if status == "completed" else "incomplete_at"
        changes = {
            "content": tuple(content),
            "status": status,
            "incomplete_reason": incomplete_reason,
            ended_at: int(time.time()),
        }
        return self._records.update(message_id, changes)


def add_messages(database: Database, thread_id: str, new: Sequence[NewMessage]) -> tuple[Message, ...]:
    """Append callers' messages to a thread, for a caller that has made sure that it exists and is free."""
    now = int(time.time())
    messages = tuple(
        Message(
            id=new_id("msg"),
            created_at=now,
            thread_id=thread_id,
            role=message.role,
            content=message.content,
            attachments=message.attachments,
            metadata=message.metadata,
        )
        for message in new
    )
    Records(database, tables.messages, Message, "message").insert(messages)
    return messages
