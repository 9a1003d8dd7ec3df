"""What the person is asked in the open thread: code to allow, functions to allow, functions to answer; knows no Qt."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from desktop.chat.ports import Runner
from engine.errors import FiresideError
from engine.events import Event, FunctionAsked, RunChanged
from engine.service import Engine

if TYPE_CHECKING:
    from engine.service.functions import Keep

_GONE = ("not_asked", "run_not_waiting")


class Asks:
    """The questions of one thread, in their order; `on_change` is called whenever they are others."""

    def __init__(
        self, engine: Engine, runner: Runner, on_change: Callable[[], None], failed: Callable[[FiresideError], None]
    ) -> None:
        self._engine = engine
        self._runner = runner
        self._on_change = on_change
        self._failed = failed
        self._thread_id: str | None = None
        self._visit = 0
        self.open: dict[str, FunctionAsked] = {}

    def show(self, thread_id: str | None) -> None:
        """Turn to a thread; what is asked there already is fetched."""
        self._visit += 1
        visit = self._visit
        self._thread_id = thread_id
        self._put(())
        if thread_id is None:
            return

        def found(asked: tuple[FunctionAsked, ...]) -> None:
            if visit == self._visit:
                self._put([*self.open.values(), *asked])

        self._runner.run(lambda: self._engine.functions.asked(thread_id), found)

    def take(self, events: Iterable[Event]) -> tuple[FunctionAsked, ...]:
        """Take events; return what was newly asked, in whatever thread."""
        new: list[FunctionAsked] = []
        kept = dict(self.open)
        for event in events:
            match event:
                case FunctionAsked():
                    new.append(event)
                    if event.thread_id == self._thread_id:
                        kept[event.call.id] = event
                case RunChanged(run=run, what=what) if what not in ("requires_action", "updated"):
                    kept = {key: asked for key, asked in kept.items() if asked.run_id != run.id}
                case _:
                    pass
        if kept.keys() != self.open.keys():
            self._put(kept.values())
        return tuple(new)

    def allow(self, call_id: str, keep: Keep = "once") -> None:
        """Let the call be carried out."""
        self._say(call_id, lambda run_id: self._engine.functions.approve(run_id, call_id, keep=keep))

    def refuse(self, call_id: str) -> None:
        """Do not let it be carried out; the model is told."""
        self._say(call_id, lambda run_id: self._engine.functions.refuse(run_id, call_id))

    def answer(self, call_id: str, output: str) -> None:
        """Hand in what the function returned."""
        self._say(call_id, lambda run_id: self._engine.functions.answer(run_id, call_id, output))

    def _say(self, call_id: str, say: Callable[[str], None]) -> None:
        asked = self.open.get(call_id)
        if asked is None:
            return
        self._put(other for key, other in self.open.items() if key != call_id)

        def failed(error: FiresideError) -> None:
            if error.code not in _GONE:  # else the run ended meanwhile, and the card is gone for good
                self._failed(error)

        self._runner.write(lambda: say(asked.run_id or ""), None, failed)

    def _put(self, asked: Iterable[FunctionAsked]) -> None:
        ordered = sorted(asked, key=lambda each: (each.run_id or "", each.number))
        self.open = {each.call.id: each for each in ordered}
        self._on_change()


def readable(arguments: str) -> str:
    """Return a call's arguments for people: JSON is set out over lines, anything else stays as it is."""
    try:
        return json.dumps(json.loads(arguments), ensure_ascii=False, indent=2)
    except ValueError:
        return arguments


def is_json(text: str) -> bool:
    """Return whether a text is JSON other than a lone number or word."""
    try:
        return isinstance(json.loads(text), dict | list)
    except ValueError:
        return False


def minutes_left(expires_at: int | None, now: float) -> int | None:
    """Return how many minutes are left, the running one counted in; None where nothing ends."""
    return None if expires_at is None else max(0, -int(-(expires_at - now) // 60))
