"""Texts as vectors, by the embedding model that answers for a name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from engine.cancel import CancelToken
from engine.errors import InvalidRequest, Unavailable
from engine.retrieval.port import EmbeddingPort, Kind, ModelLimits
from engine.service.models import Models
from models.types import InstalledModel

MAX_TEXTS = 2048
MAX_CHARACTERS = 256_000
# Part of the name that vectors of files are kept under: another number has them made anew.
_WINDOWS = 1


class Embeddings:
    """Embedding without a vector store; what `/v1/embeddings` is made of."""

    def __init__(self, embedder: EmbeddingPort, models: Models, *, on_use: Callable[[], None]) -> None:
        self._embedder = embedder
        self._models = models
        self._on_use = on_use
        self._limits: dict[Path, ModelLimits] = {}

    def embed(
        self, model: str, texts: Sequence[str], kind: Kind = "document", *, cancel: CancelToken | None = None
    ) -> tuple[list[list[float]], int, str]:
        """Return one vector of length 1 per text, the tokens read, and the local model that answered.

        Raises InvalidRequest (nothing or too much to embed), Unavailable (no embedding model), WorkerFailed, Cancelled.
        """
        _check(texts)
        found = self._ready(model)
        answer = self._embedder.embed(found.path, texts, kind, cancel=cancel)
        self._on_use()
        return answer.vectors, answer.tokens, found.id

    def for_files(self) -> FileEmbedder | None:
        """Return what embeds the passages of files; None without an embedding model that can be used."""
        try:
            found = self._ready("")
        except Unavailable:
            return None
        return FileEmbedder(self._embedder, found, self._limits, self._on_use)

    def _ready(self, model: str) -> InstalledModel:
        found = self._models.resolve(model, "embedding")
        if found.problem is not None:
            raise Unavailable(found.problem, code="model_broken", model_id=found.id)
        if found.format != "folder":
            raise Unavailable(
                f"The embedding model '{found.id}' is a GGUF file; only models in folders can embed. Get one on the "
                "Models page.",
                code="model_unloadable",
                model_id=found.id,
            )
        return found


class FileEmbedder:
    """The default embedding model, as `engine.retrieval` uses it for the passages of files and for queries."""

    def __init__(
        self,
        embedder: EmbeddingPort,
        model: InstalledModel,
        limits: dict[Path, ModelLimits],
        on_use: Callable[[], None],
    ) -> None:
        self.id = f"{model.id}/{_WINDOWS}"
        self._embedder = embedder
        self._path = model.path
        self._limits = limits
        self._on_use = on_use

    def limits(self) -> ModelLimits:
        """Return what the model gives and takes; loads it the first time."""
        if self._path not in self._limits:
            self._limits[self._path] = self._embedder.limits(self._path)
        return self._limits[self._path]

    def embed(self, texts: Sequence[str], kind: Kind, cancel: CancelToken) -> list[list[float]]:
        """Return a vector for each text."""
        vectors = self._embedder.embed(self._path, texts, kind, cancel=cancel).vectors
        self._on_use()
        return vectors


def _check(texts: Sequence[str]) -> None:
    if not texts or len(texts) > MAX_TEXTS:
        raise InvalidRequest(f"'input' must hold 1 to {MAX_TEXTS} texts, not {len(texts)}.", param="input")
    if any(not text for text in texts):
        raise InvalidRequest("'input' must not hold empty texts.", param="input")
    if max(map(len, texts)) > MAX_CHARACTERS:
        raise InvalidRequest(f"A text in 'input' is longer than {MAX_CHARACTERS} characters.", param="input")
