"""What the files of vector stores and batches add up to, read from an index alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Column, Connection, func, select

from engine.store import tables
from engine.store.records import listed
from engine.types import FileCounts


@dataclass(frozen=True, slots=True)
class Counts:
    """Files by status, and the bytes kept for searching them."""

    files: FileCounts = FileCounts()
    usage_bytes: int = 0


def counts_by(connection: Connection, owner: Column[str], ids: Sequence[str]) -> dict[str, Counts]:
    """Return the counts of each owner; `owner` is the column of `vector_store_files` that names it."""
    status, usage = tables.vector_store_files.c.status, tables.vector_store_files.c.usage_bytes
    query = select(owner, status, func.count(), func.sum(usage)).where(owner.in_(listed(ids))).group_by(owner, status)
    by_status: dict[str, dict[str, int]] = defaultdict(dict)
    used: dict[str, int] = defaultdict(int)
    for owner_id, status_name, number, size in connection.execute(query):
        by_status[owner_id][status_name] = number
        used[owner_id] += size
    return {each: Counts(FileCounts(**by_status[each]), used[each]) for each in ids}
