"""Sizes, times, widths, and a line that updates itself only where somebody sees it."""

from __future__ import annotations

import io

import pytest

from engine.cli.terminal import StatusLine, bar, duration, in_words, size, width
from engine.cli.words import Words
from engine.errors import HomeBusy, InvalidRequest, Unavailable


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (98_362_432, "98.4 MB"),
        (1_117_320_768, "1.12 GB"),
        (10**15, "1000 TB"),
    ],
)
def test_sizes(number: int, text: str) -> None:
    assert size(number) == text


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (59.6, "1:00"), (187, "3:07"), (3729, "1:02:09")])
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_cjk_takes_two_columns() -> None:
    assert width("a炉边") == 5


@pytest.mark.parametrize(("share", "text"), [(0, "[....]"), (0.5, "[##..]"), (1, "[####]"), (7, "[####]")])
def test_bars(share: float, text: str) -> None:
    assert bar(share, columns=4) == text


def test_errors_without_words_of_ours_keep_their_own() -> None:
    assert in_words(InvalidRequest("A sentence."), Words("zh")) == "A sentence."
    # details that do not fill our words: better an English sentence than none
    assert in_words(Unavailable("A sentence.", code="port_busy"), Words("zh")) == "A sentence."
    assert "主文件夹" in in_words(HomeBusy("A sentence."), Words("zh"))


class _Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_line_is_written_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "11")
    screen = _Screen()
    line = StatusLine(screen)

    line.show("a long text that is cut")
    line.show("short")
    line.show("short")
    line.clear()
    line.clear()

    assert screen.getvalue() == "\ra long tex\rshort     \r     \r"


def test_nobody_watches_a_file() -> None:
    line = StatusLine(io.StringIO())
    line.show("text")
    line.clear()

    assert line._stream.getvalue() == ""  # type: ignore[attr-defined]
