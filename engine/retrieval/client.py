"""Embeds text in a child process and checks what comes back."""

from __future__ import annotations

import array
import base64
import binascii
import math
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.cancel import CancelToken
from engine.errors import Cancelled, Unavailable, WorkerFailed
from engine.retrieval.port import Embeddings, Kind
from engine.types import JsonObject
from engine.workers.supervisor import Supervisor

_GROUP = 512
_SILENCE = 600.0  # torch and a large model from a slow disk, or one batch on a slow processor
_MAX_DIMENSIONS = 65_536


class EmbeddingClient:
    """Implements `EmbeddingPort` with one worker, which keeps the model it used last."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._worker = supervisor.worker("retrieval")
        self._turn = threading.Lock()
        self._used = time.monotonic()

    def embed(
        self,
        model: Path,
        texts: Sequence[str],
        kind: Kind = "document",
        *,
        on_progress: Callable[[int], None] | None = None,
        cancel: CancelToken | None = None,
    ) -> Embeddings:
        if not model.is_dir():
            raise Unavailable(
                "The folder of the embedding model is gone. Fetch it again on the Models page.",
                code="model_missing",
                model_id=model.name,
            )
        cancel = cancel or CancelToken()
        vectors: list[list[float]] = []
        tokens = 0
        for start in range(0, len(texts), _GROUP):
            answer = _Answer(texts[start : start + _GROUP], start, on_progress or (lambda _done: None))
            tokens += self._ask(model, kind, answer, cancel)
            vectors += answer.vectors()
        return Embeddings(vectors=vectors, tokens=tokens)

    def unload_idle(self, seconds: float) -> bool:
        with self._turn:
            if self._worker.alive and self._used <= time.monotonic() - seconds:
                self._worker.stop()
            return not self._worker.alive

    def close(self) -> None:
        self._worker.close()

    def _ask(self, model: Path, kind: Kind, answer: _Answer, cancel: CancelToken) -> int:
        """Have one group embedded; return its tokens."""
        args: JsonObject = {"model": str(model), "kind": kind, "texts": list(answer.texts)}
        with self._turn:
            if cancel.is_set():
                raise Cancelled("Embedding was stopped.")
            untrusted = self._worker.stream("embed", args, on_event=answer.take, cancel=cancel, idle_timeout=_SILENCE)
            self._used = time.monotonic()
        tokens = untrusted.get("tokens")
        if not isinstance(tokens, int) or tokens < 0:
            raise _nonsense()
        return tokens


class _Answer:
    """The vectors of one group as they come in, in any order."""

    def __init__(self, texts: Sequence[str], before: int, on_progress: Callable[[int], None]) -> None:
        self.texts = texts
        self._before, self._on_progress = before, on_progress
        self._rows: dict[int, list[float]] = {}

    def take(self, untrusted: JsonObject) -> None:
        indices, size = untrusted.get("indices"), untrusted.get("dimensions")
        if not isinstance(indices, list) or not isinstance(size, int) or not 0 < size <= _MAX_DIMENSIONS:
            raise _nonsense()
        values = _floats(str(untrusted.get("rows", "")))
        if len(values) != len(indices) * size:
            raise _nonsense()
        for position, index in enumerate(indices):
            row = values[position * size : (position + 1) * size].tolist()
            if not isinstance(index, int) or not math.isfinite(sum(row)):
                raise _nonsense()
            self._rows[index] = row
        self._on_progress(self._before + len(self._rows))

    def vectors(self) -> list[list[float]]:
        if set(self._rows) != set(range(len(self.texts))):
            raise _nonsense()
        return [self._rows[index] for index in range(len(self.texts))]


def _floats(untrusted: str) -> array.array[float]:
    values = array.array("f")
    try:
        values.frombytes(base64.b64decode(untrusted, validate=True))
    except (binascii.Error, ValueError):
        raise _nonsense() from None
    if sys.byteorder == "big":
        values.byteswap()
    return values


def _nonsense() -> WorkerFailed:
    return WorkerFailed("The embedding process sent something that makes no sense. Try again.", code="worker_protocol")
