"""Exported files within bounds: broken JSON, long lines, links, too many files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.errors import InvalidRequest
from engine.portability import sources
from engine.portability.sources import Source


def _all(path: Path) -> tuple[list[str], list[str]]:
    found = list(Source(path).objects())
    ids = [str(each.get("id")) for one in found for each in one.untrusted_objects]
    return ids, [f"{one.name} {one.problem}" for one in found if one.problem]


def test_objects_pages_arrays_and_lines_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"id": "one"}')
    (tmp_path / "b.json").write_text('{"object": "list", "data": [{"id": "two"}, {"id": "three"}]}')
    (tmp_path / "c.json").write_text('[{"id": "four"}, 5]')
    (tmp_path / "d.jsonl").write_text('{"id": "five"}\n\n{"data": [{"id": "six"}]}\n')
    (tmp_path / "e.json").write_text('{"id": "seven"}\n{"id": "eight"}\n')
    (tmp_path / "f.txt").write_text("no")

    ids, problems = _all(tmp_path)

    assert sorted(ids) == sorted(["one", "two", "three", "four", "five", "six", "seven", "eight"])
    assert problems == ["c.json 1 entries are not objects"]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"5", b'"text"'])
def test_broken_json_is_a_problem_and_no_end(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.json").write_bytes(content)
    (tmp_path / "good.json").write_text('{"id": "one"}')

    ids, problems = _all(tmp_path)

    assert ids == ["one"]
    assert bool(problems) == bool(content)


def test_what_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_JSON", 10)
    monkeypatch.setattr(sources, "MAX_LINE", 30)
    (tmp_path / "a.json").write_text(json.dumps({"id": "x" * 20}))
    (tmp_path / "b.jsonl").write_text('{"id": "one"}\n' + json.dumps({"id": "x" * 40}) + "\n")

    ids, problems = _all(tmp_path)

    assert ids == ["one"]
    assert len(problems) == 2
    monkeypatch.setattr(sources, "MAX_FILES", 1)
    with pytest.raises(InvalidRequest, match="more than 1 files"):
        Source(tmp_path)


def test_links_are_not_followed_and_contents_are_found_by_id_or_name(tmp_path: Path) -> None:
    outside = tmp_path / "outside.json"
    outside.write_text('{"id": "secret"}')
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "link.json").symlink_to(outside)
    (folder / "file-1.pdf").write_bytes(b"1")
    (folder / "notes.txt").write_bytes(b"2")

    source = Source(folder)

    assert list(source.objects()) == []
    assert source.content_of("file-1", "x.pdf") == folder / "file-1.pdf"
    assert source.content_of("file-2", "notes.txt") == folder / "notes.txt"
    assert source.content_of("file-3", "other.txt") is None


def test_a_file_that_is_not_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("{}")
    with pytest.raises(InvalidRequest, match=r"\.jsonl"):
        Source(tmp_path / "a.txt")
