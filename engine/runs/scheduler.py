"""Which run works when: as many on a model as it takes, in the order they came; cancelling, deadlines, and orphans."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from functools import partial

from engine.errors import InvalidRequest, NotFound
from engine.runs import machine as m
from engine.runs.alarms import Alarms
from engine.runs.recovery import close_orphan, open_step
from engine.runs.runner import ActiveRun
from engine.runs.world import World
from engine.types import Run, RunStatus


class Scheduler:
    """Holds every run that has not ended. At most `settings.max_loaded_models` models work at once.

    On each work as many runs as the loaded model says it writes for at once. Those of the thread in front, at which
    somebody looks, go before the others, and one of them is let in even when all places are taken.

    Lock order: a run's lock may be held when this one is taken, never the other way round.
    """

    def __init__(self, world: World, alarms: Alarms) -> None:
        self._world = world
        self._alarms = alarms
        self._lock = threading.Lock()
        self._runs: dict[str, ActiveRun] = {}
        self._queue: list[ActiveRun] = []
        self._working: dict[ActiveRun, threading.Thread] = {}
        self._closing = False

    def recover(self) -> None:
        """Close what the last process left unfinished; runs that wait for their client go on waiting. Call once."""
        for run in self._world.store.runs.unfinished():
            now = self._world.now()
            if run.status is RunStatus.REQUIRES_ACTION and (run.expires_at is None or run.expires_at > now):
                step = open_step(self._world.store, run)
                active = ActiveRun(self._world, run, self._changed, self._ended, waiting_step=step)
                with self._lock:
                    self._runs[run.id] = active
                self._set_deadline(run)
            else:
                self._close_orphan(run)

    def submit(self, run: Run) -> None:
        """Take a stored queued run; it starts when its turn comes."""
        active = ActiveRun(self._world, run, self._changed, self._ended)
        with self._lock:
            self._runs[run.id] = active
            self._queue.append(active)
            closing = self._closing
        if closing:  # stored a moment too late: whoever waits for it must not wait for ever
            active.send(m.CancelRequested(now=self._world.now()))
        self.advance()

    def reclaim(self, thread_id: str) -> bool:
        """Close the thread's unfinished run if nobody carries it out any more; return whether there was one."""
        run = self._world.store.runs.active(thread_id)
        if run is None or self._find(run.id) is not None:
            return False
        self._close_orphan(run)
        return True

    def cancel(self, thread_id: str, run_id: str) -> Run:
        """Stop a run: at once if it does not work yet, else as soon as the model has stopped.

        Raises NotFound, and InvalidRequest if it has ended already.
        """
        run = self._world.store.runs.get(thread_id, run_id)
        if run.status.terminal:
            raise InvalidRequest(f"Cannot cancel run with status '{run.status}'.", code="run_ended", status=run.status)
        active = self._find(run_id)
        if active is None:
            self.reclaim(thread_id)
            return self._world.store.runs.get(thread_id, run_id)
        return active.send(m.CancelRequested(now=self._world.now()))

    def submit_outputs(
        self, thread_id: str, run_id: str, outputs: Mapping[str, str], decided: Mapping[str, bool] | None = None
    ) -> Run:
        """Hand in the outputs of all calls the run waits for, and what a person decided on the others.

        Raises NotFound, InvalidRequest.
        """
        run = self._world.store.runs.get(thread_id, run_id)
        active = self._find(run_id)
        if active is None or run.status is not RunStatus.REQUIRES_ACTION:
            raise InvalidRequest(
                f'Runs in status "{run.status}" do not accept tool outputs.', code="run_not_waiting", status=run.status
            )
        if active.undecided != (decided or {}).keys():
            raise InvalidRequest(
                f"Run {run_id} waits for the person at the screen to allow a tool; nobody else can answer for them.",
                code="waits_for_person",
            )
        expected = active.unanswered
        if expected != set(outputs):
            raise InvalidRequest(
                f"Expected tool outputs for call_ids {sorted(expected)}, got {sorted(outputs)}.",
                param="tool_outputs",
                code="tool_outputs_mismatch",
            )
        said = m.OutputsSubmitted(
            outputs=tuple(outputs.items()), decided=tuple((decided or {}).items()), now=self._world.now()
        )
        return active.send(said)

    def wait(self, run_id: str, timeout: float | None = None) -> bool:
        """Block until the run has ended or waits for its client, and that was announced; False if it takes longer."""
        active = self._find(run_id)
        return active is None or active.wait(timeout)

    def close(self, timeout: float) -> bool:
        """Cancel every run that is queued or at work and start no other; return whether all have stopped in time."""
        with self._lock:
            self._closing = True
            runs = list(self._runs.values())
        for active in runs:
            if active.run.status is not RunStatus.REQUIRES_ACTION:
                active.send(m.CancelRequested(now=self._world.now()))
        return self.join(timeout)

    def join(self, timeout: float) -> bool:
        """Wait for the working threads; return whether all have ended."""
        deadline = time.monotonic() + timeout
        with self._lock:
            threads = list(self._working.values())
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in threads)

    def _find(self, run_id: str) -> ActiveRun | None:
        with self._lock:
            return self._runs.get(run_id)

    def advance(self) -> None:
        """Start every run for which there is a place, the oldest first; also called when a model has been loaded."""
        places = {model.model_id: model.parallel for model in self._world.backend.loaded()}
        with self._lock:
            front, most = self._world.front(), self._world.settings().max_loaded_models
            for active in sorted(self._queue, key=lambda queued: queued.run.thread_id != front):
                if self._closing:
                    return
                busy = [working.model_id for working in self._working]
                free = places.get(active.model_id, 1) - busy.count(active.model_id)
                if active.run.thread_id == front and places.get(active.model_id, 1) > 1:
                    free += 1
                if free <= 0 or (active.model_id not in busy and len(set(busy)) >= most):
                    continue
                self._queue.remove(active)
                thread = threading.Thread(target=self._work, args=(active,), name=f"run {active.run.id}", daemon=True)
                self._working[active] = thread
                thread.start()

    def _work(self, active: ActiveRun) -> None:
        try:
            active.work()
        finally:
            with self._lock:
                del self._working[active]
            self.advance()

    def _changed(self, active: ActiveRun) -> None:
        """Follow a run into its new status."""
        run = active.run
        if run.status.terminal:
            self._alarms.drop(run.id)
            with self._lock:
                if active in self._queue:
                    self._queue.remove(active)
        elif run.status is RunStatus.QUEUED:
            self._alarms.drop(run.id)  # waiting for its turn is not its fault
            with self._lock:
                self._queue.append(active)
            self.advance()
        elif run.status in (RunStatus.IN_PROGRESS, RunStatus.REQUIRES_ACTION):
            self._set_deadline(run)

    def _ended(self, active: ActiveRun) -> None:
        with self._lock:
            self._runs.pop(active.run.id, None)

    def _set_deadline(self, run: Run) -> None:
        if run.expires_at is not None:
            self._alarms.set(run.id, run.expires_at - self._world.now(), partial(self._expire, run.id))

    def _expire(self, run_id: str) -> None:
        active = self._find(run_id)
        if active is not None:
            active.send(m.DeadlinePassed(now=self._world.now()))

    def _close_orphan(self, run: Run) -> None:
        try:
            announced = close_orphan(self._world.store, run, now=self._world.now())
        except NotFound:
            return  # its thread was deleted meanwhile
        for event in announced:
            self._world.bus.publish(event)
