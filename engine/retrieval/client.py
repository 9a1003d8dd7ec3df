"""Embeds text in a child process and checks what comes back."""

from __future__ import annotations

import array
import base64
import binascii
import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.cancel import CancelToken
from engine.errors import Unavailable
from engine.retrieval.port import Embeddings, Kind, ModelLimits
from engine.retrieval.session import Session, nonsense
from engine.types import JsonObject

# Texts at once: as many as take about a second, so that a question never waits long behind the passages of a file.
_LEAST, _MOST, _FIRST = 1, 512, 32
_SECONDS = 1.0
_SORTED = 2048
_MAX_DIMENSIONS = 65_536


class EmbeddingClient:
    """Implements `EmbeddingPort` with the retrieval process, which keeps the model it used last."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._pace: dict[Path, float] = {}  # characters a second

    def embed(
        self,
        model: Path,
        texts: Sequence[str],
        kind: Kind = "document",
        *,
        on_progress: Callable[[int], None] | None = None,
        cancel: CancelToken | None = None,
    ) -> Embeddings:
        _require(model)
        cancel = cancel or CancelToken()
        vectors: list[list[float]] = [[]] * len(texts)
        tokens = done = 0
        for start in range(0, len(texts), _SORTED):
            # Texts of like length together: a batch is padded to its longest.
            order = sorted(range(start, min(start + _SORTED, len(texts))), key=lambda index: -len(texts[index]))
            while order:
                group, order = self._group(model, texts, order)
                answer = _Answer([texts[index] for index in group], done, on_progress or (lambda _done: None))
                tokens += self._ask(model, kind, answer, cancel)
                done += len(group)
                for index, vector in zip(group, answer.vectors(), strict=True):
                    vectors[index] = vector
        return Embeddings(vectors=vectors, tokens=tokens)

    def limits(self, model: Path) -> ModelLimits:
        _require(model)
        untrusted = self._session.call("limits", {"model": str(model)}, urgent=True)
        dimensions, tokens = untrusted.get("dimensions"), untrusted.get("tokens")
        if not isinstance(dimensions, int) or not 0 < dimensions <= _MAX_DIMENSIONS:
            raise nonsense()
        if not isinstance(tokens, int) or tokens <= 0:
            raise nonsense()
        return ModelLimits(dimensions=dimensions, tokens=tokens)

    def unload_idle(self, seconds: float) -> bool:
        return self._session.unload_idle(seconds)

    def close(self) -> None:
        self._session.close()

    def _group(self, model: Path, texts: Sequence[str], order: list[int]) -> tuple[list[int], list[int]]:
        """Split what is left into what is asked for now and what remains."""
        pace = self._pace.get(model)
        count, room = 0, (pace or 0.0) * _SECONDS
        for index in order[:_MOST]:
            room -= len(texts[index]) + 1
            if count >= (_LEAST if pace else _FIRST) and (room < 0 or not pace):
                break
            count += 1
        return order[:count], order[count:]

    def _ask(self, model: Path, kind: Kind, answer: _Answer, cancel: CancelToken) -> int:
        """Have one group embedded; return its tokens."""
        args: JsonObject = {"model": str(model), "kind": kind, "texts": list(answer.texts)}
        urgent = kind == "query"
        untrusted = self._session.stream("embed", args, on_event=answer.take, cancel=cancel, urgent=urgent)
        tokens, seconds = untrusted.get("tokens"), untrusted.get("seconds")
        if not isinstance(tokens, int) or tokens < 0:
            raise nonsense()
        if isinstance(seconds, float) and seconds > 0:
            self._pace[model] = sum(len(text) + 1 for text in answer.texts) / seconds
        return tokens


def _require(model: Path) -> None:
    if not model.is_dir():
        raise Unavailable(
            "The folder of the embedding model is gone. Fetch it again on the Models page.",
            code="model_missing",
            model_id=model.name,
        )


class _Answer:
    """The vectors of one group as they come in, in any order."""

    def __init__(self, texts: Sequence[str], before: int, on_progress: Callable[[int], None]) -> None:
        self.texts = texts
        self._before, self._on_progress = before, on_progress
        self._rows: dict[int, list[float]] = {}

    def take(self, untrusted: JsonObject) -> None:
        indices, size = untrusted.get("indices"), untrusted.get("dimensions")
        if not isinstance(indices, list) or not isinstance(size, int) or not 0 < size <= _MAX_DIMENSIONS:
            raise nonsense()
        values = _floats(str(untrusted.get("rows", "")))
        if len(values) != len(indices) * size:
            raise nonsense()
        for position, index in enumerate(indices):
            row = values[position * size : (position + 1) * size].tolist()
            if not isinstance(index, int) or not math.isfinite(sum(row)):
                raise nonsense()
            self._rows[index] = row
        self._on_progress(self._before + len(self._rows))

    def vectors(self) -> list[list[float]]:
        if set(self._rows) != set(range(len(self.texts))):
            raise nonsense()
        return [self._rows[index] for index in range(len(self.texts))]


def _floats(untrusted: str) -> array.array[float]:
    values = array.array("f")
    try:
        values.frombytes(base64.b64decode(untrusted, validate=True))
    except (binascii.Error, ValueError):
        raise nonsense() from None
    if sys.byteorder == "big":
        values.byteswap()
    return values
