"""Closes runs that nobody carries out any more: the app was killed, or the disk was full when they ended."""

from __future__ import annotations

from engine import events
from engine.runs import machine as m
from engine.runs.ledger import Ledger
from engine.store import Store
from engine.types import IncompleteReason, LastError, Message, PageRequest, Run, RunStatus, RunStep, StepStatus, Usage

INTERRUPTED = "Fireside was closed or stopped before this answer was finished. What was written is kept; ask again."
_LATEST = PageRequest(limit=1, order="desc")


def close_orphan(store: Store, run: Run, *, now: int) -> list[events.Event]:
    """End a stored run with its partial text, in one transaction; return what to announce.

    A run being cancelled ends cancelled, one that waited for its client past its time expired, all others failed.
    """
    status, step_status, reason = _ending(run)
    error = LastError(code="server_error", message=INTERRUPTED) if status is RunStatus.FAILED else None
    step, message = open_step(store, run), _open_message(store, run)
    commands: list[m.Command] = []
    if message is not None:
        commands.append(m.CompleteMessage(now=now, reason=reason))
    if step is not None:
        commands.append(m.CompleteStep(status=step_status, now=now, error=error))
    commands.append(m.Finish(status=status, now=now, usage=run.usage or Usage(), error=error))
    ledger = Ledger(store, run, step=step, message=message)
    if error is not None:
        ledger.trace["error"] = {"code": "interrupted", "details": {}}
    return ledger.carry_out(commands)


def _ending(run: Run) -> tuple[RunStatus, StepStatus, IncompleteReason]:
    match run.status:
        case RunStatus.CANCELLING:
            return RunStatus.CANCELLED, "cancelled", "run_cancelled"
        case RunStatus.REQUIRES_ACTION:
            return RunStatus.EXPIRED, "expired", "run_expired"
        case _:
            return RunStatus.FAILED, "failed", "run_failed"


def open_step(store: Store, run: Run) -> RunStep | None:
    """Return the run's step that is not closed; only its latest can be open."""
    steps = store.steps.list(run.id, _LATEST).items
    return steps[0] if steps and steps[0].status == "in_progress" else None


def _open_message(store: Store, run: Run) -> Message | None:
    messages = store.messages.list(run.thread_id, _LATEST, run_id=run.id).items
    return messages[0] if messages and messages[0].status == "in_progress" else None
