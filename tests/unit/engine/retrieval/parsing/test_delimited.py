"""Delimited files are one table, whatever the delimiter."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.retrieval.parsing import delimited


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found(delimiter: str) -> None:
    rows = [("name", "price"), ("green tea", "3"), ("black tea", "4"), ("white tea", "5")]
    [table] = delimited.blocks("\n".join(delimiter.join(row) for row in rows))

    assert table.text.split("\n")[:2] == ["| name | price |", "| green tea | 3 |"]
    assert (table.kind, table.header_lines, table.line) == ("table", 1, 1)


def test_quotes_line_ends_and_bars_in_cells() -> None:
    [table] = delimited.blocks('a,b\n"x, y","two\nlines"\n1,p|q\n\n')

    assert table.text.split("\n")[1:] == ["| x, y | two lines |", "| 1 | p\\|q |"]


def test_one_line_has_no_header_and_none_is_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("名称,价格\n".encode("gb18030"))
    [table] = delimited.read(path)

    assert (table.text, table.header_lines) == ("| 名称 | 价格 |", 0)
    assert list(delimited.blocks("\n\n")) == []


def test_columns_are_bounded() -> None:
    [table] = delimited.blocks(",".join(["x"] * 5000) + "\n" + ",".join(["y"] * 5000))

    assert table.text.split("\n")[0].count("x") == 512
