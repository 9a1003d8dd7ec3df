"""Stored steps of runs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from engine.ids import new_id
from engine.store import tables
from engine.store.database import Database
from engine.store.records import Records, listed
from engine.types import Page, PageRequest, Run, RunStep


class Steps:
    """Steps of a run in the order they were taken."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._records = Records(database, tables.steps, RunStep, "run step")
        self._runs = Records(database, tables.runs, Run, "run")

    def create(self, **values: Any) -> RunStep:
        """Store a new step, in progress unless `status` says otherwise; `values` are fields of `RunStep`.

        Needed: run_id, thread_id, assistant_id, type, details. Raises NotFound if the run is gone.
        """
        step = RunStep(**{"id": new_id("step"), "created_at": int(time.time()), "status": "in_progress", **values})
        with self._database.transaction():
            self._runs.get(step.run_id, thread_id=step.thread_id)
            self._records.insert([step])
        return step

    def get(self, run_id: str, step_id: str) -> RunStep:
        """Raises NotFound."""
        return self._records.get(step_id, run_id=run_id)

    def list(self, run_id: str, page: PageRequest) -> Page[RunStep]:
        """Raises NotFound, or InvalidRequest for a bad limit or cursor."""
        self._runs.get(run_id)
        return self._records.page(page, run_id=run_id)

    def update(self, step_id: str, **changes: Any) -> RunStep:
        """Change fields; None empties one. Raises NotFound."""
        return self._records.update(step_id, changes)

    def of(self, run_ids: Sequence[str]) -> tuple[RunStep, ...]:
        """Return all steps of these runs, in the order they were taken."""
        return self._records.where(tables.steps.c.run_id.in_(listed(run_ids)))
