"""Texts as vectors, by the embedding model that answers for a name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.cancel import CancelToken
from engine.errors import InvalidRequest, Unavailable
from engine.retrieval.port import EmbeddingPort, Kind
from engine.service.models import Models
from models.types import InstalledModel

MAX_TEXTS = 2048
MAX_CHARACTERS = 256_000


class Embeddings:
    """Embedding without a vector store; what `/v1/embeddings` is made of."""

    def __init__(self, embedder: EmbeddingPort, models: Models, *, on_use: Callable[[], None]) -> None:
        self._embedder = embedder
        self._models = models
        self._on_use = on_use

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
            return FileEmbedder(self, self._ready("").id)
        except Unavailable:
            return None

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
    """The default embedding model, as `engine.retrieval.ingest` uses it."""

    def __init__(self, embeddings: Embeddings, model_id: str) -> None:
        self.id = model_id
        self._embeddings = embeddings

    def embed(self, texts: Sequence[str], cancel: CancelToken) -> list[list[float]]:
        """Return a vector for each text."""
        return self._embeddings.embed(self.id, texts, cancel=cancel)[0]


def _check(texts: Sequence[str]) -> None:
    if not texts or len(texts) > MAX_TEXTS:
        raise InvalidRequest(f"'input' must hold 1 to {MAX_TEXTS} texts, not {len(texts)}.", param="input")
    if any(not text for text in texts):
        raise InvalidRequest("'input' must not hold empty texts.", param="input")
    if max(map(len, texts)) > MAX_CHARACTERS:
        raise InvalidRequest(f"A text in 'input' is longer than {MAX_CHARACTERS} characters.", param="input")
