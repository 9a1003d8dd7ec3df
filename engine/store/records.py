"""Frozen values in a table: the five things every noun of the store does."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, Table, delete, func, insert, select, update

from engine.errors import InvalidRequest, NotFound
from engine.store.database import Database
from engine.types import UNSET, Page, PageRequest

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    T = TypeVar("T", bound=DataclassInstance)
else:
    T = TypeVar("T")

MAX_PAGE = 100


class Records(Generic[T]):
    """Values of type `record` in `table`; `kind` is the noun in messages. `scope` narrows to e.g. one thread.

    Fields marked as derived have no column and keep their default. A page has at most `most` values.
    """

    def __init__(self, database: Database, table: Table, record: type[T], kind: str, *, most: int = MAX_PAGE) -> None:
        self._database = database
        self._table = table
        self._record = record
        self._kind = kind
        self._most = most
        kept = (field for field in fields(record) if not field.metadata.get("derived"))
        self._fields: dict[str, Field[Any]] = {field.name: field for field in kept}
        self._columns = [table.c[name] for name in self._fields]

    def insert(self, values: Sequence[T]) -> None:
        """Store new values in the given order."""
        if not values:
            return
        rows = [{name: getattr(value, name) for name in self._fields} for value in values]
        with self._database.transaction() as connection:
            connection.execute(insert(self._table), rows)

    def get(self, object_id: str, **scope: str | int | None) -> T:
        """Return one value. Raises NotFound."""
        query = select(*self._columns).where(*self._where(id=object_id, **scope))
        with self._database.read() as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise NotFound(self._kind, object_id)
        return self._record(**row)

    def update(self, object_id: str, changes: Mapping[str, Any], **scope: str | int | None) -> T:
        """Change fields and return the new value; None empties a field, UNSET leaves it. Raises NotFound."""
        row = {name: self._emptied(name, value) for name, value in changes.items() if value is not UNSET}
        if not row:
            return self.get(object_id, **scope)
        change = update(self._table).where(*self._where(id=object_id, **scope)).values(row).returning(*self._columns)
        with self._database.transaction() as connection:
            changed = connection.execute(change).mappings().one_or_none()
        if changed is None:
            raise NotFound(self._kind, object_id)
        return self._record(**changed)

    def delete(self, object_id: str, **scope: str | int | None) -> None:
        """Remove one value and what hangs on it. Raises NotFound."""
        with self._database.transaction() as connection:
            removed = connection.execute(delete(self._table).where(*self._where(id=object_id, **scope)))
        if removed.rowcount == 0:
            raise NotFound(self._kind, object_id)

    def page(self, page: PageRequest, **scope: str | int | None) -> Page[T]:
        """Return one page in the order of insertion or its reverse, at a cost that depends on the page only.

        `before` alone gives the page that ends just before the cursor; with it, `has_more` looks that way.
        Raises InvalidRequest for a limit out of range or a cursor that is not in this list.
        """
        if not 1 <= page.limit <= self._most:
            raise InvalidRequest(f"'limit' must be from 1 to {self._most}, not {page.limit}.", param="limit")
        seq = self._table.c.seq
        newest_first = page.order == "desc"
        backwards = page.before is not None and page.after is None
        query = select(*self._columns).where(*self._where(**scope))
        with self._database.read() as connection:
            if page.after is not None:
                after = self._position(connection, "after", page.after, scope)
                query = query.where(seq < after if newest_first else seq > after)
            if page.before is not None:
                before = self._position(connection, "before", page.before, scope)
                query = query.where(seq > before if newest_first else seq < before)
            query = query.order_by(seq.desc() if newest_first != backwards else seq.asc()).limit(page.limit + 1)
            rows = connection.execute(query).mappings().all()
        items = [self._record(**row) for row in rows[: page.limit]]
        if backwards:
            items.reverse()
        return Page(items=tuple(items), has_more=len(rows) > page.limit)

    def newest(self, limit: int, *, before: int | None = None, **scope: str | int | None) -> list[tuple[int, T]]:
        """Return up to `limit` values with their `seq`, newest first, older than `before`."""
        seq = self._table.c.seq
        query = select(seq, *self._columns).where(*self._where(**scope)).order_by(seq.desc()).limit(limit)
        if before is not None:
            query = query.where(seq < before)
        with self._database.read() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
        return [(row.pop("seq"), self._record(**row)) for row in rows]

    def where(self, *conditions: ColumnElement[bool]) -> tuple[T, ...]:
        """Return all values that meet the conditions, in the order of insertion."""
        query = select(*self._columns).where(*conditions).order_by(self._table.c.seq)
        with self._database.read() as connection:
            return tuple(self._record(**row) for row in connection.execute(query).mappings())

    def _position(
        self, connection: Connection, param: str, object_id: str, scope: Mapping[str, str | int | None]
    ) -> int:
        query = select(self._table.c.seq).where(*self._where(id=object_id, **scope))
        position = connection.execute(query).scalar_one_or_none()
        if position is None:
            raise InvalidRequest(f"'{param}' is '{object_id}', which is not in this list.", param=param)
        return int(position)

    def _where(self, **values: str | int | None) -> list[ColumnElement[bool]]:
        return [self._table.c[name] == value for name, value in values.items()]

    def _emptied(self, name: str, value: Any) -> Any:
        """Return what to store for `value`: a field that may not be NULL goes back to its default."""
        if name not in self._fields or name in ("id", "created_at"):
            raise TypeError(f"{self._record.__name__} has no changeable field {name!r}")
        if value is not None or self._table.c[name].nullable:
            return value
        field = self._fields[name]
        if field.default_factory is not MISSING:
            return field.default_factory()
        if field.default is not MISSING:
            return field.default
        raise InvalidRequest(f"'{name}' cannot be empty.", param=name)


def listed(values: Sequence[str] | Sequence[int]) -> Select[tuple[Any]]:
    """Return what a column can be `in_`, of any length: SQLite bounds the number of parameters."""
    return select(func.json_each(json.dumps(list(values))).table_valued("value").c.value)
