"""Stored versions of assistants as they were, and drafts that were not saved."""

from __future__ import annotations

import time

from sqlalchemy import delete, func, select

from engine.errors import NotFound
from engine.ids import new_id
from engine.recipes import AssistantDraft, AssistantVersion, Recipe
from engine.store import tables
from engine.store.database import Database
from engine.store.records import Records

MOST_VERSIONS = 100  # of one assistant; the oldest go first


class Recipes:
    """Versions go with their assistant; a draft is kept until it is dropped."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._versions = Records(database, tables.assistant_versions, AssistantVersion, "version")
        self._drafts = Records(database, tables.assistant_drafts, AssistantDraft, "draft")

    def keep(self, assistant_id: str, recipe: Recipe) -> None:
        """Store what an assistant was, unless it is what its newest version says."""
        table = tables.assistant_versions
        with self._database.transaction() as connection:
            newest = next(iter(self.versions(assistant_id, 1)), None)
            if newest is not None and newest.recipe == recipe:
                return
            number = connection.execute(
                select(func.coalesce(func.max(table.c.number), 0)).where(table.c.assistant_id == assistant_id)
            ).scalar_one()
            version = AssistantVersion(
                id=new_id("ver"),
                created_at=int(time.time()),
                assistant_id=assistant_id,
                number=number + 1,
                recipe=recipe,
            )
            self._versions.insert([version])
            old = number + 1 - MOST_VERSIONS
            connection.execute(delete(table).where(table.c.assistant_id == assistant_id, table.c.number <= old))

    def versions(self, assistant_id: str, limit: int = MOST_VERSIONS) -> tuple[AssistantVersion, ...]:
        """Return the versions of an assistant, newest first."""
        return tuple(version for _, version in self._versions.newest(limit, assistant_id=assistant_id))

    def keep_draft(self, key: str, recipe: Recipe) -> None:
        """Store a draft in place of the one before."""
        with self._database.transaction():
            self.drop_draft(key)
            self._drafts.insert([AssistantDraft(id=key, created_at=int(time.time()), recipe=recipe)])

    def draft(self, key: str) -> AssistantDraft | None:
        """Return the draft, or None."""
        try:
            return self._drafts.get(key)
        except NotFound:
            return None

    def drafted(self) -> frozenset[str]:
        """Return the keys of all drafts."""
        with self._database.read() as connection:
            return frozenset(connection.execute(select(tables.assistant_drafts.c.id)).scalars())

    def drop_draft(self, key: str) -> None:
        """Forget a draft, if there is one."""
        table = tables.assistant_drafts
        with self._database.transaction() as connection:
            connection.execute(delete(table).where(table.c.id == key))
