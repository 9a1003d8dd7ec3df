"""Where the data files that ship with the app lie, from source and when frozen."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "resources"


def path(*parts: str) -> Path:
    """Return the path of a shipped file, e.g. `path("icons", "send.svg")`."""
    return FOLDER.joinpath(*parts)
