"""An embedder without a model: texts that share words get similar vectors, always the same ones."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.cancel import CancelToken
from engine.errors import Cancelled, WorkerFailed
from engine.retrieval.port import Embeddings, Kind

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
