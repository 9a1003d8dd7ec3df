"""What the engine asks of whatever turns text into vectors; the worker client and the scripted embedder both answer."""

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

    def unload_idle(self, seconds: float) -> bool:
        """Free the memory if nobody asked for that long; return whether it is free."""

    def close(self) -> None:
        """Stop the child; later calls raise WorkerFailed with code "worker_stopped"."""
