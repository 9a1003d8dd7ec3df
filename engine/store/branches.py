"""Branches of threads: what was said before an edit or another answer is kept, and comes back when it is chosen.

A thread is one line of messages, as the API has it. Where it forks, the continuations that are not shown lie on the
shelf: their messages stay in the table, named with their branch, and no list of the thread has them.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from engine.errors import NotFound, ThreadBusy
from engine.ids import new_id
from engine.store import tables
from engine.store.activity import active_run_id
from engine.store.database import Database

_BRANCHES, _MESSAGES = tables.branches, tables.messages


@dataclass(frozen=True, slots=True, kw_only=True)
class Fork:
    """A place where a thread has several continuations; the one shown begins with message `message_id`.

    `branches` are the ids of all of them, the oldest first; `chosen` counts in them from 0. An empty branch has no
    message: then `message_id` is the one before it.
    """

    message_id: str
    branches: tuple[str, ...]
    chosen: int


@dataclass(frozen=True, slots=True)
class _Branch:
    """A row; `parent` None hangs on the trunk."""

    id: str
    parent: str | None
    starts_after: int
    chosen: bool


class Branches:
    """The branches of threads. Changes are refused with ThreadBusy while a run of the thread is unfinished."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def fork(self, thread_id: str, message_id: str) -> None:
        """Shelve a message and all after it as a branch; what is said next begins another. Raises NotFound."""
        with self._database.transaction() as connection:
            _require_idle(connection, thread_id)
            seq = _shown_seq(connection, thread_id, message_id)
            path = _path(_all(connection, thread_id))
            above = [branch for branch in path if branch.starts_after < seq]
            below = path[len(above) :]
            here = above[-1] if above else None
            if here is not None and _first_after(connection, thread_id, here.starts_after) == (seq, message_id):
                _shelve(connection, thread_id, [here, *below])
                _choose(connection, thread_id, here.parent, None)
                _add(connection, thread_id, here.parent, here.starts_after, chosen=True)
                return
            parent = here.id if here is not None else None
            hanging = [branch.id for branch in _all(connection, thread_id) if branch.parent == parent]
            old = _add(connection, thread_id, parent, seq - 1, chosen=False)
            connection.execute(update(_BRANCHES).where(_BRANCHES.c.id.in_(hanging)).values(parent=old.id))
            _add(connection, thread_id, parent, seq - 1, chosen=True)
            _shelve(connection, thread_id, [old, *below])

    def choose(self, thread_id: str, branch_id: str) -> None:
        """Show a branch, with those it hangs on. Raises NotFound."""
        with self._database.transaction() as connection:
            _require_idle(connection, thread_id)
            branches = {branch.id: branch for branch in _all(connection, thread_id)}
            if branch_id not in branches:
                raise NotFound("branch", branch_id)
            line = [branches[branch_id]]
            while (parent := line[-1].parent) is not None:
                line.append(branches[parent])
            for branch in reversed(line):
                self._show(connection, thread_id, branch)

    def of_message(self, thread_id: str, message_id: str) -> str | None:
        """Return the branch on whose shelf a message lies; None if it is shown. Raises NotFound."""
        query = select(_MESSAGES.c.shelf).where(_MESSAGES.c.id == message_id, _MESSAGES.c.thread_id == thread_id)
        with self._database.read() as connection:
            row = connection.execute(query.where(_MESSAGES.c.deleted_at.is_(None))).one_or_none()
        if row is None:
            raise NotFound("message", message_id)
        found: str | None = row.shelf
        return found

    def forks(self, thread_id: str) -> tuple[Fork, ...]:
        """Return the forks of what is shown, from the thread's start on."""
        with self._database.read() as connection:
            branches = _all(connection, thread_id)
            path = _path(branches)
            forks = []
            for number, branch in enumerate(path):
                end = path[number + 1].starts_after if number + 1 < len(path) else None
                message_id = _mark_of(connection, thread_id, branch.starts_after, end)
                siblings = tuple(other.id for other in branches if other.parent == branch.parent)
                if message_id is not None:
                    forks.append(Fork(message_id=message_id, branches=siblings, chosen=siblings.index(branch.id)))
        return tuple(forks)

    def _show(self, connection: Connection, thread_id: str, wanted: _Branch) -> None:
        branches = _all(connection, thread_id)
        path = _path(branches)
        if any(branch.id == wanted.id for branch in path):
            return
        first = next(number for number, branch in enumerate(path) if branch.parent == wanted.parent)
        _shelve(connection, thread_id, path[first:])
        _choose(connection, thread_id, wanted.parent, wanted.id)
        shown = [branch.id for branch in _path(_all(connection, thread_id))[first:]]
        back = update(_MESSAGES).where(_MESSAGES.c.shelf.in_(shown), _MESSAGES.c.thread_id == thread_id)
        connection.execute(back.values(shelf=None))


def _require_idle(connection: Connection, thread_id: str) -> None:
    run_id = active_run_id(connection, thread_id)
    if run_id is not None:
        raise ThreadBusy(
            f"Can't change the branch of {thread_id} while a run {run_id} is active.",
            thread_id=thread_id,
            run_id=run_id,
        )


def _all(connection: Connection, thread_id: str) -> list[_Branch]:
    """Return the thread's branches, the oldest first."""
    columns = (_BRANCHES.c.id, _BRANCHES.c.parent, _BRANCHES.c.starts_after, _BRANCHES.c.chosen)
    query = select(*columns).where(_BRANCHES.c.thread_id == thread_id).order_by(_BRANCHES.c.seq)
    return [_Branch(**row) for row in connection.execute(query).mappings()]


def _path(branches: Sequence[_Branch]) -> list[_Branch]:
    """Return the chosen branches from the trunk on, each hanging on the one before it."""
    chosen: Mapping[str | None, _Branch] = {branch.parent: branch for branch in branches if branch.chosen}
    path: list[_Branch] = []
    while (following := chosen.get(path[-1].id if path else None)) is not None:
        path.append(following)
    return path


def _add(connection: Connection, thread_id: str, parent: str | None, starts_after: int, *, chosen: bool) -> _Branch:
    branch = _Branch(new_id("branch"), parent, starts_after, chosen)
    values = {"id": branch.id, "created_at": int(time.time()), "thread_id": thread_id, "parent": parent}
    connection.execute(insert(_BRANCHES).values(**values, starts_after=starts_after, chosen=chosen))
    return branch


def _choose(connection: Connection, thread_id: str, parent: str | None, chosen: str | None) -> None:
    siblings = (_BRANCHES.c.thread_id == thread_id, _BRANCHES.c.parent == parent)
    connection.execute(update(_BRANCHES).where(*siblings).values(chosen=_BRANCHES.c.id == (chosen or "")))


def _shelve(connection: Connection, thread_id: str, branches: Sequence[_Branch]) -> None:
    """Take the messages of these branches, which follow each other to the end, out of what is shown."""
    for number, branch in enumerate(branches):
        conditions: list[Any] = [_MESSAGES.c.thread_id == thread_id, _MESSAGES.c.shelf.is_(None)]
        conditions.append(_MESSAGES.c.seq > branch.starts_after)
        if number + 1 < len(branches):
            conditions.append(_MESSAGES.c.seq <= branches[number + 1].starts_after)
        connection.execute(update(_MESSAGES).where(*conditions).values(shelf=branch.id))


def _visible(thread_id: str) -> list[Any]:
    return [_MESSAGES.c.thread_id == thread_id, _MESSAGES.c.shelf.is_(None), _MESSAGES.c.deleted_at.is_(None)]


def _shown_seq(connection: Connection, thread_id: str, message_id: str) -> int:
    query = select(_MESSAGES.c.seq).where(_MESSAGES.c.id == message_id, *_visible(thread_id))
    seq = connection.execute(query).scalar_one_or_none()
    if seq is None:
        raise NotFound("message", message_id)
    return int(seq)


def _first_after(connection: Connection, thread_id: str, seq: int) -> tuple[int, str] | None:
    query = select(_MESSAGES.c.seq, _MESSAGES.c.id).where(_MESSAGES.c.seq > seq, *_visible(thread_id))
    row = connection.execute(query.order_by(_MESSAGES.c.seq).limit(1)).one_or_none()
    return None if row is None else (int(row.seq), str(row.id))


def _mark_of(connection: Connection, thread_id: str, after: int, end: int | None) -> str | None:
    """Return the first message of a branch, or the one before it if it has none."""
    first = _first_after(connection, thread_id, after)
    if first is not None and (end is None or first[0] <= end):
        return first[1]
    query = select(_MESSAGES.c.id).where(_MESSAGES.c.seq <= after, *_visible(thread_id))
    found: str | None = connection.execute(query.order_by(_MESSAGES.c.seq.desc()).limit(1)).scalar_one_or_none()
    return found
