"""An app that reads files and is killed over it: real processes for reading and, where a model is given, for embedding.

Called as `python -m tests.workers.ingest_process FOLDER [MODEL]`; without the folder of a model, lengths are vectors.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from engine.bus import Bus
from engine.cancel import CancelToken
from engine.retrieval import embedding, reader
from engine.retrieval.client import EmbeddingClient
from engine.retrieval.indexes import Indexes
from engine.retrieval.ingest import Ingest
from engine.retrieval.port import Kind, ModelLimits
from engine.retrieval.reading import ReaderClient
from engine.retrieval.scripted import ScriptedVectors
from engine.retrieval.session import Session
from engine.store import Store
from engine.workers.supervisor import Supervisor

GROUP = 4


class Lengths:
    """Embeds a text as its length, and says how often it was asked."""

    id = "lengths"

    def limits(self) -> ModelLimits:
        return ModelLimits(dimensions=2, tokens=2000)

    def embed(self, texts: Sequence[str], kind: Kind, cancel: CancelToken) -> list[list[float]]:
        return [[float(len(text)), 1.0] for text in texts]


class Model:
    """Embeds with a real model in its process."""

    def __init__(self, client: EmbeddingClient, path: Path) -> None:
        self.id = path.name
        self._client, self._path = client, path

    def limits(self) -> ModelLimits:
        return self._client.limits(self._path)

    def embed(self, texts: Sequence[str], kind: Kind, cancel: CancelToken) -> list[list[float]]:
        return self._client.embed(self._path, texts, kind, cancel=cancel).vectors


def main(folder: Path, model: Path | None) -> None:
    """Print a line for each event, with the numbers of the processes that read and embed; end when nothing waits."""
    reader._GROUP = embedding._GROUP = GROUP
    supervisor = Supervisor(folder / "logs")
    worker, session = supervisor.worker("reader"), Session(supervisor)
    store, bus = Store(folder / "fireside.db", folder / "blobs"), Bus()
    lock = threading.Lock()

    def say(event: object) -> None:
        with lock:
            sys.stdout.write(f"{type(event).__name__} {worker.pid or 0} {session.pid or 0}\n")
            sys.stdout.flush()

    bus.subscribe(say)
    embedder = Lengths() if model is None else Model(EmbeddingClient(session), model)
    indexes = Indexes(store, ScriptedVectors(), folder / "index")
    ingest = Ingest(store, bus, ReaderClient(supervisor), indexes, lambda: embedder)
    ingest.start()
    ingest.wait(store.vector_stores.ids())
    never = threading.Event()
    while store.chunks.file_without_vectors(embedder.id) is not None:  # of files whose embedder was killed
        ingest.wake()
        never.wait(0.1)
    ingest.close()
    store.close()
    supervisor.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
