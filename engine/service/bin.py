"""The bin at the front door: what was deleted in the window lies here for 30 days."""

from __future__ import annotations

import time
from collections.abc import Callable

from engine.bus import Bus
from engine.errors import NotFound
from engine.events import BinChanged, MessageChanged, MessagesMoved, ThreadChanged
from engine.runs.alarms import Alarms
from engine.runs.scheduler import Scheduler
from engine.service.threads import stop_run
from engine.store import Store
from engine.store.bin import Binned as Binned

KEPT_DAYS = 30
_DAY = 86_400
_ALARM = "bin"


class Bin:
    """Deleting over the API does not come here: it is for ever."""

    def __init__(
        self, store: Store, bus: Bus, scheduler: Scheduler, alarms: Alarms, forget: Callable[[str], None]
    ) -> None:
        """`forget` drops what is kept of a thread outside the store."""
        self._forget = forget
        self._store = store
        self._bus = bus
        self._scheduler = scheduler
        self._alarms = alarms

    def put_thread(self, thread_id: str) -> None:
        """Put a thread into the bin; a run at work on it is stopped first. Raises NotFound."""
        self._store.threads.get(thread_id)
        stop_run(self._store, self._scheduler, thread_id)
        self._store.bin.put_thread(thread_id)
        self._forget(thread_id)
        self._bus.publish(ThreadChanged(thread_id=thread_id, what="deleted", thread=None))
        self._bus.publish(BinChanged(thread_id=thread_id))

    def put_message(self, thread_id: str, message_id: str) -> None:
        """Put a message into the bin. Raises NotFound, or ThreadBusy while a run is writing it."""
        with self._store.transaction():
            message = self._store.messages.get(thread_id, message_id)
            self._store.messages.check_finished(message)
            self._store.bin.put_message(message_id)
        self._bus.publish(MessageChanged(thread_id=thread_id, run_id=message.run_id, what="deleted", message=message))
        self._bus.publish(BinChanged(thread_id=thread_id))

    def list(self) -> tuple[Binned, ...]:
        """Return all that is in the bin, the latest first."""
        return self._store.bin.list()

    def take_out(self, object_id: str) -> None:
        """Put a thread or message back in its place. Raises NotFound."""
        binned = self._find(object_id)
        self._store.bin.take_out(object_id)
        if binned.kind == "thread":
            thread = self._store.threads.get(object_id)
            self._bus.publish(ThreadChanged(thread_id=object_id, what="created", thread=thread))
        else:
            self._bus.publish(MessagesMoved(thread_id=binned.thread_id))
        self._bus.publish(BinChanged(thread_id=binned.thread_id))

    def remove(self, object_id: str) -> None:
        """Delete a thread or message for ever. Raises NotFound."""
        binned = self._find(object_id)
        self._store.bin.remove(object_id)
        self._forget_message(binned)
        self._bus.publish(BinChanged(thread_id=binned.thread_id))

    def empty(self) -> int:
        """Delete all that is in the bin for ever; return how much it was."""
        return self._remove_older(int(time.time()) + 1)

    def keep_emptied(self) -> None:
        """Delete for ever what has been in the bin for 30 days, now and every day from now on."""
        self._remove_older(int(time.time()) - KEPT_DAYS * _DAY)
        self._alarms.set(_ALARM, _DAY, self.keep_emptied)

    def _forget_message(self, binned: Binned) -> None:
        """Drop what repeats the words of a message that is gone for ever; a thread takes all with it."""
        if binned.kind == "message":
            self._store.run_logs.forget_prompts(binned.thread_id)
            self._forget(binned.thread_id)

    def _find(self, object_id: str) -> Binned:
        found = next((binned for binned in self._store.bin.list() if binned.id == object_id), None)
        if found is None:
            raise NotFound("thing in the bin", object_id)
        return found

    def _remove_older(self, before: int) -> int:
        gone = [binned for binned in self._store.bin.list() if binned.deleted_at < before]
        removed = self._store.bin.remove_older(before)
        for binned in gone:
            self._forget_message(binned)
        if removed:
            self._bus.publish(BinChanged())
        return removed
