"""The child process that reads files: whatever is in them can bring down this process and nothing else."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from engine.errors import Cancelled
from engine.retrieval.parsing.recognition import Recognition, installed
from engine.retrieval.passages import passages_of
from engine.retrieval.problems import Unreadable
from engine.types import JsonObject
from engine.workers import child

_GROUP = 64
_MEMORY = 4 * 1024**3
_NICER = 5
_RECOGNITION = Recognition()


def read(request: child.Request) -> JsonObject:
    """Emit `{"pages": [done, total]}` while reading, then `{"passages": […]}` in groups."""
    args = request.args

    def on_pages(done: int, total: int) -> None:
        if request.cancel.is_set():
            raise Cancelled("Reading was stopped.")
        request.emit({"pages": [done, total]})

    try:
        reading, passages = passages_of(
            Path(args["path"]),
            args["filename"],
            max_tokens=args["max_tokens"],
            overlap=args["overlap"],
            on_pages=on_pages,
            recognise=_RECOGNITION.lines if args.get("recognise") and installed() else None,
        )
        for group in _groups(passages):
            if request.cancel.is_set():
                raise Cancelled("Reading was stopped.")
            request.emit({"passages": group, "total": reading.count})
    except MemoryError:
        raise Unreadable("Reading this file takes more memory than a file may use. Split it.") from None
    return {"count": reading.count, "pages": reading.pages, "notes": list(reading.notes)}


def _groups(passages: Iterator[object]) -> Iterator[list[JsonObject]]:
    while group := list(islice(passages, _GROUP)):
        yield [dataclasses.asdict(passage) for passage in group]  # type: ignore[call-overload]


def _humble() -> None:
    """Bound the memory, where the system can, and let others go first."""
    if sys.platform != "win32":
        import resource

        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
        with contextlib.suppress(OSError):
            os.nice(_NICER)


def serve() -> None:
    """Serve until the app closes the pipe."""
    _humble()
    child.serve(lambda: {"read": read})
