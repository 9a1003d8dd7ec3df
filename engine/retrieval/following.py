"""What has changed in a folder since it was last taken in (pure): nothing is believed until it has come to rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.retrieval.walking import SeenFile, Walked
from engine.types import LiveFile

QUIET_SECONDS = 1.0
"""So long a file must not have changed before it is read, and a missing one must stay away before it is given up."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a folder: what was seen and when, in seconds since the epoch."""

    walked: Walked
    at: float


@dataclass(frozen=True, slots=True)
class Changes:
    """`fresh` files are new or changed, `gone` ones are away; `restless` says that it is worth looking again soon.

    `missing` are all that are not there, also those that may come back: a fresh one may be one of them, renamed.
    """

    fresh: tuple[SeenFile, ...] = ()
    gone: tuple[str, ...] = ()
    missing: frozenset[str] = field(default_factory=frozenset)
    restless: bool = False


def compare(known: Mapping[str, LiveFile], look: Look, before: Look | None, *, quiet: float = QUIET_SECONDS) -> Changes:
    """Return what to do about a folder, given what is known of it and an earlier look at least `quiet` seconds ago.

    Empty files hold nothing, so they count as away. What lies below a folder that could not be listed, or was not
    reached because there is too much, counts as unchanged.
    """
    fresh: list[SeenFile] = []
    restless = False
    for path, seen in look.walked.files.items():
        if _same(known.get(path), seen) or (not seen.size and path not in known):
            continue
        if not _rests(seen, look, before, quiet):
            restless = True
        elif seen.size:
            fresh.append(seen)
    missing = frozenset(_missing(known, look.walked))
    sure = before is not None and look.at - before.at >= quiet
    gone = tuple(sorted(path for path in missing if before is not None and sure and _was_missing(path, before)))
    restless = restless or len(gone) < len(missing)
    return Changes(tuple(fresh), gone, missing, restless)


def _same(known: LiveFile | None, seen: SeenFile) -> bool:
    return known is not None and (known.size, known.modified_ns) == (seen.size, seen.modified_ns)


def _rests(seen: SeenFile, look: Look, before: Look | None, quiet: float) -> bool:
    """Tell whether nobody is writing to a file: by its time, or, where clocks differ, by two looks."""
    age = look.at - seen.modified_ns / 1e9
    if age >= quiet:
        return True
    return before is not None and look.at - before.at >= quiet and before.walked.files.get(seen.path) == seen


def _missing(known: Iterable[str], walked: Walked) -> Iterable[str]:
    if walked.full:
        return
    for path in known:
        seen = walked.files.get(path)
        hidden = any(path.startswith(f"{folder}/") for folder in walked.unread)
        if (seen is None or not seen.size) and not hidden:
            yield path


def _was_missing(path: str, before: Look) -> bool:
    seen = before.walked.files.get(path)
    return seen is None or not seen.size
