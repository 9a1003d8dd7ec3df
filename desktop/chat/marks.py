"""Places in an answer that stand for something else: passages it cites, files it offers; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from engine.types import JsonObject, Part, TextPart

# A sign of a private plane stands for a mark while Markdown is parsed: it is no letter, no space and no punctuation.
_FIRST = 0xF0000
_MOST = 0xFFFF
FILE_LINK = "fireside-file:"
_LEAD = re.compile(r"(?:\s|>|#{1,6}\s|[-*+•]\s|\d{1,3}[.)、]\s?|[*_]{1,3})*")
_TAIL = re.compile(r"[\s*_]*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What stands from `start` to `stop` of a text, as it was written (`text`), and the file it leads to."""

    start: int
    stop: int
    text: str
    file_id: str
    kind: Literal["citation", "file", "doubt", "sure"]
    """From a "doubt" to the next "sure", both without text, stands a sentence that no passage supports."""

    @property
    def name(self) -> str:
        """The last part of the path of a file that is offered."""
        return self.text.rstrip("/").rpartition("/")[2]


def marks_of(parts: Iterable[Part]) -> tuple[Mark, ...]:
    """Return the marks of a message; places count in all its text parts joined."""
    found: list[Mark] = []
    at = 0
    for part in parts:
        if isinstance(part, TextPart):
            found += marks_in(part.annotations, shift=at, length=len(part.text))
            at += len(part.text)
    return tuple(found)


def marks_in(untrusted_annotations: Iterable[JsonObject], *, shift: int = 0, length: int | None = None) -> list[Mark]:
    """Return the marks of annotations in the API's shape; those that make no sense or overlap are left out."""
    found: list[Mark] = []
    for each in untrusted_annotations:
        kind: Literal["citation", "file"] = "file" if each.get("type") == "file_path" else "citation"
        about = each.get("file_path") or each.get("file_citation")
        start, stop = each.get("start_index"), each.get("end_index")
        if not isinstance(about, dict) or not isinstance(start, int) or not isinstance(stop, int):
            continue
        if 0 <= start < stop and (length is None or stop <= length):
            text, file_id = str(each.get("text", "")), str(about.get("file_id", ""))
            found.append(Mark(start=start + shift, stop=stop + shift, text=text, file_id=file_id, kind=kind))
    found.sort(key=lambda mark: mark.start)
    kept: list[Mark] = []
    for mark in found:
        if not kept or mark.start >= kept[-1].stop:
            kept.append(mark)
    return kept


def unsupported_in(text: str, untrusted_review: JsonObject) -> tuple[tuple[int, int], ...]:
    """Return where sentences stand that no passage supports, by a run's review of its answer.

    Empty if the review is of another text: a run may write several messages, and reviews the last.
    """
    quotes, places = untrusted_review.get("quotes") or (), untrusted_review.get("unsupported") or ()
    try:
        if not all(text.startswith(str(quote["marker"]), int(quote["at"])) for quote in quotes):
            return ()
        found = tuple((int(place["start"]), int(place["stop"])) for place in places)
    except (KeyError, TypeError, ValueError):
        return ()
    return found if all(0 <= start < stop <= len(text) for start, stop in found) else ()


def doubted(text: str, marks: Sequence[Mark], places: Iterable[tuple[int, int]]) -> tuple[Mark, ...]:
    """Return the marks with those around sentences at these places, inside of the signs Markdown puts around them."""
    found = list(marks)
    for start, stop in places:
        lead, tail = _LEAD.match(text, start, stop), _TAIL.search(text, start, stop)
        first = lead.end() if lead else start
        last = tail.start() if tail else stop
        if first < last:
            found.append(Mark(start=first, stop=first, text="", file_id="", kind="doubt"))
            found.append(Mark(start=last, stop=last, text="", file_id="", kind="sure"))
    return tuple(sorted(found, key=lambda mark: (mark.start, mark.stop)))


def masked(text: str, marks: Sequence[Mark], *, first: int = 0, at: int = 0) -> str:
    """Return the text with one sign for each mark; `first` is the number of the first one, `at` where text begins."""
    pieces: list[str] = []
    done = 0
    for number, mark in enumerate(marks[:_MOST], first):
        start, stop = mark.start - at, mark.stop - at
        if start < done or stop > len(text):
            continue
        pieces += [text[done:start], chr(_FIRST + number)]
        done = stop
    return "".join([*pieces, text[done:]])


def unmasked(text: str, marks: Sequence[Mark]) -> str:
    """Return the text with the marks as they were written."""
    if text.isascii():
        return text
    return "".join(marks[n].text if (n := _number(sign, marks)) is not None else sign for sign in text)


def split(text: str, marks: Sequence[Mark]) -> list[str | int]:
    """Return the pieces of a masked text: text, and the numbers of marks."""
    if text.isascii() or not marks:
        return [text] if text else []
    pieces: list[str | int] = []
    begun = 0
    for place, sign in enumerate(text):
        number = _number(sign, marks)
        if number is not None:
            pieces += [text[begun:place], number]
            begun = place + 1
    pieces.append(text[begun:])
    return [piece for piece in pieces if piece != ""]


def linked(address: str, marks: Sequence[Mark]) -> str:
    """Return the address of a link; one that is a mark leads to its file."""
    sign = unquote(address) if address.startswith("%F3") else address
    number = _number(sign, marks) if len(sign) == 1 else None
    return FILE_LINK + marks[number].file_id if number is not None else address


def numbers(marks: Sequence[Mark]) -> dict[str, int]:
    """Return the number of each marker that is cited, from 1 in the order of the text."""
    cited = dict.fromkeys(mark.text for mark in marks if mark.kind == "citation")
    return {marker: number for number, marker in enumerate(cited, 1)}


def said_before(text: str, marks: Sequence[Mark], marker: str) -> str:
    """Return the sentence that a marker stands in or after, without any marker."""
    mark = next((each for each in marks if each.text == marker), None)
    if mark is None:
        return ""
    line = max(text.rfind("\n", 0, mark.start), 0)
    begun = line
    for other in marks:
        if other.kind == "citation" and line < other.stop < mark.start and text[other.stop : mark.start].strip():
            begun = other.stop
    return unmasked(text[begun : mark.start], ()).strip(" \n。.,;，；")


def as_copied(text: str, marks: Sequence[Mark], names: dict[str, str]) -> str:
    """Return the text as it is copied: numbers in brackets, and what they stand for (`names`) at the end."""
    known = numbers(marks)
    pieces: list[str] = []
    done = 0
    for mark in marks:
        if mark.kind == "citation" and mark.start >= done:
            pieces += [text[done : mark.start], f"[{known[mark.text]}]"]
            done = mark.stop
    said = "".join([*pieces, text[done:]])
    listed = [f"[{number}] {names.get(marker) or '…'}" for marker, number in known.items()]
    return said + ("\n\n" + "\n".join(listed) if listed else "")


def _number(sign: str, marks: Sequence[Mark]) -> int | None:
    number = ord(sign) - _FIRST
    return number if 0 <= number < len(marks) else None
