"""Every table of the database; columns carry the names of the fields in `engine.types`.

A change here goes with a step in `migrations/versions`; `tests/migrations` compares the two. `seq` gives each list
its order and is never used twice, so a cursor stays good when the newest row is deleted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    text,
)

from engine.types import FunctionCall, LastError, RunStatus, Usage, part_from_json, part_to_json

REVISION = "0001"
"""The newest step in `migrations/versions`: what a database must be at to be opened without migrating."""


class _As(TypeDecorator[Any]):
    """A column of `impl` whose values pass through two plain functions; None stays NULL."""

    cache_ok = True

    def __init__(self, to_column: Callable[[Any], Any], from_column: Callable[[Any], Any], **options: Any) -> None:
        super().__init__(**options)
        self.to_column = to_column
        self.from_column = from_column

    def process_bind_param(self, value: Any, _dialect: Dialect) -> Any:
        return None if value is None else self.to_column(value)

    def process_result_value(self, value: Any, _dialect: Dialect) -> Any:
        return None if value is None else self.from_column(value)


class _AsJson(_As):
    impl = JSON
    cache_ok = True

    def __init__(self, to_column: Callable[[Any], Any], from_column: Callable[[Any], Any]) -> None:
        super().__init__(to_column, from_column, none_as_null=True)


class _AsText(_As):
    impl = Text
    cache_ok = True


_JSON = JSON(none_as_null=True)
_TUPLE = _AsJson(list, tuple)
_PARTS = _AsJson(lambda parts: [part_to_json(part) for part in parts], lambda data: tuple(map(part_from_json, data)))
_CALLS = _AsJson(
    lambda calls: [asdict(call) for call in calls], lambda data: tuple(FunctionCall(**call) for call in data)
)
_USAGE = _AsJson(asdict, lambda data: Usage(**data))
_LAST_ERROR = _AsJson(asdict, lambda data: LastError(**data))
_RUN_STATUS = _AsText(str, RunStatus)

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_key",
        "uq": "%(table_name)s_%(column_0_N_name)s_unique",
        "fk": "%(table_name)s_%(column_0_N_name)s_reference",
        "ix": "%(table_name)s_%(column_0_N_name)s",
    }
)


def _table(name: str, *rest: Column[Any] | Index) -> Table:
    return Table(
        name,
        metadata,
        Column("seq", Integer, primary_key=True),
        Column("id", Text, nullable=False, unique=True),
        Column("created_at", Integer, nullable=False),
        *rest,
        sqlite_autoincrement=True,
    )


assistants = _table(
    "assistants",
    Column("model", Text, nullable=False),
    Column("name", Text),
    Column("description", Text),
    Column("instructions", Text),
    Column("tools", _TUPLE, nullable=False),
    Column("tool_resources", _JSON, nullable=False),
    Column("metadata", _JSON, nullable=False),
    Column("temperature", Float),
    Column("top_p", Float),
    Column("response_format", _JSON),
    Column("reasoning_effort", Text),
)

threads = _table(
    "threads",
    Column("metadata", _JSON, nullable=False),
    Column("tool_resources", _JSON, nullable=False),
    Column("title", Text),
    Column("last_used_at", Integer, nullable=False),
)

# SQLite uses a partial index only where a query repeats its condition word for word, so both take it from here.
UNFINISHED = text("status IN ('queued', 'in_progress', 'requires_action', 'cancelling')")

# `assistant_id` is no foreign key here and below: runs and messages outlive their assistant.
runs = _table(
    "runs",
    Column("thread_id", Text, ForeignKey("threads.id", ondelete="CASCADE"), nullable=False),
    Column("assistant_id", Text, nullable=False),
    Column("status", _RUN_STATUS, nullable=False),
    Column("model", Text, nullable=False),
    Column("instructions", Text, nullable=False),
    Column("tools", _TUPLE, nullable=False),
    Column("metadata", _JSON, nullable=False),
    Column("required_calls", _CALLS, nullable=False),
    Column("last_error", _LAST_ERROR),
    Column("incomplete_reason", Text),
    Column("expires_at", Integer),
    Column("started_at", Integer),
    Column("cancelled_at", Integer),
    Column("failed_at", Integer),
    Column("completed_at", Integer),
    Column("usage", _USAGE),
    Column("temperature", Float),
    Column("top_p", Float),
    Column("max_prompt_tokens", Integer),
    Column("max_completion_tokens", Integer),
    Column("truncation_strategy", _JSON, nullable=False),
    Column("tool_choice", _JSON, nullable=False),
    Column("parallel_tool_calls", Boolean, nullable=False),
    Column("response_format", _JSON),
    Column("reasoning_effort", Text),
    Column("trace", _JSON, nullable=False),
    Index("runs_by_thread", "thread_id", "seq"),
    Index("runs_unfinished", "thread_id", unique=True, sqlite_where=UNFINISHED),
)

messages = _table(
    "messages",
    Column("thread_id", Text, ForeignKey("threads.id", ondelete="CASCADE"), nullable=False),
    Column("role", Text, nullable=False),
    Column("content", _PARTS, nullable=False),
    Column("status", Text, nullable=False),
    Column("assistant_id", Text),
    Column("run_id", Text, ForeignKey("runs.id", ondelete="SET NULL")),
    Column("attachments", _TUPLE, nullable=False),
    Column("metadata", _JSON, nullable=False),
    Column("completed_at", Integer),
    Column("incomplete_at", Integer),
    Column("incomplete_reason", Text),
    Index("messages_by_thread", "thread_id", "seq"),
    # Both equalities of "this thread, this run" and, by its first column, the deletion of a run.
    Index("messages_by_run", "run_id", "thread_id", "seq"),
)

steps = _table(
    "steps",
    Column("run_id", Text, ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("thread_id", Text, nullable=False),
    Column("assistant_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("details", _JSON, nullable=False),
    Column("last_error", _LAST_ERROR),
    Column("completed_at", Integer),
    Column("cancelled_at", Integer),
    Column("failed_at", Integer),
    Column("expired_at", Integer),
    Column("usage", _USAGE),
    Column("metadata", _JSON, nullable=False),
    Index("steps_by_run", "run_id", "seq"),
)
