"""What Fireside is made of, and under which licences, as the installed parts say themselves; knows no Qt."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_SIGNS = re.compile(r"[-_.]+")  # one and the same in names of packages
_OWN = "fireside"
_MOST = 80  # characters of a licence's name; some packages put its whole text there
# Parts that are files here and no packages.
_FILES = (("Lucide", "", "ISC"), ("Noto Sans", "", "OFL-1.1"))


@dataclass(frozen=True, slots=True)
class Part:
    """A library, or a set of files, that comes along."""

    name: str
    version: str
    licence: str


def version() -> str:
    """Return Fireside's version; empty when it runs from a bare folder."""
    try:
        return metadata.version(_OWN)
    except metadata.PackageNotFoundError:
        return ""


def parts() -> tuple[Part, ...]:
    """Return everything that Fireside needs to run, by name. Slow: reads a file for each."""
    found: dict[str, Part] = {name.casefold(): Part(name, number, licence) for name, number, licence in _FILES}
    waiting, seen = _required(_OWN), {_OWN}
    while waiting:
        name = waiting.pop()
        key = _SIGNS.sub("-", name).casefold()
        if key in seen:
            continue
        seen.add(key)
        try:
            held = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # of another system, or built in
        found[key] = Part(str(held.metadata["Name"]), held.version, _licence(held))
        waiting += _required(name)
    return tuple(found[key] for key in sorted(found))


def listed(found: Iterable[Part]) -> str:
    """Return the parts as lines of text."""
    return "\n".join(f"{part.name} {part.version}".strip() + f" — {part.licence or '?'}" for part in found)


def _required(name: str) -> list[str]:
    """Return the names of what a package needs, without its extras."""
    try:
        wanted = metadata.requires(name) or ()
    except metadata.PackageNotFoundError:
        return []
    names = (_NAME.match(each) for each in wanted if "extra ==" not in each)
    return [found[0] for found in names if found is not None]


def _licence(held: metadata.Distribution) -> str:
    about = held.metadata
    said = "".join(about.get_all("License-Expression") or ())
    if not said:
        marks = [mark for mark in about.get_all("Classifier") or () if mark.startswith("License ::")]
        said = ", ".join(mark.rpartition("::")[2].strip() for mark in marks) or "".join(about.get_all("License") or ())
    return next(iter(said.splitlines()), "")[:_MOST]
