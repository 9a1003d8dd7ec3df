"""Whose kept caches are whose, by the names of their files: what the app's process needs without the arrays in them."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path


def mark(owner: str) -> str:
    """Return the part of a file's name that says whose it is."""
    return hashlib.blake2b(owner.encode("utf-8", "backslashreplace"), digest_size=8).hexdigest()


def forget(folder: Path, owner: str) -> None:
    """Delete what was kept of an owner's conversations, whatever the model."""
    for path in folder.glob(f"*-{mark(owner)}-*.kv"):
        delete(path)


def delete(path: Path) -> None:
    """Delete a file if it is there and the system lets it."""
    with contextlib.suppress(OSError):
        path.unlink()
