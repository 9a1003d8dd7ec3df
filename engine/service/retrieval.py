"""Puts together what reads, embeds, keeps and finds passages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.bus import Bus
from engine.errors import Unavailable
from engine.retrieval.client import EmbeddingClient
from engine.retrieval.indexes import Indexes
from engine.retrieval.ingest import Ingest
from engine.retrieval.port import EmbeddingPort, RerankPort, VectorPort
from engine.retrieval.reading import Reader, ReaderClient
from engine.retrieval.rerank import RerankClient
from engine.retrieval.search import Search
from engine.retrieval.session import Session
from engine.retrieval.vectors import VectorClient
from engine.service.embeddings import Embeddings
from engine.service.models import Models
from engine.store import Store
from engine.workers.supervisor import Supervisor


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrievers:
    """What does the work, in processes of its own or scripted."""

    embedder: EmbeddingPort
    vectors: VectorPort
    reranker: RerankPort
    reader: Reader


def retrievers_in(supervisor: Supervisor) -> Retrievers:
    """Return the real ones: one process reads files, another embeds, searches and reranks."""
    session = Session(supervisor)
    return Retrievers(
        embedder=EmbeddingClient(session),
        vectors=VectorClient(session),
        reranker=RerankClient(session),
        reader=ReaderClient(supervisor),
    )


class Retrieval:
    """One reader of files and one search over what it read."""

    def __init__(
        self,
        store: Store,
        bus: Bus,
        parts: Retrievers,
        index_folder: Path,
        embeddings: Embeddings,
        models: Models,
    ) -> None:
        self._store = store
        self._indexes = Indexes(store, parts.vectors, index_folder)
        self.ingest = Ingest(store, bus, parts.reader, self._indexes, embeddings.for_files)
        self.search = Search(
            store,
            indexes=self._indexes,
            embedder=embeddings.for_files,
            reranker=parts.reranker,
            reranking_model=lambda: _reranking_model(models),
        )

    def start(self) -> None:
        """Forget the indexes of stores that are gone, and begin to read what waits. Call once."""
        self._indexes.sweep(self._store.vector_stores.ids())
        self.ingest.start()

    def close(self) -> None:
        """Stop reading; the next start goes on from there."""
        self.ingest.close()


def _reranking_model(models: Models) -> Path | None:
    """Return the folder of a model that reranks what a search finds; None if none can be used."""
    try:
        found = models.resolve("", "reranker")
    except Unavailable:
        return None
    return found.path if found.problem is None and found.format == "folder" else None
