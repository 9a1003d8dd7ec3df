"""What comes with a message beside its words: pictures, files, and the sources it cites."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Signal
from PySide6.QtWidgets import QWidget

from desktop.chat.calls import Cited, Passage
from desktop.chat.chips import ChipRow, DoubtChip, FileChip, SourceChip
from desktop.chat.marks import Mark, numbers, said_before
from desktop.chat.passage import place_of
from desktop.chat.picture import PictureRow
from desktop.chat.stored import StoredFiles
from desktop.chat.turns import Turn

_LARGE = QSize(560, 420)
_SMALL = QSize(220, 180)
_GAP = 8


class Pictures(PictureRow):
    """The pictures of a message, small where a person sent them."""

    def __init__(self, turn: Turn, files: StoredFiles, parent: QWidget) -> None:
        most = _SMALL if turn.role == "user" else _LARGE
        super().__init__(turn.images, files, parent, most=most)


def file_row(turn: Turn, files: StoredFiles, parent: QWidget) -> ChipRow | None:
    """Return the files that an answer offers, or that a person attached; None if there are none."""
    offered = {mark.file_id: mark.name for mark in turn.marks if mark.kind == "file"}
    offered |= {file_id: "" for file_id in turn.attached if file_id not in offered and file_id not in turn.images}
    chips = [FileChip(file_id, name, files, parent) for file_id, name in offered.items()]
    return ChipRow(chips, parent, to_the_right=turn.role == "user") if chips else None


class SourceRow(ChipRow):
    """The sources of an answer by their numbers: what the chips in its text are, for keys and for screen readers."""

    opened = Signal(int)
    hinted = Signal(int, QPoint)
    why_wanted = Signal()

    def __init__(
        self, sources: tuple[Passage, ...], files: StoredFiles | None, parent: QWidget, doubts: tuple[str, ...] = ()
    ) -> None:
        chips = [SourceChip(number, passage, files, parent) for number, passage in enumerate(sources, 1)]
        self.doubt = DoubtChip(doubts, parent, cited=bool(sources)) if doubts else None
        super().__init__([*chips, self.doubt] if self.doubt else chips, parent)
        if self.doubt is not None:
            self.doubt.clicked.connect(self.why_wanted)
        for chip in chips:
            chip.clicked.connect(lambda _=False, number=chip.number: self.opened.emit(number))
            chip.hovered.connect(lambda over, chip=chip: self._hint(chip, over))

    def _hint(self, chip: SourceChip, over: bool) -> None:
        self.hinted.emit(chip.number if over else 0, chip.mapToGlobal(QPoint(0, chip.height())))


def sources_of(turn: Turn, marks: tuple[Mark, ...]) -> tuple[Passage, ...]:
    """Return the passages that marks cite, in the order of their numbers."""
    known = {passage.marker: passage for passage in turn.passages}
    files = {mark.text: mark.file_id for mark in marks}
    return tuple(
        known.get(marker) or Passage(marker=marker, file_id=files[marker], filename="", text="")
        for marker in numbers(marks)
    )


def named(passage: Passage) -> str:
    """Return how a source is called in a list: its file and page."""
    place = place_of(passage)
    return f"{passage.filename}, {place}" if place else passage.filename


def cited(turn: Turn, text: str, marks: tuple[Mark, ...], number: int) -> Cited | None:
    """Return the source with a number, and the sentence of the answer that it is to support."""
    sources = sources_of(turn, marks)
    if not 1 <= number <= len(sources):
        return None
    passage = sources[number - 1]
    return Cited(passage=passage, said=said_before(text, marks, passage.marker), number=number)
