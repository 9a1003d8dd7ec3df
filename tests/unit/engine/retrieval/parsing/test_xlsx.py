"""Workbooks: sheets are pages, runs of rows are tables with their header and row numbers."""

from __future__ import annotations

import datetime
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest

from engine.retrieval.parsing import xlsx
from engine.retrieval.problems import Unreadable
from tests.support.documents import zipped


def test_sheets_and_their_tables(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first = book.active
    first.title = "价格"
    for row in (["kind", "price"], ["green", 3.0], ["black", 4.5], [], ["day"], [datetime.datetime(2024, 1, 23)]):
        first.append(row)
    book.create_sheet("More").append([True, None, "x"])
    path = tmp_path / "a.xlsx"
    book.save(path)

    assert [(block.kind, block.page, block.line, block.text) for block in xlsx.read(path)] == [
        ("heading", 1, None, "价格"),
        ("table", 1, 1, "| kind | price |\n| green | 3 |\n| black | 4.5 |"),
        ("table", 1, 5, "| day |\n| 2024-01-23 |"),
        ("heading", 2, None, "More"),
        ("table", 2, 1, "| True |  | x |"),
    ]


def test_another_archive_and_a_broken_sheet_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        list(xlsx.read(zipped(tmp_path / "a.xlsx", {"x": "y"})))
    with pytest.raises(Unreadable):
        list(xlsx.read(zipped(tmp_path / "b.xlsx", {"[Content_Types].xml": "<a", "xl/workbook.xml": "<b"})))
