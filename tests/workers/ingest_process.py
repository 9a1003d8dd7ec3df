"""An app that reads files and is killed over it: real processes for reading and for vectors, an embedder of its own."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from engine.bus import Bus
from engine.cancel import CancelToken
from engine.retrieval import embedding, reader
from engine.retrieval.indexes import Indexes
from engine.retrieval.ingest import Ingest
from engine.retrieval.port import Kind, ModelLimits
from engine.retrieval.reading import ReaderClient
from engine.retrieval.scripted import ScriptedVectors
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


def main(folder: Path) -> None:
    """Print a line for each event, with the number of the process that reads; end when nothing waits."""
    reader._GROUP = embedding._GROUP = GROUP
    supervisor = Supervisor(folder / "logs")
    worker = supervisor.worker("reader")
    store, bus = Store(folder / "fireside.db", folder / "blobs"), Bus()
    lock = threading.Lock()

    def say(event: object) -> None:
        with lock:
            sys.stdout.write(f"{type(event).__name__} {worker.pid or 0}\n")
            sys.stdout.flush()

    bus.subscribe(say)
    indexes = Indexes(store, ScriptedVectors(), folder / "index")
    ingest = Ingest(store, bus, ReaderClient(supervisor), indexes, Lengths)
    ingest.start()
    ingest.wait(store.vector_stores.ids())
    ingest.close()
    store.close()
    supervisor.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
