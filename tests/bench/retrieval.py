"""Measures whether the right passage is found: by words, by meaning, fused, and reranked where a model is installed.

Called as `python -m tests.bench.retrieval MODELS [EMBEDDER …] [seeds=2,3]`: MODELS is a folder of models, EMBEDDER
all-MiniLM-L6-v2 if none is named. The texts come from retrieval_corpus.py. Everything goes the way it goes in the app:
parsed, cut, stored, embedded in the retrieval process, indexed, searched; vectors of an earlier run are taken from
build/bench. Recall@5 and nDCG@10 by subset, and times, are printed and go to build/bench as JSON.
"""

from __future__ import annotations

import json
import math
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.bus import Bus
from engine.cancel import CancelToken
from engine.retrieval.client import EmbeddingClient
from engine.retrieval.direct import DirectReader
from engine.retrieval.folding import even
from engine.retrieval.indexes import Indexes
from engine.retrieval.ingest import Ingest
from engine.retrieval.port import Kind, ModelLimits
from engine.retrieval.rerank import RerankClient
from engine.retrieval.search import Search
from engine.retrieval.session import Session
from engine.retrieval.vectors import VectorClient
from engine.store import Store
from engine.types import NewVectorStoreFile
from engine.workers.supervisor import Supervisor
from tests.bench.retrieval_corpus import Question, write
from tests.bench.vector_cache import VectorCache

ROOT = Path(__file__).resolve().parents[2]
DEFAULT = "all-MiniLM-L6-v2"
OUT = ROOT / "build" / "bench"
_SEEDS = (2, 3)  # the weights of engine/retrieval/relevance.py were chosen with 1
CHUNKING = {"type": "static", "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 0}}

Way = Callable[[str], list[str]]
"""From a question to the texts of the passages found, the best first, each after its file's name and a tab."""


@dataclass(frozen=True, slots=True)
class Score:
    """Means over the questions of a subset, and the time of one search in milliseconds."""

    questions: int
    recall5: float
    ndcg10: float
    median_ms: float
    p95_ms: float


class Model:
    """An embedding model in the retrieval process, asked only for what it was not asked before."""

    def __init__(self, client: EmbeddingClient, path: Path, cache: VectorCache | None = None) -> None:
        self.id = path.name
        self.asked = 0
        self._client, self._path, self._cache = client, path, cache
        self._limits: ModelLimits | None = None

    def limits(self) -> ModelLimits:
        self._limits = self._limits or self._client.limits(self._path)
        return self._limits

    def embed(self, texts: Sequence[str], kind: Kind, cancel: CancelToken) -> list[list[float]]:
        known = {text: self._cache.get(text, kind) for text in texts} if self._cache is not None else {}
        new = [text for text in dict.fromkeys(texts) if known.get(text) is None]
        self.asked += len(new)
        made = self._client.embed(self._path, new, kind, cancel=cancel).vectors if new else []
        if self._cache is not None:
            self._cache.put((text, kind, vector) for text, vector in zip(new, made, strict=True))
        found = dict(zip(new, made, strict=True))
        return [known.get(text) or found[text] for text in texts]


class Bench:
    """One vector store with all handbooks, its vectors from one model."""

    def __init__(self, store: Store, session: Session, folder: Path, model: Model) -> None:
        self.store, self.model = store, model
        self.indexes = Indexes(store, VectorClient(session), folder / "index")
        self.vs = store.vector_stores.create().id
        self._reranker = RerankClient(session)

    def fill(self, files: dict[str, str]) -> tuple[int, float]:
        """Read, embed and index all files; return passages and seconds."""
        for name, text in files.items():
            with self.store.files.receive(10_000_000) as incoming:
                incoming.write(text.encode())
                stored = self.store.files.create(incoming, filename=name, purpose="assistants")
            self.store.vector_store_files.put(
                self.vs, [NewVectorStoreFile(file_id=stored.id, chunking_strategy=dict(CHUNKING))]
            )
        ingest = Ingest(self.store, Bus(), DirectReader(), self.indexes, lambda: self.model)
        started = time.perf_counter()
        ingest.start()
        if not ingest.wait([self.vs], 7200):
            raise RuntimeError("the files were not read in time")
        seconds = time.perf_counter() - started
        ingest.close()
        return self.store.chunks.count(), seconds

    def ways(self, reranking_model: Path | None) -> dict[str, Way]:
        words = Search(self.store)
        fused = Search(self.store, indexes=self.indexes, embedder=lambda: self.model)
        ways = {"keyword": self._through(words), "vector": self._by_meaning, "fused": self._through(fused)}
        if reranking_model is not None:
            reranked = Search(
                self.store,
                indexes=self.indexes,
                embedder=lambda: self.model,
                reranker=self._reranker,
                reranking_model=lambda: reranking_model,
            )
            ways["reranked"] = self._through(reranked)
        return ways

    def _through(self, search: Search) -> Way:
        def find(question: str) -> list[str]:
            hits = search.find([self.vs], [question], limit=10)
            return [f"{hit.filename}\t{hit.chunk.text}" for hit in hits]

        return find

    def _by_meaning(self, question: str) -> list[str]:
        vectors = self.model.embed([even(question)], "query", CancelToken())
        [hits] = self.indexes.search([self.vs], self.model.id, vectors, 10)
        found = {(each.store_file, each.position): each for each in self.store.chunks.at([hit[:2] for hit in hits])}
        return [f"{found[hit[:2]].filename}\t{found[hit[:2]].chunk.text}" for hit in hits]


def measured(way: Way, questions: Sequence[Question]) -> dict[str, Score]:
    """Ask everything; return a score for each subset and for all."""
    ranks: dict[str, list[int | None]] = defaultdict(list)
    times: dict[str, list[float]] = defaultdict(list)
    for question in questions:
        started = time.perf_counter()
        found = way(question.text)
        took = 1000 * (time.perf_counter() - started)
        right = (text.startswith(f"{question.file}\t") and question.sentence in text for text in found)
        rank = next((rank for rank, is_right in enumerate(right, 1) if is_right), None)
        for subset in (question.subset, "all"):
            ranks[subset].append(rank)
            times[subset].append(took)
    return {subset: _score(ranks[subset], times[subset]) for subset in ranks}


def _score(ranks: Sequence[int | None], times: Sequence[float]) -> Score:
    return Score(
        questions=len(ranks),
        recall5=sum(rank is not None and rank <= 5 for rank in ranks) / len(ranks),
        # One passage is right, so the ideal is 1.
        ndcg10=sum(1 / math.log2(1 + rank) for rank in ranks if rank is not None and rank <= 10) / len(ranks),
        median_ms=statistics.median(times),
        p95_ms=sorted(times)[math.ceil(0.95 * len(times)) - 1],
    )


def folder_of(models: Path, name: str) -> Path:
    """Return the folder of a model, however its name is spelled there."""
    return next((path for path in models.iterdir() if path.name.lower() == name.lower()), models / name)


@contextmanager
def opened(model: Path, *, cached: bool = False) -> Iterator[Bench]:
    """Give an empty bench in a folder of its own; `cached` takes vectors from earlier runs."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as after:
        folder = Path(name)
        supervisor = Supervisor(folder / "logs")
        after.callback(supervisor.close)
        cache = VectorCache(OUT / f"{model.name}.vectors", model) if cached else None
        if cache is not None:
            after.callback(cache.close)
        session = Session(supervisor)
        store = after.enter_context(Store(folder / "fireside.db", folder / "blobs"))
        yield Bench(store, session, folder, Model(EmbeddingClient(session), model, cache))


def table(name: str, scores: dict[str, dict[str, Score]]) -> str:
    """Return the scores as Markdown."""
    subsets = list(next(iter(scores.values())))
    lines = [f"## {name}", "", f"| | {' | '.join(subsets)} | median ms | p95 ms |", "|---" * (len(subsets) + 3) + "|"]
    for way, found in scores.items():
        cells = " | ".join(f"{found[s].recall5:.2f} / {found[s].ndcg10:.2f}" for s in subsets)
        lines.append(f"| {way} | {cells} | {found['all'].median_ms:.0f} | {found['all'].p95_ms:.0f} |")
    return "\n".join([*lines, ""])


def main(models: Path, arguments: Sequence[str]) -> int:
    """Run with each embedder and seed; 0 if fusing always beats both of what it fuses, over all questions."""
    names = [each for each in arguments if not each.startswith("seeds=")] or [DEFAULT]
    seeds = [int(n) for each in arguments if each.startswith("seeds=") for n in each[6:].split(",")] or _SEEDS
    reranking_model = next((path for path in models.glob("*reranker*") if path.is_dir()), None)
    better = True
    results: dict[str, object] = {}
    for name in names:
        for seed in seeds:
            files, questions = write(seed)
            with opened(folder_of(models, name), cached=True) as bench:
                passages, seconds = bench.fill(files)
                made = bench.model.asked
                scores = {way: measured(ask, questions) for way, ask in bench.ways(reranking_model).items()}
            print(f"{name}: {passages} passages, {made} vectors made, in {seconds:.0f} s", flush=True)
            print(table(f"{name}, seed {seed}: recall@5 / nDCG@10", scores), flush=True)
            results[f"{name} {seed}"] = {
                "passages": passages,
                "vectors_made": made,
                "seconds": seconds,
                "scores": {w: {s: vars_of(score) for s, score in found.items()} for w, found in scores.items()},
            }
            parts = max(scores["keyword"]["all"].ndcg10, scores["vector"]["all"].ndcg10)
            better &= scores["fused"]["all"].ndcg10 > parts
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "retrieval.json").write_text(json.dumps(results, indent=1), "utf-8")
    return 0 if better else 1


def vars_of(score: Score) -> dict[str, float]:
    return {name: round(getattr(score, name), 4) for name in ("questions", "recall5", "ndcg10", "median_ms", "p95_ms")}


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
