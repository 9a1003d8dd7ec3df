"""What the engine asks of whatever embeds, searches vectors and reranks; the process and scripted stand-ins answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from engine.cancel import CancelToken

# Models may be trained with different instructions for what is looked for and what is looked through.
Kind = Literal["query", "document"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Embeddings:
    """One vector of length 1 per text, in order; `tokens` the model read, without what it could not take in."""

    vectors: list[list[float]]
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelLimits:
    """What a model gives and takes: numbers in a vector, and tokens of a text it reads before it stops."""

    dimensions: int
    tokens: int


class EmbeddingPort(Protocol):
    """Embeds texts. Methods block and may be called from any thread; calls are served in turn."""

    def embed(
        self,
        model: Path,
        texts: Sequence[str],
        kind: Kind = "document",
        *,
        on_progress: Callable[[int], None] | None = None,
        cancel: CancelToken | None = None,
    ) -> Embeddings:
        """Return the vectors; `on_progress` hears how many texts are done, in the calling thread.

        Raises Unavailable (model_missing, model_unloadable), WorkerFailed, or Cancelled between two batches.
        """

    def limits(self, model: Path) -> ModelLimits:
        """Return what the model gives and takes; raises as `embed`."""

    def unload_idle(self, seconds: float) -> bool:
        """Free the memory if nobody asked for that long; return whether it is free."""

    def close(self) -> None:
        """Stop the child; later calls raise WorkerFailed with code "worker_stopped"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPlace:
    """Where the vectors of a store are kept, which embedder they come from, and how many numbers each has."""

    folder: Path
    embedder: str
    dimensions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexState:
    """The files in an index (`seq` of their places), its vectors, and how many still wait to be made fast."""

    places: frozenset[int]
    count: int
    waiting: int


class VectorPort(Protocol):
    """Keeps and searches vectors by `engine.retrieval.keys`. Methods block; all raise WorkerFailed."""

    @property
    def incarnation(self) -> object:
        """What is not saved is lost whenever this changes."""

    def state(self, index: IndexPlace) -> IndexState:
        """Return what is in an index; one that is missing, torn or of another embedder is empty."""

    def change(
        self, index: IndexPlace, *, forget: Sequence[int] = (), add: Sequence[tuple[int, bytes]] = ()
    ) -> IndexState:
        """Take files out and put passages in: key and one or more vectors of length 1 as little-endian float32."""

    def grow(self, index: IndexPlace) -> int:
        """Make some of the waiting vectors fast, for about a second; return how many wait then."""

    def search(
        self, indexes: Sequence[tuple[IndexPlace, Sequence[int] | None]], vectors: Sequence[Sequence[float]], count: int
    ) -> list[list[tuple[int, float]]]:
        """Return for each vector the best keys of all indexes with their likeness (cosine), the best first.

        Each index may come with the files (`seq` of places) that count; their number loses nothing.
        """

    def save(self, index: IndexPlace) -> int:
        """Keep an index over the end of the process; return its bytes on disk."""

    def drop(self, folder: Path) -> None:
        """Delete an index; it need not exist."""


class RerankPort(Protocol):
    """Reads a query and passages together and says how well each answers."""

    def rerank(self, model: Path, query: str, texts: Sequence[str]) -> list[float]:
        """Return a score from 0 to 1 for each text; raises as `EmbeddingPort.embed`."""
