"""Folders of people: what is taken, what is passed over, and that nothing in them can hurt."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from engine.retrieval.walking import walk


def _write(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("text")


def test_files_below_are_found_with_size_and_time(tmp_path: Path) -> None:
    _write(tmp_path, "a.md", "notes/b.txt", "notes/年/三.txt", "Makefile")

    walked = walk(tmp_path)

    assert set(walked.files) == {"a.md", "notes/b.txt", "notes/年/三.txt", "Makefile"}
    seen, found = walked.files["notes/b.txt"], (tmp_path / "notes/b.txt").stat()
    assert (seen.size, seen.modified_ns) == (found.st_size, found.st_mtime_ns)
    assert (walked.passed_over, walked.full, walked.empty) == (0, False, False)


def test_what_people_do_not_mean_is_passed_over(tmp_path: Path) -> None:
    _write(tmp_path, ".hidden", ".git/config", "node_modules/x/readme.md", "~$report.docx", "a.tmp", "b.part")
    _write(tmp_path, "photo.JPG", "song.mp3", "Thumbs.db", "old/.DS_Store", "report.docx", "mp3.txt")

    walked = walk(tmp_path)

    assert set(walked.files) == {"report.docx", "mp3.txt"}
    assert walked.passed_over == 6


def test_own_patterns_match_names_and_paths(tmp_path: Path) -> None:
    _write(tmp_path, "drafts/a.md", "drafts/deep/b.md", "keep/a.LOG", "keep/c.md")

    assert set(walk(tmp_path, ignored=("drafts", "*.log")).files) == {"keep/c.md"}
    assert set(walk(tmp_path, ignored=("drafts/*.md",)).files) == {"keep/a.LOG", "keep/c.md"}


def test_links_are_not_followed(tmp_path: Path) -> None:
    _write(tmp_path, "in/a.md", "out/secret.md")
    (tmp_path / "in/link.md").symlink_to(tmp_path / "out/secret.md")
    (tmp_path / "in/again").symlink_to(tmp_path / "in", target_is_directory=True)

    assert set(walk(tmp_path / "in").files) == {"a.md"}


def test_there_is_a_most(tmp_path: Path) -> None:
    _write(tmp_path, *(f"{n}.txt" for n in range(5)))

    assert len(walk(tmp_path, most=3).files) == 3
    assert walk(tmp_path, most=3).full
    assert walk(tmp_path, stop=lambda: True).full


def test_an_empty_folder_says_so_and_a_missing_one_raises(tmp_path: Path) -> None:
    assert walk(tmp_path).empty
    with pytest.raises(OSError, match="none"):
        walk(tmp_path / "none")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="needs a folder that may not be read")
def test_a_folder_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    _write(tmp_path, "closed/a.md", "b.md")
    (tmp_path / "closed").chmod(0)
    try:
        walked = walk(tmp_path)
    finally:
        (tmp_path / "closed").chmod(0o700)

    assert (set(walked.files), walked.unread) == ({"b.md"}, ("closed",))


@pytest.mark.skipif(sys.platform != "linux", reason="only there a name can be any bytes")
def test_a_name_that_is_no_text_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff.txt")).write_text("text")

    assert walk(tmp_path).files == {}
    assert walk(tmp_path).passed_over == 1
