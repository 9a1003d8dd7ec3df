"""Kill -9 of the app, its reader or its embedder at any moment of an ingest: all passages are there once, with vectors.

The suite kills the app and its reader eight times. With FIRESIDE_KILLS_FULL=1 it is twenty times, the embedder is
all-MiniLM-L6-v2 in its own process, and that process is killed too.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.retrieval.passages import passages_of
from engine.store import Store
from engine.types import NewVectorStoreFile

REPOSITORY = Path(__file__).resolve().parents[2]
CHUNKING = {"type": "static", "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 50}}
TEXT = "\n\n".join(f"Paragraph {n} tells of the {n}th cup of tea and of who drank it at noon. " * 4 for n in range(40))
FULL = os.environ.get("FIRESIDE_KILLS_FULL") == "1"
KILLS = 20 if FULL else 8
VICTIMS = ("app", "reader", "embedder") if FULL else ("app", "app", "reader")
_LATEST = 24  # events of one life

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(sys.platform == "win32", reason="signals"),
]


def add(store: Store, vs: str, number: int) -> str:
    with store.files.receive(1_000_000) as incoming:
        incoming.write(f"File {number}. {TEXT}".encode())
        file = store.files.create(incoming, filename=f"tea {number}.md", purpose="assistants")
    store.vector_store_files.put(vs, [NewVectorStoreFile(file_id=file.id, chunking_strategy=dict(CHUNKING))])
    return file.id


def live(folder: Path, events: int | None, victim: str, model: Path | None) -> None:
    """Let the app read until so many events, then kill it or what it started; without a number, until nothing waits."""
    command = [sys.executable, "-m", "tests.workers.ingest_process", str(folder), *([str(model)] if model else [])]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as app:
        assert app.stdout is not None
        pids = {"reader": 0, "embedder": 0}
        for count, line in enumerate(app.stdout, 1):
            _, *numbers = line.split()
            pids = {name: int(pid) or pids[name] for name, pid in zip(pids, numbers, strict=True)}
            if count == events and pids.get(victim):
                with contextlib.suppress(ProcessLookupError):  # it was put to rest
                    os.kill(pids[victim], signal.SIGKILL)
            elif events is not None and count >= events + (5 if victim in pids else 0):
                break
        else:
            assert app.wait(120) == 0
            return
        app.kill()


def test_all_passages_are_there_once_however_often_it_is_killed(tmp_path: Path, model_cache: Path) -> None:
    model = model_cache / "all-MiniLM-L6-v2" if FULL else None
    draw = random.Random(5)
    moments = [(draw.randint(1, _LATEST), draw.choice(VICTIMS)) for _ in range(KILLS)]
    ids: list[str] = []
    with Store(tmp_path / "fireside.db", tmp_path / "blobs") as store:
        vs = store.vector_stores.create().id
    for events, victim in moments:
        with Store(tmp_path / "fireside.db", tmp_path / "blobs") as store:
            if store.vector_store_files.next_job() is None:
                ids.append(add(store, vs, len(ids)))
        live(tmp_path, events, victim, model)
    live(tmp_path, None, "nobody", model)

    with Store(tmp_path / "fireside.db", tmp_path / "blobs") as store:
        assert ids
        total = 0
        for file_id in ids:
            file = store.vector_store_files.get(vs, file_id)
            assert (file.status, file.last_error) == ("completed", None)
            stored = store.files.get(file_id)
            path = store.blobs.path(stored.sha256)
            wanted = [each.chunk for each in passages_of(path, stored.filename, max_tokens=100, overlap=50)[1]]
            assert list(store.chunks.list(vs, file_id)) == wanted
            assert file.chunk_count == len(wanted) > 20
            total += len(wanted)
        vectors = [
            position
            for place in store.vector_store_files.searchable(vs)
            for position, _ in store.chunks.vectors(place, model.name if model else "lengths", start=0, limit=10_000)
        ]
        assert len(vectors) == total, "each passage has its vector"
        assert len(store.chunks.matching([vs], "tea", 10_000)) == total, "each is found by its words, once"
