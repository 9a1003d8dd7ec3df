"""Has vectors kept and searched in the retrieval process, and checks what comes back."""

from __future__ import annotations

import array
import base64
import math
import struct
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.retrieval.port import IndexPlace, IndexState
from engine.retrieval.session import Session, nonsense
from engine.types import JsonObject

_AT_ONCE = 8 * 1024**2  # bytes of vectors in one frame


class VectorClient:
    """Implements `VectorPort`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def incarnation(self) -> object:
        return self._session.pid

    def state(self, index: IndexPlace) -> IndexState:
        return _state(self._session.call("index_state", {"index": _where(index)}))

    def change(
        self, index: IndexPlace, *, forget: Sequence[int] = (), add: Sequence[tuple[int, bytes]] = ()
    ) -> IndexState:
        each = 4 * index.dimensions
        keys, rows = bytearray(), bytearray()
        left = list(forget)
        for key, vectors in add:
            if not vectors or len(vectors) % each:
                raise ValueError("vectors of another length")
            keys += struct.pack("<Q", key) * (len(vectors) // each)
            rows += vectors
            if len(rows) >= _AT_ONCE:
                self._send(index, left, keys, rows)
                left, keys, rows = [], bytearray(), bytearray()
        return _state(self._send(index, left, keys, rows))

    def grow(self, index: IndexPlace) -> int:
        return _number(self._session.call("index_grow", {"index": _where(index)}).get("waiting"))

    def search(
        self, indexes: Sequence[tuple[IndexPlace, Sequence[int] | None]], vectors: Sequence[Sequence[float]], count: int
    ) -> list[list[tuple[int, float]]]:
        if not indexes or not vectors:
            return [[] for _ in vectors]
        values = array.array("f", (value for vector in vectors for value in vector))
        if sys.byteorder == "big":
            values.byteswap()
        wanted = [{"index": _where(index), "places": _listed(places)} for index, places in indexes]
        args: JsonObject = {
            "indexes": wanted,
            "vectors": _packed(values.tobytes()),
            "queries": len(vectors),
            "count": count,
        }
        untrusted = self._session.call("index_search", args, urgent=True).get("hits")
        if not isinstance(untrusted, list) or len(untrusted) != len(vectors):
            raise nonsense()
        return [[_hit(hit) for hit in _list(hits)] for hits in untrusted]

    def save(self, index: IndexPlace) -> int:
        return _number(self._session.call("index_save", {"index": _where(index)}).get("bytes"))

    def drop(self, folder: Path) -> None:
        self._session.call("index_drop", {"folder": str(folder)})

    def _send(self, index: IndexPlace, forget: list[int], keys: bytearray, rows: bytearray) -> JsonObject:
        args = {"index": _where(index), "forget": forget, "keys": _packed(keys), "rows": _packed(rows)}
        return self._session.call("index_change", args)


def _where(index: IndexPlace) -> JsonObject:
    return {"folder": str(index.folder), "embedder": index.embedder, "dimensions": index.dimensions}


def _listed(places: Sequence[int] | None) -> list[int] | None:
    return None if places is None else list(places)


def _packed(data: bytes | bytearray) -> str:
    return base64.b64encode(data).decode("ascii")


def _state(untrusted: JsonObject) -> IndexState:
    places = frozenset(_number(place) for place in _list(untrusted.get("places")))
    return IndexState(places=places, count=_number(untrusted.get("count")), waiting=_number(untrusted.get("waiting")))


def _hit(untrusted: Any) -> tuple[int, float]:
    if not isinstance(untrusted, list) or len(untrusted) != 2:
        raise nonsense()
    key, likeness = untrusted
    if not isinstance(likeness, float) or not math.isfinite(likeness):
        raise nonsense()
    return _number(key), likeness


def _number(untrusted: Any) -> int:
    if not isinstance(untrusted, int) or untrusted < 0:
        raise nonsense()
    return untrusted


def _list(untrusted: Any) -> list[Any]:
    if not isinstance(untrusted, list):
        raise nonsense()
    return untrusted
