"""Has files read in a process of their own, and checks the passages that come back."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from engine.cancel import CancelToken
from engine.errors import FiresideError, WorkerFailed
from engine.retrieval.problems import Unreadable, Unsupported
from engine.store.chunks import NewChunk
from engine.types import Chunk, JsonObject
from engine.workers.supervisor import Supervisor

Pages = Callable[[int, int], None]
"""Hears how many pages of how many are read."""
OnPassages = Callable[[Sequence[NewChunk], int], None]
"""Hears passages as they come, in order, and how many there will be."""

_SILENCE = 300.0
_MAX_NOTE = 500
_KINDS: dict[str, type[Unreadable]] = {Unreadable.code: Unreadable, Unsupported.code: Unsupported}
_FIELDS = {field.name: field for field in dataclasses.fields(Chunk)}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a file was read: its passages, its pages if it has any, and sentences about what could not be read."""

    count: int
    pages: int | None = None
    notes: tuple[str, ...] = ()


class Reader(Protocol):
    """Reads files."""

    def read(
        self,
        path: Path,
        filename: str,
        *,
        max_tokens: int,
        overlap: int,
        on_passages: OnPassages,
        on_pages: Pages,
        cancel: CancelToken,
    ) -> Reading:
        """Read the file at `path`, known to its owner as `filename`; what the callbacks raise is passed on.

        Raises Unreadable for what is the file's fault, WorkerFailed (worker_died: it may be), Cancelled.
        """

    def rest(self) -> None:
        """There is nothing to read for now."""


class ReaderClient:
    """Reads in the reader process."""

    def __init__(self, supervisor: Supervisor, recognise: Callable[[], bool] = lambda: False) -> None:
        """`recognise`: whether pictures are read, too; asked before each file."""
        self._worker = supervisor.worker("reader")
        self._recognise = recognise

    def read(
        self,
        path: Path,
        filename: str,
        *,
        max_tokens: int,
        overlap: int,
        on_passages: OnPassages,
        on_pages: Pages,
        cancel: CancelToken,
    ) -> Reading:
        def on_event(untrusted: JsonObject) -> None:
            if "pages" in untrusted:
                done, total = _numbers(untrusted["pages"], 2)
                on_pages(done, total)
            else:
                passages = untrusted.get("passages")
                if not isinstance(passages, list):
                    raise _nonsense()
                on_passages([_passage(each) for each in passages], _numbers([untrusted.get("total")], 1)[0])

        args: JsonObject = {"path": str(path), "filename": filename, "max_tokens": max_tokens, "overlap": overlap}
        args["recognise"] = self._recognise()
        try:
            untrusted = self._worker.stream("read", args, on_event=on_event, cancel=cancel, idle_timeout=_SILENCE)
        except WorkerFailed as error:
            if (kind := _KINDS.get(error.code)) is not None:
                raise kind(error.message) from None
            if error.code == "worker_hung":
                raise Unreadable("Reading this file took too long and was given up. Split it.") from None
            raise
        notes = untrusted.get("notes")
        return Reading(
            count=_numbers([untrusted.get("count")], 1)[0],
            pages=untrusted["pages"] if isinstance(untrusted.get("pages"), int) else None,
            notes=tuple(str(note)[:_MAX_NOTE] for note in notes) if isinstance(notes, list) else (),
        )

    def rest(self) -> None:
        self._worker.stop()


def _passage(untrusted: Any) -> NewChunk:
    try:
        fields = untrusted["chunk"]
        if set(fields) != set(_FIELDS):
            raise _nonsense()
        texts = (fields["text"], untrusted["words"], untrusted["heading_words"], *fields["heading"])
        numbers = [fields[name] for name in _FIELDS if name not in ("text", "heading", "page_starts")]
        starts = tuple(fields["page_starts"])
        if not all(isinstance(text, str) for text in texts):
            raise _nonsense()
        if not all(number is None or isinstance(number, int) for number in numbers):
            raise _nonsense()
        if not all(isinstance(start, int) for start in starts):
            raise _nonsense()
        chunk = Chunk(**{**fields, "heading": tuple(fields["heading"]), "page_starts": starts})
        return NewChunk(chunk, untrusted["words"], untrusted["heading_words"])
    except (KeyError, TypeError):
        raise _nonsense() from None


def _numbers(untrusted: Any, count: int) -> list[int]:
    if not isinstance(untrusted, list) or len(untrusted) != count:
        raise _nonsense()
    if not all(isinstance(number, int) and number >= 0 for number in untrusted):
        raise _nonsense()
    return untrusted


def _nonsense() -> FiresideError:
    return WorkerFailed("The reading process sent something that makes no sense. Try again.", code="worker_protocol")
