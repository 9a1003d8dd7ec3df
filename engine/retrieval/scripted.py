"""Stand-ins without models: texts that share words get similar vectors and scores, always the same ones."""

from __future__ import annotations

import array
import hashlib
import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.cancel import CancelToken
from engine.errors import Cancelled, WorkerFailed
from engine.retrieval.keys import passage_of
from engine.retrieval.port import Embeddings, IndexPlace, IndexState, Kind, ModelLimits

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+")
_BATCH = 16


class ScriptedEmbedder:
    """Implements `EmbeddingPort` with hashed words; `asked` records kinds and texts."""

    def __init__(self, dimensions: int = 64) -> None:
        self._dimensions = dimensions
        self._closed = False
        self.asked: list[tuple[Kind, tuple[str, ...]]] = []

    def embed(
        self,
        model: Path,  # noqa: ARG002
        texts: Sequence[str],
        kind: Kind = "document",
        *,
        on_progress: Callable[[int], None] | None = None,
        cancel: CancelToken | None = None,
    ) -> Embeddings:
        if self._closed:
            raise WorkerFailed("The embedder was closed.", code="worker_stopped")
        self.asked.append((kind, tuple(texts)))
        vectors: list[list[float]] = []
        tokens = 0
        for start in range(0, len(texts), _BATCH):
            if cancel is not None and cancel.is_set():
                raise Cancelled("Embedding was stopped.")
            for text in texts[start : start + _BATCH]:
                words = [word.lower() for word in _WORD.findall(text)]
                tokens += len(words)
                vectors.append(self._vector(words))
            if on_progress is not None:
                on_progress(len(vectors))
        return Embeddings(vectors=vectors, tokens=tokens)

    def limits(self, model: Path) -> ModelLimits:  # noqa: ARG002
        return ModelLimits(dimensions=self._dimensions, tokens=256)

    def unload_idle(self, seconds: float) -> bool:  # noqa: ARG002
        return True

    def close(self) -> None:
        self._closed = True

    def _vector(self, words: list[str]) -> list[float]:
        vector = [0.0] * self._dimensions
        for word in words or [""]:
            digest = hashlib.sha256(word.encode("utf-8", "replace")).digest()
            vector[int.from_bytes(digest[:4], "big") % self._dimensions] += 1.0
        length = math.sqrt(sum(value * value for value in vector))
        return [value / length for value in vector]


class ScriptedVectors:
    """Implements `VectorPort` in memory; `saved` are the folders of indexes that were kept."""

    def __init__(self) -> None:
        self._indexes: dict[Path, tuple[IndexPlace, dict[int, list[array.array[float]]]]] = {}
        self.saved: list[Path] = []
        self.incarnation: object = 1

    def state(self, index: IndexPlace) -> IndexState:
        held = self._held(index)
        places = frozenset(passage_of(key)[0] for key in held)
        return IndexState(places=places, count=sum(map(len, held.values())), waiting=0)

    def change(
        self, index: IndexPlace, *, forget: Sequence[int] = (), add: Sequence[tuple[int, bytes]] = ()
    ) -> IndexState:
        held = self._held(index)
        for key in [key for key in held if passage_of(key)[0] in forget]:
            del held[key]
        for key, vectors in add:
            values = array.array("f", vectors)
            size = index.dimensions
            held[key] = [values[start : start + size] for start in range(0, len(values), size)]
        return self.state(index)

    def grow(self, index: IndexPlace) -> int:  # noqa: ARG002
        return 0

    def search(
        self, indexes: Sequence[tuple[IndexPlace, Sequence[int] | None]], vectors: Sequence[Sequence[float]], count: int
    ) -> list[list[tuple[int, float]]]:
        answers = []
        for query in vectors:
            likenesses = {
                key: max(sum(a * b for a, b in zip(query, vector, strict=True)) for vector in stored)
                for index, places in indexes
                for key, stored in self._held(index).items()
                if places is None or passage_of(key)[0] in places
            }
            answers.append(sorted(likenesses.items(), key=lambda item: (-item[1], item[0]))[:count])
        return answers

    def save(self, index: IndexPlace) -> int:
        self.saved.append(index.folder)
        return self.state(index).count * index.dimensions * 4

    def drop(self, folder: Path) -> None:
        self._indexes.pop(folder, None)

    def _held(self, index: IndexPlace) -> dict[int, list[array.array[float]]]:
        known, held = self._indexes.get(index.folder, (None, {}))
        if known != index:
            held = {}
            self._indexes[index.folder] = (index, held)
        return held


class ScriptedReranker:
    """Implements `RerankPort`: the share of the query's words in the text; `asked` records queries and texts."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def rerank(self, model: Path, query: str, texts: Sequence[str]) -> list[float]:  # noqa: ARG002
        self.asked.append((query, tuple(texts)))
        words = {word.lower() for word in _WORD.findall(query)}
        found = [words & {word.lower() for word in _WORD.findall(text)} for text in texts]
        return [len(each) / max(1, len(words)) for each in found]
