"""Puts together what reads, embeds, keeps and finds passages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.bus import Bus
from engine.errors import Unavailable
from engine.inference.port import ChatMessage, GenerationEvent, TextDelta
from engine.retrieval.client import EmbeddingClient
from engine.retrieval.indexes import Indexes
from engine.retrieval.ingest import Ingest
from engine.retrieval.port import EmbeddingPort, RerankPort, VectorPort
from engine.retrieval.query import rewrite
from engine.retrieval.reading import Reader, ReaderClient
from engine.retrieval.rerank import RerankClient
from engine.retrieval.search import Search
from engine.retrieval.session import Session
from engine.retrieval.vectors import VectorClient
from engine.service.chat import Chat
from engine.service.embeddings import Embeddings
from engine.service.models import Models
from engine.settings import Settings
from engine.store import Store
from engine.types import SearchHit
from engine.workers.supervisor import Supervisor

_REWRITING_TOKENS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrievers:
    """What does the work, in processes of its own or scripted."""

    embedder: EmbeddingPort
    vectors: VectorPort
    reranker: RerankPort
    reader: Reader


def retrievers_in(supervisor: Supervisor, recognise: Callable[[], bool] = lambda: False) -> Retrievers:
    """Return the real ones: one process reads files, another embeds, searches and reranks.

    `recognise`: whether pictures are read, too.
    """
    session = Session(supervisor)
    return Retrievers(
        embedder=EmbeddingClient(session),
        vectors=VectorClient(session),
        reranker=RerankClient(session),
        reader=ReaderClient(supervisor, recognise),
    )


class Rewriting:
    """Has the default language model turn a question into queries, if the settings allow it."""

    def __init__(self, chat: Chat, settings: Callable[[], Settings]) -> None:
        self._chat = chat
        self._settings = settings

    def queries(self, question: str, earlier: Sequence[str] = ()) -> tuple[str, ...]:
        """Return what to search for; `earlier` are the messages before the question, the oldest first."""
        when: Any = self._settings().search_rewriting
        return rewrite(question, earlier, ask=self._ask, when=when).queries

    def _ask(self, instructions: str, text: str) -> str:
        messages = [ChatMessage(role="system", content=instructions), ChatMessage(role="user", content=text)]
        sampling = self._chat.sampling(temperature=0.0, max_tokens=_REWRITING_TOKENS)
        said: list[str] = []

        def listen(event: GenerationEvent) -> None:
            if isinstance(event, TextDelta):
                said.append(event.text)

        self._chat.complete("", messages, sampling=sampling, on_event=listen)
        return "".join(said)


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
        rewriting: Rewriting,
    ) -> None:
        self._store = store
        self.rewriting = rewriting
        self._indexes = Indexes(store, parts.vectors, index_folder)
        self.ingest = Ingest(store, bus, parts.reader, self._indexes, embeddings.for_files)
        self.search = Search(
            store,
            indexes=self._indexes,
            embedder=embeddings.for_files,
            reranker=parts.reranker,
            reranking_model=lambda: _reranking_model(models),
        )

    def find(self, vector_store_ids: Sequence[str], queries: Sequence[str], **values: Any) -> tuple[SearchHit, ...]:
        """Search as `Search.find`; a query that asks several things is taken apart first, which costs nothing."""
        parts = [part for query in queries for part in rewrite(query).queries]
        return self.search.find(vector_store_ids, parts, **values)

    def wait(self, vector_store_ids: Sequence[str], timeout: float | None = None) -> bool:
        """Block until none of the stores has a file that waits to be read; tell whether it came to that."""
        return self.ingest.wait(vector_store_ids, timeout)

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
