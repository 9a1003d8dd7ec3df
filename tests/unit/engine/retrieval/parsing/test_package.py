"""Archives are opened without trust: bombs, entities, locks and damage are refused in words."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from engine.retrieval.parsing import package
from engine.retrieval.problems import Unreadable
from tests.support.documents import zipped

BOMB = '<!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><b>&b;</b>'


def test_members_and_what_they_refer_to(tmp_path: Path) -> None:
    relations = (
        '<Relationships><Relationship Id="r1" Target="../media/x.xml"/><Relationship Id="r2" Target="/y.xml"/>'
        '<Relationship Id="r3" Target="http://example.com" TargetMode="External"/></Relationships>'
    )
    path = zipped(tmp_path / "a", {"a/b.xml": "<t>x</t>", "a/_rels/b.xml.rels": relations})
    with package.opened(path) as opened:
        assert opened.xml("a/b.xml").text == "x"
        assert opened.relations("a/b.xml") == {"r1": "media/x.xml", "r2": "y.xml"}
        assert opened.relations("none.xml") == {}
        with pytest.raises(Unreadable, match="damaged"):
            opened.read("missing")


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "_MAX_PART", 1_000_000)
    path = zipped(tmp_path / "a", {"x": b"\0" * 5_000_000})

    with package.opened(path) as opened, pytest.raises(Unreadable, match="far more"):
        opened.read("x")


def test_many_small_parts_are_counted_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "_MAX_TOTAL", 1500)
    path = zipped(tmp_path / "a", {"x": b"a" * 1000, "y": b"b" * 1000})

    with package.opened(path) as opened:
        opened.read("x")
        with pytest.raises(Unreadable, match="far more"):
            opened.read("y")


@pytest.mark.parametrize("xml", [BOMB, '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x>&e;</x>', "<a>", "", "\0"])
def test_hostile_and_broken_xml_is_refused(xml: str) -> None:
    with pytest.raises(Unreadable):
        package.parse_xml(xml.encode())


def test_damage_is_said(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a", {"x": b"tea" * 100})
    content = bytearray(path.read_bytes())
    content[40:60] = bytes(20)
    path.write_bytes(content)
    with pytest.raises(Unreadable), package.opened(path) as opened:
        opened.read("x")

    path.write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(Unreadable, match="damaged"), package.opened(path):
        pass


def test_a_locked_archive_is_said(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a", {"x": b"tea"})
    content = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + place] |= 1
    path.write_bytes(content)

    with package.opened(path) as opened, pytest.raises(Unreadable, match="password"):
        opened.read("x")


def test_too_many_parts_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "_MAX_ENTRIES", 2)
    path = tmp_path / "a"
    with zipfile.ZipFile(path, "w") as archive:
        for name in "abc":
            archive.writestr(name, name)

    with pytest.raises(Unreadable, match="parts"), package.opened(path):
        pass


def test_names_without_their_namespace() -> None:
    element = package.parse_xml(b'<x:a xmlns:x="urn:x" x:val="1" val2="2"/>')

    assert package.local(element) == "a"
    assert package.attribute(element, "val") == "1"
    assert package.attribute(element, "none") is None
