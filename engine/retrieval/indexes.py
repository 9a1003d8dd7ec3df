"""Keeps the index of each vector store what the database says, and searches it."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.retrieval.keys import key_of, passage_of
from engine.retrieval.port import IndexPlace, VectorPort
from engine.store import Store

log = logging.getLogger(__name__)

_AT_ONCE = 1000


@dataclass
class _Known:
    """What this process believes of an index; `bare` are files without vectors of the embedder."""

    index: IndexPlace
    incarnation: object
    places: set[int]
    waiting: int
    bare: set[int] = field(default_factory=set)
    unsaved: bool = False


class Indexes:
    """The indexes in `folder`. Nothing in them is believed without the database: they can be lost at any time."""

    def __init__(self, store: Store, port: VectorPort, folder: Path) -> None:
        self._store = store
        self._port = port
        self._folder = folder
        self._lock = threading.Lock()
        self._known: dict[str, _Known] = {}

    def search(
        self,
        vector_store_ids: Sequence[str],
        embedder: str,
        vectors: Sequence[Sequence[float]],
        count: int,
        *,
        within: Sequence[int] | None = None,
    ) -> list[list[tuple[int, int, float]]]:
        """Return for each vector the best passages (`store_file`, position, likeness), the best first.

        With `within`, only of these files (`seq` of their places). Raises WorkerFailed.
        """
        if not vectors:
            return []
        dimensions = len(vectors[0])
        indexes = [self.refresh(each, embedder, dimensions) for each in vector_store_ids]
        answers = self._port.search([(index, within) for index in indexes], vectors, count)
        return [[(*passage_of(key), likeness) for key, likeness in hits] for hits in answers]

    def refresh(self, vector_store_id: str, embedder: str, dimensions: int) -> IndexPlace:
        """Put in what is new and take out what is gone. Raises WorkerFailed."""
        index = IndexPlace(folder=self._folder / vector_store_id, embedder=embedder, dimensions=dimensions)
        with self._lock:
            wanted = set(self._store.vector_store_files.searchable(vector_store_id))
            known = self._believed(vector_store_id, index)
            gone = known.places - wanted
            if gone:
                known.waiting = self._port.change(index, forget=sorted(gone)).waiting
                known.places -= gone
                known.unsaved = True
            for place in sorted(wanted - known.places - known.bare):
                if self._store.chunks.count_without_vector(place, embedder):
                    known.bare.add(place)
                else:
                    self._put(known, place)
        return index

    def embedded(self, place: int) -> None:
        """A file that could be searched already got vectors."""
        with self._lock:
            for known in self._known.values():
                known.bare.discard(place)

    def tend(self) -> bool:
        """Do about a second of what makes searching faster and starting quicker; tell whether there is more to do."""
        with self._lock:
            for known in self._known.values():
                if known.incarnation != self._port.incarnation:
                    continue  # what it did not keep is put in again when somebody searches
                if known.waiting:
                    known.waiting = self._port.grow(known.index)
                    return True
                if known.unsaved:
                    size = self._port.save(known.index)
                    log.info("an index was saved: %d bytes", size)
                    known.unsaved = False
                    return True
        return False

    def drop(self, vector_store_id: str) -> None:
        """Delete the index of a store that is gone."""
        with self._lock:
            known = self._known.pop(vector_store_id, None)
            if known is not None and known.incarnation == self._port.incarnation:
                self._port.drop(known.index.folder)
            shutil.rmtree(self._folder / vector_store_id, ignore_errors=True)

    def sweep(self, vector_store_ids: Collection[str]) -> None:
        """Delete all indexes but those of these stores."""
        for folder in self._folder.glob("vs_*"):
            if folder.name not in vector_store_ids:
                self.drop(folder.name)

    def _believed(self, vector_store_id: str, index: IndexPlace) -> _Known:
        """Return what is known of an index, asked anew if the process with it is another one."""
        known = self._known.get(vector_store_id)
        if known is None or known.index != index or known.incarnation != self._port.incarnation:
            state = self._port.state(index)
            known = _Known(index, self._port.incarnation, set(state.places), state.waiting)
            self._known[vector_store_id] = known
        return known

    def _put(self, known: _Known, place: int) -> None:
        start = 0
        # Until the last of its passages is in, it counts as not being there.
        while rows := self._store.chunks.vectors(place, known.index.embedder, start=start, limit=_AT_ONCE):
            state = self._port.change(known.index, add=[(key_of(place, position), row) for position, row in rows])
            known.waiting = state.waiting
            start = rows[-1][0] + 1
        known.places.add(place)
        known.unsaved = True
