"""The tables hold exactly what the frozen values hold."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields
from typing import Any

import pytest
from sqlalchemy import Table, select

from engine.store import tables
from engine.types import (
    Assistant,
    FileBatch,
    Message,
    Run,
    RunStatus,
    RunStep,
    StoredFile,
    Thread,
    Upload,
    UploadPart,
    VectorStore,
    VectorStoreFile,
)

RECORDS = [
    (tables.assistants, Assistant),
    (tables.threads, Thread),
    (tables.messages, Message),
    (tables.runs, Run),
    (tables.steps, RunStep),
    (tables.files, StoredFile),
    (tables.uploads, Upload),
    (tables.upload_parts, UploadPart),
    (tables.vector_stores, VectorStore),
    (tables.vector_store_files, VectorStoreFile),
    (tables.file_batches, FileBatch),
]


def _kept(record: type) -> list[Field[Any]]:
    """Return the fields that are stored."""
    return [field for field in fields(record) if not field.metadata.get("derived")]


@pytest.mark.parametrize(("table", "record"), RECORDS, ids=lambda value: getattr(value, "name", ""))
def test_columns_are_the_fields(table: Table, record: type) -> None:
    # Where a message lies is not a field of it: who reads one has found it where it is.
    places = {"shelf", "deleted_at"} if table is tables.messages else set()
    assert set(table.c.keys()) == {"seq"} | places | {field.name for field in _kept(record)}


@pytest.mark.parametrize(("table", "record"), RECORDS, ids=lambda value: getattr(value, "name", ""))
def test_a_column_may_be_null_where_the_field_may_be_none(table: Table, record: type) -> None:
    for field in _kept(record):
        assert table.c[field.name].nullable == ("None" in str(field.type)), field.name
        if not table.c[field.name].nullable:
            assert field.default is not None or field.default is MISSING, field.name


def test_the_unfinished_statuses_are_those_that_are_not_terminal() -> None:
    written = str(select(tables.runs.c.id).where(tables.UNFINISHED))

    assert [status for status in RunStatus if f"'{status}'" in written] == [s for s in RunStatus if not s.terminal]
