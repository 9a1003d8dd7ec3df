"""Word documents of before 2007: pieces, tables, fields, locks and damage."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from engine.retrieval.parsing import word97
from engine.retrieval.problems import Unreadable
from tests.support import documents


def test_pieces_tables_and_fields(tmp_path: Path) -> None:
    text = "Títle\rkind\x07price\x07\x07green\x073\x07\x07"
    path = documents.doc(
        tmp_path / "a.doc", [(text, True), ("见\x13 HYPERLINK \x13x\x14y\x15\x14链接\x15。\x0b新行\r", False)]
    )

    assert [(block.kind, block.text) for block in word97.read(path)] == [
        ("paragraph", "Títle"),
        ("table", "| kind | price |\n| green | 3 |"),
        ("paragraph", "见链接。\n新行"),
    ]


def test_a_locked_one_says_so(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="password"):
        list(word97.read(documents.doc(tmp_path / "a.doc", [("x", True)], encrypted=True)))


def test_another_compound_file_and_damage_are_refused(tmp_path: Path) -> None:
    for path in (
        documents.compound(tmp_path / "a.doc", {"Other": b"x"}),
        documents.compound(tmp_path / "b.doc", {"WordDocument": b"no magic"}),
    ):
        with pytest.raises(Unreadable):
            list(word97.read(path))
    whole = documents.doc(tmp_path / "c.doc", [("tea " * 99, True)]).read_bytes()
    for place in range(0, len(whole), 97):
        path = tmp_path / "d.doc"
        broken = bytearray(whole)
        broken[place : place + 8] = b"\xff\xfe\x7f\x00\x01\xf0\xff\xff"
        path.write_bytes(broken)
        with contextlib.suppress(Unreadable):
            list(word97.read(path))
