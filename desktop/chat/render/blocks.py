"""The blocks an answer is made of, as plain values: equal blocks need no new layout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Align = Literal["left", "center", "right"]
CodeManner = Literal["fence", "bare", "output"]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in one manner; `link` is an address, never opened without asking.

    With `cite` it is a chip with the number of a source; with `formula` it is drawn, and `text` is how it was written.
    `doubt`: a sentence that no source supports.
    """

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    strike: bool = False
    link: str | None = None
    cite: int = 0
    formula: str = ""
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text. `heading` 1-6 or 0; `depth` of lists around it; `marker` of its list item; `quote` depth."""

    spans: tuple[Span, ...]
    heading: int = 0
    depth: int = 0
    marker: str = ""
    quote: int = 0

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class Code:
    """A code block; `closed` is False while its end has not been written yet.

    A "fence" has a frame and a head; "bare" code and "output" stand in a card that has both.
    """

    text: str
    language: str = ""
    depth: int = 0
    closed: bool = True
    manner: CodeManner = "fence"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, the first row being the head."""

    rows: tuple[tuple[tuple[Span, ...], ...], ...]
    align: tuple[Align, ...]
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula on a line of its own; `text` is how it was written, with its signs."""

    source: str
    text: str
    depth: int = 0


Block = Paragraph | Code | Table | Rule | Formula
