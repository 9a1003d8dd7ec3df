"""The indexes that the retrieval process holds open, and what can be asked of them; child side only."""

from __future__ import annotations

import base64
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from engine.retrieval.index import VectorIndex
from engine.types import JsonObject
from engine.workers import child

_GROW_SECONDS = 1.0
_GROW_STEP = 200


class Shelf:
    """Answers the `index_…` requests; an index stays open once it was asked for."""

    def __init__(self) -> None:
        self._indexes: dict[str, VectorIndex] = {}

    def handlers(self) -> Mapping[str, child.Handler]:
        return {
            "index_state": self._state,
            "index_change": self._change,
            "index_grow": self._grow,
            "index_search": self._search,
            "index_save": self._save,
            "index_drop": self._drop,
        }

    def _open(self, where: JsonObject) -> VectorIndex:
        folder = where["folder"]
        index = self._indexes.get(folder)
        if index is None or (index.embedder, index.dimensions) != (where["embedder"], where["dimensions"]):
            index = self._indexes[folder] = VectorIndex(Path(folder), where["embedder"], where["dimensions"])
        return index

    def _state(self, request: child.Request) -> JsonObject:
        index = self._open(request.args["index"])
        return {"places": index.places, "count": index.count, "waiting": index.waiting}

    def _change(self, request: child.Request) -> JsonObject:
        index = self._open(request.args["index"])
        if request.args["forget"]:
            index.forget(request.args["forget"])
        keys = np.frombuffer(base64.b64decode(request.args["keys"]), "<u8").astype(np.uint64)
        rows = np.frombuffer(base64.b64decode(request.args["rows"]), "<f4").astype(np.float32)
        if len(keys):
            index.add(keys, rows.reshape(len(keys), index.dimensions))
        return self._state(request)

    def _grow(self, request: child.Request) -> JsonObject:
        index = self._open(request.args["index"])
        until = time.monotonic() + _GROW_SECONDS
        waiting = index.waiting
        while waiting and time.monotonic() < until:
            waiting = index.grow(_GROW_STEP)
        return {"waiting": waiting}

    def _search(self, request: child.Request) -> JsonObject:
        queries = np.frombuffer(base64.b64decode(request.args["vectors"]), "<f4").astype(np.float32)
        queries = queries.reshape(request.args["queries"], -1)
        count = request.args["count"]
        best: list[dict[int, float]] = [{} for _ in queries]
        for where in request.args["indexes"]:
            found = self._open(where["index"]).search(queries, count, where["places"])
            for answer, hits in zip(best, found, strict=True):
                answer.update(hits)
        ranked = [sorted(answer.items(), key=lambda hit: (-hit[1], hit[0]))[:count] for answer in best]
        return {"hits": [[[key, likeness] for key, likeness in hits] for hits in ranked]}

    def _save(self, request: child.Request) -> JsonObject:
        return {"bytes": self._open(request.args["index"]).save()}

    def _drop(self, request: child.Request) -> JsonObject:
        folder = request.args["folder"]
        self._indexes.pop(folder, None)
        shutil.rmtree(folder, ignore_errors=True)
        return {}
