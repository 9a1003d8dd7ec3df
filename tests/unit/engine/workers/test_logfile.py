"""A child's error stream in two files of bounded size."""

from __future__ import annotations

import io
import logging
from pathlib import Path

import pytest

from engine.workers.logfile import LINE_LIMIT, BoundedLog


def test_the_file_is_turned_over_at_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "inference.log"
    output = BoundedLog(path, limit=100)
    for number in range(100):
        output.write(b"line %03d\n" % number)
    output.close()
    assert path.read_bytes().endswith(b"line 099\n")
    kept = path.with_suffix(".old").read_bytes() + path.read_bytes()
    assert len(kept) <= 200
    assert output.tail[-1] == "line 099"


def test_a_second_child_goes_on_in_the_same_file(tmp_path: Path) -> None:
    for text in (b"one\n", b"two\n"):
        output = BoundedLog(tmp_path / "x.log")
        output.write(text)
        output.close()
    assert (tmp_path / "x.log").read_bytes() == b"one\ntwo\n"


def test_endless_lines_are_cut(tmp_path: Path) -> None:
    output = BoundedLog(tmp_path / "x.log")
    output.copy(io.BytesIO(b"\xff" * (LINE_LIMIT * 2 + 1)))
    output.close()
    assert [len(line) for line in output.tail] == [LINE_LIMIT, LINE_LIMIT, 1]


def test_a_log_that_cannot_be_written_is_mentioned_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("")
    output = BoundedLog(tmp_path / "file" / "x.log")
    with caplog.at_level(logging.INFO):
        output.copy(io.BytesIO(b"one\ntwo\n"))
    assert output.tail == ("one", "two")
    assert len(caplog.records) == 1
