"""Measures how fast files are taken in and passages are found, as ratios and times in one run.

Called as `python -m tests.bench.retrieval_speed MODELS [WHAT …]`; WHAT is ingest, vectors=COUNT, hybrid=COUNT, all
three by default. `ingest` compares with SentenceTransformer.encode on the same texts sorted by length; `vectors`
searches synthetic vectors in clusters and compares with an exact search; `hybrid` searches handbooks both ways.
Results are printed and go to build/bench as JSON.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.retrieval.embedding import packed
from engine.retrieval.index import VectorIndex
from engine.retrieval.keys import key_of
from engine.retrieval.passages import passages_of
from engine.retrieval.search import Search
from engine.retrieval.windows import windows_of
from engine.types import NewVectorStoreFile
from tests.bench.retrieval import CHUNKING, DEFAULT, ROOT, Bench, folder_of, opened
from tests.bench.retrieval_corpus import write

DIMENSIONS = 384
_AT_ONCE = 50_000
_QUERIES = 200
_CLUSTERS = 2000
_PER_FILE = 500  # passages of a file, where files are what a filter keeps
_GROWN = 20_000

Vectors = npt.NDArray[np.float32]
Result = dict[str, float]


def times(asked: Sequence[object], ask: Callable[[object], object]) -> Result:
    """Return median and 95th percentile of a call in milliseconds."""
    taken = []
    for each in asked:
        started = time.perf_counter()
        ask(each)
        taken.append(1000 * (time.perf_counter() - started))
    ordered = sorted(taken)
    return {"median_ms": statistics.median(ordered), "p95_ms": ordered[int(0.95 * (len(ordered) - 1))]}


def ingest(models: Path) -> Result:
    """Compare taking files in with embedding alone; the ratio is 1 if all else costs nothing."""
    from sentence_transformers import SentenceTransformer

    files, _ = write(3)
    files = dict(list(files.items())[:60])
    with opened(folder_of(models, DEFAULT)) as bench:
        bench.model.limits()  # loads it
        passages, seconds = bench.fill(files)
        limit = bench.model.limits().tokens
        chunks = _chunks(bench)
    texts = sorted((window for text, heading in chunks for window in windows_of(text, heading, limit)), key=len)
    model = SentenceTransformer(str(folder_of(models, DEFAULT)), device="cpu", local_files_only=True)
    model.encode(texts[:8], normalize_embeddings=True)
    started = time.perf_counter()
    model.encode(texts, batch_size=32, normalize_embeddings=True, show_progress_bar=False)
    alone = time.perf_counter() - started
    return {"passages": passages, "seconds": seconds, "encode_seconds": alone, "ratio": alone / seconds}


def _chunks(bench: Bench) -> list[tuple[str, tuple[str, ...]]]:
    files = bench.store.vector_store_files.searchable(bench.vs)
    found = [bench.store.chunks.at([(place, n) for n in range(100)]) for place in files]
    return [(each.chunk.text, each.chunk.heading) for of_file in found for each in of_file]


def vectors(total: int) -> Result:
    """Fill an index as the app does, then search it: all of it, and one file in a hundred."""
    draw = np.random.default_rng(7)
    centres = draw.standard_normal((_CLUSTERS, DIMENSIONS), dtype=np.float32)
    with tempfile.TemporaryDirectory() as folder:
        index = VectorIndex(Path(folder) / "vs", "bench", DIMENSIONS)
        everything = np.empty((total, DIMENSIONS), np.float16)
        keys = np.array([key_of(1 + n // _PER_FILE, n % _PER_FILE) for n in range(total)], np.uint64)
        started = time.perf_counter()
        for start in range(0, total, _AT_ONCE):
            rows = _near(draw, centres, min(_AT_ONCE, total - start))
            everything[start : start + len(rows)] = rows
            index.add(keys[start : start + len(rows)], rows)
            while index.grow(_GROWN):
                pass
        built = time.perf_counter() - started
        size = index.save()
        queries = _near(draw, centres, _QUERIES)
        found = times(list(queries), lambda query: index.search(query[None, :], 10))  # type: ignore[index]
        files = draw.choice(np.arange(1, 1 + total // _PER_FILE), max(1, total // _PER_FILE // 100), replace=False)
        places = [int(place) for place in files]
        kept = np.isin(keys >> np.uint64(24), files.astype(np.uint64))
        return {
            "vectors": total,
            "build_seconds": built,
            "file_mb": size / 1e6,
            "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            **found,
            "recall10": _recall(index, queries, keys, everything, None),
            "filtered_recall10": _recall(index, queries, keys[kept], everything[kept], places),
        }


def _near(draw: np.random.Generator, centres: Vectors, wanted: int) -> Vectors:
    rows = centres[draw.integers(0, len(centres), wanted)]
    rows = rows + draw.standard_normal((wanted, DIMENSIONS), dtype=np.float32)
    unit: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


def _recall(
    index: VectorIndex,
    queries: Vectors,
    keys: npt.NDArray[np.uint64],
    everything: npt.NDArray[np.float16],
    places: Sequence[int] | None,
) -> float:
    best: list[tuple[npt.NDArray[np.float32], npt.NDArray[np.uint64]]] = []
    for start in range(0, len(keys), _AT_ONCE):
        alike = queries @ everything[start : start + _AT_ONCE].astype(np.float32).T
        top = np.argsort(-alike, axis=1)[:, :10]
        best.append((np.take_along_axis(alike, top, 1), keys[start : start + _AT_ONCE][top]))
    alike, named = np.hstack([pair[0] for pair in best]), np.hstack([pair[1] for pair in best])
    exact = np.take_along_axis(named, np.argsort(-alike, axis=1)[:, :10], 1)
    right = 0
    for query, wanted in zip(queries, exact, strict=True):
        [hits] = index.search(query[None, :], 10, places)
        right += len({key for key, _ in hits} & set(map(int, wanted)))
    return right / exact.size


def hybrid(models: Path, total: int) -> Result:
    """Search so many passages of handbooks by words and by meaning; only the vectors of the queries are real."""
    draw = np.random.default_rng(7)
    centres = draw.standard_normal((_CLUSTERS, DIMENSIONS), dtype=np.float32)
    with opened(folder_of(models, DEFAULT)) as bench:
        stored = 0
        for seed in count(100):
            for name, text in write(seed)[0].items():
                stored += _put(bench, f"{seed} {name}", text, lambda wanted: _near(draw, centres, wanted))
            if stored >= total:
                break
        while bench.indexes.tend():
            pass
        search = Search(bench.store, indexes=bench.indexes, embedder=lambda: bench.model)
        questions = [question.text for question in write(2)[1]]
        search.find([bench.vs], [questions[0]], limit=10)
        while bench.indexes.tend():
            pass
        return {"passages": stored, **times(questions, lambda text: search.find([bench.vs], [str(text)], limit=10))}


def _put(bench: Bench, name: str, text: str, drawn: Callable[[int], Vectors]) -> int:
    with bench.store.files.receive(10_000_000) as incoming:
        incoming.write(f"{name}\n\n{text}".encode())
        file = bench.store.files.create(incoming, filename=name, purpose="assistants")
    bench.store.vector_store_files.put(
        bench.vs, [NewVectorStoreFile(file_id=file.id, chunking_strategy=dict(CHUNKING))]
    )
    job = bench.store.vector_store_files.next_job()
    assert job is not None
    new = list(passages_of(bench.store.blobs.path(file.sha256), name, max_tokens=100, overlap=0)[1])
    bench.store.chunks.add(job, new, start=0)
    bench.store.chunks.close(job, len(new))
    seqs = [seq for seq, _ in bench.store.chunks.without_vector(job.seq, bench.model.id, len(new))]
    rows = [(seq, packed(row.tolist())) for seq, row in zip(seqs, drawn(len(seqs)), strict=True)]
    bench.store.chunks.add_vectors(job.seq, bench.model.id, rows)
    bench.store.vector_store_files.complete(job)
    return len(new)


def main(models: Path, wanted: Sequence[str]) -> int:
    """Run what is wanted, print it, and keep it."""
    results: dict[str, Result] = {}
    for what in wanted or ("ingest", "vectors=1000000", "hybrid=100000"):
        name, _, number = what.partition("=")
        if name == "ingest":
            results[what] = ingest(models)
        elif name == "vectors":
            results[what] = vectors(int(number or 1_000_000))
        else:
            results[what] = hybrid(models, int(number or 100_000))
        shown = ", ".join(
            f"{key} {value:.3g}" if value < 100 else f"{key} {value:,.0f}" for key, value in results[what].items()
        )
        print(f"{what}: {shown}", flush=True)
    out = ROOT / "build" / "bench"
    out.mkdir(parents=True, exist_ok=True)
    (out / "retrieval_speed.json").write_text(json.dumps(results, indent=1), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
