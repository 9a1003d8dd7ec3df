"""Stored cards: how well models call functions."""

from __future__ import annotations

from sqlalchemy import delete, select

from engine.store import tables
from engine.store.database import Database
from engine.store.records import Records
from engine.types import ModelCard


class ModelCards:
    """At most one card a model, its newest."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._records = Records(database, tables.model_cards, ModelCard, "model card")

    def put(self, card: ModelCard) -> None:
        """Store a card in place of the model's earlier one."""
        table = tables.model_cards
        with self._database.transaction() as connection:
            connection.execute(delete(table).where(table.c.id == card.id))
            self._records.insert([card])

    def find(self, model_id: str) -> ModelCard | None:
        """Return a model's card, or None when it was never graded."""
        query = select(tables.model_cards.c.id).where(tables.model_cards.c.id == model_id)
        with self._database.read() as connection:
            found = connection.execute(query).scalar_one_or_none()
            return None if found is None else self._records.get(model_id)
