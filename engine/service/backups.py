"""What a backup needs of an open home: one state of the database, and contents that stay while they are copied."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.paths import Paths
from engine.store import Store
from engine.store.replace import SNAPSHOT
from engine.store.snapshot import Pages, copy_database, counts


class Backups:
    """`engine.portability.backup` writes the file; chats and runs go on meanwhile."""

    def __init__(self, store: Store, paths: Paths) -> None:
        self._store, self._paths = store, paths

    @contextmanager
    def snapshot(self, on_bytes: Pages) -> Iterator[Path]:
        """Give a copy of the database as it is now; inside the block no content that it names is deleted.

        `on_bytes` is told how far the copying is and may raise to stop it. Raises Unavailable.
        """
        copy = self._paths.home / SNAPSHOT
        with self._store.blobs.held():
            try:
                copy.unlink(missing_ok=True)
                copy_database(self._paths.database, copy, on_bytes)
                yield copy
            finally:
                copy.unlink(missing_ok=True)

    def counts(self, snapshot: Path) -> dict[str, int]:
        """Return what a snapshot holds, by noun."""
        return counts(snapshot)
