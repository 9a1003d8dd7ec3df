"""When a person has to allow what a model wants to do, and what they have allowed already.

Runs that the window or the terminal started have a person beside them; a run that came over the API has not: its
client answers functions as ever, and code runs in the jail as it did in the hosted service.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.runs.machine import CallKind
from engine.settings import Settings
from engine.store import Store
from engine.types import FunctionExecutor, Run

HERE = "here"  # in a run's trace, under "functions": a person is there, its calls are answered here
_NOTHING: frozenset[CallKind] = frozenset()
_CODE: frozenset[CallKind] = frozenset({"code_interpreter"})


class Approvals:
    """Decides by the settings, by the executor's own approval, and by what was allowed for the whole thread."""

    def __init__(self, store: Store, settings: Callable[[], Settings]) -> None:
        self._store = store
        self._settings = settings

    def ask_first(self, run: Run) -> frozenset[CallKind]:
        """Return which kinds of Fireside's own calls a person has to allow in this run now."""
        wanted = self._settings().code_approval
        if run.trace.get("functions") != HERE or wanted == "never":
            return _NOTHING
        if wanted == "once" and self._store.approvals.allowed(run.thread_id, "code_interpreter"):
            return _NOTHING
        return _CODE

    def asks(self, run: Run, executor: FunctionExecutor) -> bool:
        """Return whether a person has to allow a call of this executor."""
        return executor.approval == "ask" and not self._store.approvals.allowed(run.thread_id, executor.id)

    def keep(self, thread_id: str, subject: str) -> None:
        """Remember for the thread that a kind of call, or an executor by its id, is allowed."""
        self._store.approvals.allow(thread_id, subject)

    def allowed_code(self, thread_id: str) -> None:
        """Note that the person let code run; where they are asked once, that was it for this thread."""
        if self._settings().code_approval == "once":
            self.keep(thread_id, "code_interpreter")
