"""What all commands share of the terminal: errors as one sentence, sizes, times, and a line that updates itself."""

from __future__ import annotations

import shutil
import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from engine.cli.words import Words, language
from engine.errors import FiresideError
from engine.paths import Paths, default_home
from engine.settings import SettingsFile


def words_for(home: Path | None) -> Words:
    """Return the words in the language of the settings kept in that home folder."""
    path = Paths((home or default_home()).absolute()).settings
    return Words(language(SettingsFile(path).current.language if path.exists() else "system"))


def complain(error: FiresideError, *, home: Path | None) -> None:
    """Say in one sentence what could not be done, and what to do."""
    sys.stderr.write(f"fireside: {in_words(error, words_for(home))}\n")


def in_words(error: FiresideError, words: Words) -> str:
    """Return the error's sentence, in the user's language where there is one for its code."""
    if error.code not in _TRANSLATED or not words.knows(error.code):
        return error.message
    try:
        return words(error.code, **error.details)
    except KeyError:
        return error.message


_TRANSLATED = {"home_busy", "port_busy", "no_model", "no_assistant", "no_store", "same_name"}


def size(number: int) -> str:
    """Return bytes for people: "1.12 GB"."""
    value, unit = float(number), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{value:.0f} {unit}" if value >= 100 or unit == "B" else f"{value:.3g} {unit}"


def duration(seconds: float) -> str:
    """Return seconds for people: "3:07", "1:02:09"."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def width(text: str) -> int:
    """Return how many columns a terminal gives the text; CJK characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def table(rows: Sequence[tuple[str, ...]]) -> str:
    """Return rows with their cells under each other, indented."""
    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]))] if rows else []
    lines = ("  ".join(cell + " " * (w - width(cell)) for cell, w in zip(row, widths, strict=True)) for row in rows)
    return "".join(f"  {line.rstrip()}\n" for line in lines)


class StatusLine:
    """One line on stderr that is written over; silent when nobody watches."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self.watched = self._stream.isatty()
        self._shown = ""

    def show(self, text: str) -> None:
        """Replace the line."""
        columns = shutil.get_terminal_size().columns - 1
        while width(text) > columns:
            text = text[:-1]
        if not self.watched or text == self._shown:
            return
        blank = " " * max(0, width(self._shown) - width(text))
        self._stream.write(f"\r{text}{blank}")
        self._stream.flush()
        self._shown = text

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            self.show("")
            self._stream.write("\r")
            self._stream.flush()


class PlainProgress:
    """Progress for a log or a pipe: one line for each tenth, the first and the last included."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._next = 0

    def show(self, share: float, text: str) -> None:
        """Write the line if another tenth of the whole is done."""
        tenth = int(share * 10)
        if tenth >= self._next:
            self._next = tenth + 1
            self._stream.write(f"{text}\n")
            self._stream.flush()


def bar(share: float, *, columns: int = 16) -> str:
    """Return a progress bar for a share from 0 to 1."""
    filled = round(max(0.0, min(1.0, share)) * columns)
    return "[" + "#" * filled + "." * (columns - filled) + "]"
