"""The vectors of one vector store, searched in memory and kept on disk; the only importer of usearch.

New vectors lie in a flat tail that is searched exactly. When the tail is long, its oldest vectors move step by step
into a graph (HNSW), which is fast at any size. Everything here can be made again from the database.
"""

from __future__ import annotations

import json
import logging
import os
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from usearch.index import Index, MetricKind
from usearch.index import search as search_exactly

log = logging.getLogger(__name__)

Keys = npt.NDArray[np.uint64]
Vectors = npt.NDArray[np.float32]

_FORMAT = 1
_MANIFEST = "manifest.json"
_MANIFEST_LIMIT = 1_000_000
_TAIL_MOST = 20_000
"""The tail grows into the graph above this many vectors; searching them exactly takes a few milliseconds."""
_TAIL_LEAST = 2_000
_EXACT_MOST = 20_000
"""A filter that leaves this many vectors of the graph is searched exactly."""
_PLACE_BITS = 24  # as in `engine.retrieval.keys`
_CONNECTIVITY, _EXPANSION_ADD, _EXPANSION_SEARCH = 16, 128, 96
_PER_PASSAGE = 4  # a passage longer than its embedder can take in has several vectors
_PIECE = 1024**2


class VectorIndex:
    """Open it with the embedder its vectors must come from; one found of another, or torn, is begun anew."""

    def __init__(self, folder: Path, embedder: str, dimensions: int) -> None:
        self._folder, self.embedder, self.dimensions = folder, embedder, dimensions
        self._tail = _Tail(dimensions)
        self._graph = _graph(dimensions)
        self._in_graph: Keys = np.empty(0, np.uint64)
        self._saved_graph: dict[str, Any] = {}
        self._graph_changed = self._changed = False
        self._load()

    @property
    def places(self) -> list[int]:
        """The files in it, by the `seq` of their places."""
        keys = np.concatenate([self._in_graph, self._tail.keys])
        return [int(place) for place in np.unique(keys >> np.uint64(_PLACE_BITS))]

    @property
    def count(self) -> int:
        """How many vectors there are."""
        return len(self._graph) + len(self._tail.keys)

    @property
    def waiting(self) -> int:
        """How many vectors of the tail should move into the graph."""
        length = len(self._tail.keys)
        return length - _TAIL_LEAST if length > (_TAIL_LEAST if len(self._graph) else _TAIL_MOST) else 0

    def add(self, keys: Keys, vectors: Vectors) -> None:
        """Add vectors of length 1; one key may have several."""
        self._tail.append(keys, vectors.astype(np.float16))
        self._changed = True

    def forget(self, places: Iterable[int]) -> None:
        """Take files out; their vectors are overwritten, not only marked."""
        gone = np.fromiter(places, np.uint64)
        keep = ~np.isin(self._tail.keys >> np.uint64(_PLACE_BITS), gone)
        self._tail.keep(keep)
        in_graph = np.isin(self._in_graph >> np.uint64(_PLACE_BITS), gone)
        if in_graph.any():
            self._scrub(self._in_graph[in_graph])
            self._in_graph = self._in_graph[~in_graph]
            self._graph_changed = True
        self._changed = True

    def grow(self, most: int) -> int:
        """Move up to so many vectors into the graph; return how many still wait."""
        keys, vectors = self._tail.take(min(most, self.waiting))
        if len(keys):
            self._graph.add(keys, vectors, threads=max(1, (os.cpu_count() or 2) // 2))
            self._in_graph = np.union1d(self._in_graph, keys)
            self._graph_changed = self._changed = True
        return self.waiting

    def search(
        self, queries: Vectors, count: int, places: Sequence[int] | None = None
    ) -> list[list[tuple[int, float]]]:
        """Return for each query up to `count` keys with their likeness (cosine), the best first.

        With `places`, only of these files: those are searched exactly if they are few, so nothing is lost.
        """
        tail_keys, tail_vectors = self._tail.keys, self._tail.vectors
        if places is not None:
            allowed = np.fromiter(places, np.uint64)
            passing = np.isin(tail_keys >> np.uint64(_PLACE_BITS), allowed)
            tail_keys, tail_vectors = tail_keys[passing], tail_vectors[passing]
        answers: list[dict[int, float]] = [{} for _ in queries]
        _search_flat(answers, queries, tail_keys, tail_vectors, count)
        if len(self._graph):
            if places is None:
                self._search_graph(answers, queries, count)
            else:
                self._search_places(answers, queries, count, allowed)
        return [sorted(found.items(), key=lambda item: (-item[1], item[0]))[:count] for found in answers]

    def save(self) -> int:
        """Write what changed, so that a crash leaves the old or the new state; return the bytes on disk."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._changed:
            parts = {"tail": self._write("tail", self._tail.tobytes())}
            if len(self._graph):
                if self._graph_changed or not self._saved_graph:
                    self._saved_graph = self._write("graph", None)
                parts["graph"] = self._saved_graph
            manifest = {
                "format": _FORMAT,
                "embedder": self.embedder,
                "dimensions": self.dimensions,
                "tail_count": len(self._tail.keys),
                "parts": parts,
            }
            path = self._folder / _MANIFEST
            working = path.with_suffix(".new")
            working.write_text(json.dumps(manifest), "utf-8")
            os.replace(working, path)
            kept = {part["name"] for part in parts.values()} | {_MANIFEST}
            for file in self._folder.iterdir():
                if file.name not in kept:
                    file.unlink(missing_ok=True)
            self._changed = self._graph_changed = False
        return sum(file.stat().st_size for file in self._folder.iterdir())

    def _search_graph(self, answers: list[dict[int, float]], queries: Vectors, count: int) -> None:
        matches = self._graph.search(queries, min(count * _PER_PASSAGE, len(self._graph)), threads=1)
        for answer, found in zip(answers, _rows(matches, len(queries)), strict=True):
            _merge(answer, found)

    def _search_places(self, answers: list[dict[int, float]], queries: Vectors, count: int, allowed: Keys) -> None:
        passing = self._in_graph[np.isin(self._in_graph >> np.uint64(_PLACE_BITS), allowed)]
        if len(passing) > _EXACT_MOST:
            share = len(passing) / len(self._in_graph)
            wanted = min(len(self._graph), int(count * _PER_PASSAGE * 2 / share))
            matches = self._graph.search(queries, wanted, threads=1)
            complete = True
            for answer, found in zip(answers, _rows(matches, len(queries)), strict=True):
                within = [pair for pair in found if np.uint64(pair[0] >> _PLACE_BITS) in allowed]
                _merge(answer, within)
                complete &= len({key for key, _ in within}) >= min(count, len(passing))
            if complete:
                return
        if len(passing):
            stored = self._graph.get(passing)
            keys = np.repeat(passing, [len(vectors) for vectors in stored])
            _search_flat(answers, queries, keys, np.concatenate(stored).astype(np.float16), count)

    def _scrub(self, keys: Keys) -> None:
        """Remove vectors from the graph. Their places are filled and emptied again: removing alone leaves the bytes."""
        before = len(self._graph)
        self._graph.remove(keys)
        removed = before - len(self._graph)
        fillers = np.arange(removed, dtype=np.uint64) + np.uint64(1 << 63)
        noise = np.random.default_rng(0).standard_normal((removed, self.dimensions)).astype(np.float32)
        self._graph.add(fillers, noise)
        self._graph.remove(fillers)

    def _write(self, kind: str, content: bytes | None) -> dict[str, Any]:
        """Write a part, the graph if there is no content, under a name not in use; return what the manifest says."""
        name = next(f"{kind}-{n}" for n in range(1000) if not (self._folder / f"{kind}-{n}").exists())
        path = self._folder / name
        if content is None:
            self._graph.save(str(path))
        else:
            path.write_bytes(content)
        with path.open("rb+") as file:
            os.fsync(file.fileno())
        return {"name": name, "size": path.stat().st_size, "crc32": _checksum(path)}

    def _load(self) -> None:
        try:
            with (self._folder / _MANIFEST).open("rb") as file:
                untrusted = json.loads(file.read(_MANIFEST_LIMIT))
            if (untrusted["format"], untrusted["embedder"], untrusted["dimensions"]) != (
                _FORMAT,
                self.embedder,
                self.dimensions,
            ):
                log.info("an index is of another format or embedder and is begun anew")
                return
            parts = {kind: self._checked(part) for kind, part in untrusted["parts"].items()}
            tail = _Tail(self.dimensions)
            tail.frombytes(parts["tail"].read_bytes(), int(untrusted["tail_count"]))
            graph = self._graph
            if "graph" in parts:
                graph = _graph(self.dimensions)
                graph.load(str(parts["graph"]))
                if graph.ndim != self.dimensions or not graph.multi:
                    raise ValueError("another graph")
                self._saved_graph = untrusted["parts"]["graph"]
        except FileNotFoundError:
            return
        except (OSError, ValueError, LookupError, TypeError, RuntimeError) as error:
            log.info("an index is torn and begun anew: %s", type(error).__name__)
            return
        self._tail, self._graph = tail, graph
        self._in_graph = np.unique(np.asarray(graph.keys, np.uint64)) if len(graph) else self._in_graph

    def _checked(self, part: dict[str, Any]) -> Path:
        path = self._folder / Path(str(part["name"])).name
        if path.stat().st_size != part["size"] or _checksum(path) != part["crc32"]:
            raise ValueError("torn")
        return path


class _Tail:
    """Keys and vectors in arrays that have room at their end; what was taken from the front leaves a gap there."""

    def __init__(self, dimensions: int) -> None:
        self._keys: Keys = np.empty(0, np.uint64)
        self._vectors: npt.NDArray[np.float16] = np.empty((0, dimensions), np.float16)
        self._start = self._end = 0

    @property
    def keys(self) -> Keys:
        return self._keys[self._start : self._end]

    @property
    def vectors(self) -> npt.NDArray[np.float16]:
        return self._vectors[self._start : self._end]

    def append(self, keys: Keys, vectors: npt.NDArray[np.float16]) -> None:
        end = self._end + len(keys)
        if end > len(self._keys):
            self._move(2 * (end - self._start))
            end = self._end + len(keys)
        self._keys[self._end : end] = keys
        self._vectors[self._end : end] = vectors
        self._end = end

    def keep(self, mask: npt.NDArray[np.bool_]) -> None:
        keys, vectors = self.keys[mask], self.vectors[mask]
        self._keys, self._vectors, self._start, self._end = keys, vectors, 0, len(keys)

    def take(self, count: int) -> tuple[Keys, npt.NDArray[np.float16]]:
        first = self._start
        self._start += count
        return self._keys[first : self._start], self._vectors[first : self._start]

    def tobytes(self) -> bytes:
        return self.keys.astype("<u8").tobytes() + self.vectors.astype("<f2").tobytes()

    def frombytes(self, untrusted: bytes, count: int) -> None:
        """Take what `tobytes` gave. Raises ValueError."""
        self._keys = np.frombuffer(untrusted, "<u8", count).astype(np.uint64)
        vectors = np.frombuffer(untrusted, "<f2", offset=8 * count)
        self._vectors = vectors.reshape(count, self._vectors.shape[1]).astype(np.float16)
        self._start, self._end = 0, count

    def _move(self, capacity: int) -> None:
        keys = np.empty(capacity, np.uint64)
        vectors = np.empty((capacity, self._vectors.shape[1]), np.float16)
        count = self._end - self._start
        keys[:count], vectors[:count] = self.keys, self.vectors
        self._keys, self._vectors, self._start, self._end = keys, vectors, 0, count


def _graph(dimensions: int) -> Index:
    return Index(
        ndim=dimensions,
        metric=MetricKind.Cos,
        dtype="f16",
        multi=True,
        connectivity=_CONNECTIVITY,
        expansion_add=_EXPANSION_ADD,
        expansion_search=_EXPANSION_SEARCH,
    )


def _search_flat(
    answers: list[dict[int, float]],
    queries: Vectors,
    keys: Keys,
    vectors: npt.NDArray[np.float16],
    count: int,
) -> None:
    if not len(keys):
        return
    wanted = min(count * _PER_PASSAGE, len(keys))
    matches = search_exactly(
        np.ascontiguousarray(vectors), queries.astype(np.float16), wanted, MetricKind.Cos, exact=True, threads=1
    )
    for answer, found in zip(answers, _rows(matches, len(queries)), strict=True):
        _merge(answer, ((int(keys[index]), likeness) for index, likeness in found))


def _rows(matches: Any, queries: int) -> list[list[tuple[int, float]]]:
    """Return keys and likenesses of each query; a single query has a shape of its own."""
    if queries == 1:
        keys, distances = np.asarray(matches.keys).reshape(-1), np.asarray(matches.distances).reshape(-1)
        return [list(zip(map(int, keys), (1.0 - distances).tolist(), strict=True))]
    rows = []
    for index in range(queries):
        found = int(matches.counts[index])
        likenesses = (1.0 - matches.distances[index][:found]).tolist()
        rows.append(list(zip(map(int, matches.keys[index][:found]), likenesses, strict=True)))
    return rows


def _merge(answer: dict[int, float], found: Iterable[tuple[int, float]]) -> None:
    for key, likeness in found:
        if likeness > answer.get(key, -2.0):
            answer[key] = likeness


def _checksum(path: Path) -> int:
    value = 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            value = zlib.crc32(piece, value)
    return value
