"""Records of one shape are a table; others are written field by field."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.retrieval.parsing import records
from engine.retrieval.problems import Unreadable


def test_flat_records_are_a_table_with_a_header() -> None:
    rows = [{"name": f"tea {n}", "price": n, "fresh": True, "note": None} for n in range(3)]
    for text in ("\n".join(map(json.dumps, rows)), json.dumps(rows)):
        [table] = records.blocks(text)
        assert table.text.split("\n")[:2] == ["| name | price | fresh | note |", "| tea 0 | 0 | true |  |"]
        assert (table.kind, table.header_lines) == ("table", 1)


def test_other_records_are_fields_with_their_line() -> None:
    text = '{"a": {"b": [1, 2]}}\n\n{"c": [{"d": "x"}, 3]}'
    blocks = list(records.blocks(text))

    assert [(block.text, block.line) for block in blocks] == [("a.b: [1, 2]", 1), ("c[0].d: x\nc[1]: 3", 3)]


def test_an_object_of_lists_has_a_table_under_each_name() -> None:
    blocks = list(records.blocks('{"version": 2, "teas": [{"n": 1}, {"n": 2}]}'))

    assert [(block.kind, block.text) for block in blocks] == [
        ("paragraph", "version: 2"),
        ("heading", "teas"),
        ("table", "| n |\n| 1 |\n| 2 |"),
    ]


def test_some_broken_lines_are_passed_over_and_many_are_not(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1}\nbroken\n{"a": 2}', "utf-8")
    [table] = records.read(path)
    assert table.text == "| a |\n| 1 |\n| 2 |"

    for text in ("not json\n" * 20, "{", "x"):
        with pytest.raises(Unreadable):
            list(records.blocks(text))


def test_depth_is_bounded() -> None:
    deep: object = 1
    for _ in range(200):
        deep = {"k": deep}
    assert list(records.blocks(json.dumps(deep)))
    with pytest.raises(Unreadable):
        list(records.blocks("[" * 200_000))


def test_a_single_value_is_itself() -> None:
    assert [block.text for block in records.blocks('"tea"')] == ["tea"]
