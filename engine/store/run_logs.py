"""What runs leave behind for people who want to know: the prompts as the model read them, measures, and events.

Prompts are kept compressed and within a bound on the disk: where it is passed, those of the oldest generations go.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Sequence

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from engine.store import tables
from engine.store.database import Database
from engine.store.records import Records
from engine.types import GenerationRecord, JsonObject, Run

LONGEST = 4_000_000  # characters of one prompt; what is longer is kept from its start
_MOST_BYTES = 64 * 1024 * 1024
_BETWEEN_SWEEPS = 50


class RunLogs:
    """Generations of a run in their order, and its events; they go with the run."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._runs = Records(database, tables.runs, Run, "run")

    def add(self, run_id: str, *, prompt: str, measures: JsonObject) -> None:
        """Keep one generation of a run; its number follows from those before it. Raises NotFound."""
        table = tables.generations
        packed = zlib.compress(prompt[:LONGEST].encode("utf-8", "surrogatepass")) if prompt else None
        with self._database.transaction() as connection:
            self._runs.get(run_id)
            before = connection.execute(select(func.count()).where(table.c.run_id == run_id)).scalar_one()
            row = {
                "run_id": run_id,
                "number": before + 1,
                "created_at": int(time.time()),
                "prompt": packed,
                "bytes": len(packed or b""),
                "measures": measures,
            }
            seq = connection.execute(insert(table).values(row)).inserted_primary_key
            if seq is not None and seq[0] % _BETWEEN_SWEEPS == 0:
                self.sweep()

    def of(self, run_id: str) -> tuple[GenerationRecord, ...]:
        """Return the generations of a run, the first one first."""
        c = tables.generations.c
        query = select(c.number, c.created_at, c.prompt, c.measures).where(c.run_id == run_id).order_by(c.number)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return tuple(
            GenerationRecord(
                number=row.number, created_at=row.created_at, prompt=_text(row.prompt), measures=row.measures
            )
            for row in rows
        )

    def put_events(self, run_id: str, events: Sequence[JsonObject]) -> None:
        """Keep what was announced of a run, in place of what was kept so far. Raises NotFound."""
        row = {"run_id": run_id, "events": list(events)}
        statement = upsert(tables.run_events).values(row)
        statement = statement.on_conflict_do_update(index_elements=["run_id"], set_={"events": row["events"]})
        with self._database.transaction() as connection:
            self._runs.get(run_id)
            connection.execute(statement)

    def events(self, run_id: str) -> tuple[JsonObject, ...]:
        """Return what was announced of a run."""
        query = select(tables.run_events.c.events).where(tables.run_events.c.run_id == run_id)
        with self._database.read() as connection:
            return tuple(connection.execute(query).scalar_one_or_none() or ())

    def forget_prompts(self, thread_id: str) -> None:
        """Let go of the prompts of a thread: something was deleted that they repeat."""
        table = tables.generations
        runs = select(tables.runs.c.id).where(tables.runs.c.thread_id == thread_id)
        with self._database.transaction() as connection:
            connection.execute(update(table).where(table.c.run_id.in_(runs)).values(prompt=None, bytes=0))

    def sweep(self, most_bytes: int = _MOST_BYTES) -> int:
        """Let go of the oldest prompts beyond that many bytes; return how many."""
        c = tables.generations.c
        # From the newest on, how much is kept up to each: what lies beyond the bound goes.
        kept = func.sum(c.bytes).over(order_by=c.seq.desc())
        inner = select(c.seq, kept.label("kept")).where(c.bytes > 0).subquery()
        with self._database.transaction() as connection:
            total = connection.execute(select(func.coalesce(func.sum(c.bytes), 0))).scalar_one()
            if total <= most_bytes:
                return 0
            gone = select(inner.c.seq).where(inner.c.kept > most_bytes)
            statement = update(tables.generations).where(c.seq.in_(gone)).values(prompt=None, bytes=0)
            return connection.execute(statement).rowcount


def _text(packed: bytes | None) -> str:
    return "" if packed is None else zlib.decompress(packed).decode("utf-8", "surrogatepass")
