"""Reads the files of vector stores, one after the other, on one thread: a stored job that survives anything.

A file's row says how far it is: passages are written in groups and counted at the end, so a crash while reading
starts the reading again; then each passage gets its vector once, so a crash while embedding goes on where it stopped.
"""

from __future__ import annotations

import array
import contextlib
import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from typing import Literal, Protocol

from engine.bus import Bus
from engine.cancel import CancelToken
from engine.errors import Cancelled, FiresideError, NotFound, Unavailable
from engine.events import VectorStoreChanged, VectorStoreFileChanged
from engine.retrieval.chunking import split
from engine.retrieval.keyword import words_of
from engine.retrieval.parsing import Unreadable, parse
from engine.store import Store
from engine.store.chunks import NewChunk
from engine.store.vector_store_files import Job
from engine.types import Chunk, LastError, VectorStoreFile

log = logging.getLogger(__name__)

_GROUP = 64  # passages stored, or embedded, at once
_ATTEMPTS = 3
_CLOSE_SECONDS = 10.0  # for the parser: between two groups it stops at once
_PAUSE_SECONDS = 30.0  # before trying again what the disk or the database refused

# What the disk or the database refuses is not the file's fault, and passes.
_PASSING = {"disk_full", "disk_failed", "database_locked", "database_readonly", "file_not_written"}

_Ended = Literal["completed", "failed"]


class Embedder(Protocol):
    """An embedding model that is ready to be used; `id` is what its vectors are kept under."""

    id: str

    def embed(self, texts: Sequence[str], cancel: CancelToken) -> list[list[float]]:
        """Return a vector for each text. Raises Cancelled, or another FiresideError."""


class Ingest:
    """The one thread that reads files. `embedder` is asked before each file; without one, keywords do."""

    def __init__(self, store: Store, bus: Bus, embedder: Callable[[], Embedder | None]) -> None:
        self._store = store
        self._bus = bus
        self._embedder = embedder
        self._cancel = CancelToken()
        self._left_behind = threading.Event()
        self._wake = threading.Event()
        self._ended = threading.Condition()
        self._cancel.on_set(self._wake.set)
        self._thread = threading.Thread(target=self._run, name="ingest", daemon=True)

    def start(self) -> None:
        """Begin with what waits, first of all what a crash left behind. Call once."""
        self._thread.start()

    def wake(self) -> None:
        """There are files to read, or fewer than there were."""
        self._wake.set()
        with self._ended:
            self._ended.notify_all()

    def wait(self, vector_store_ids: Sequence[str], timeout: float | None = None) -> bool:
        """Block until none of the stores has a file that waits, or for `timeout` seconds; tell which it was.

        Raises NotFound.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        with self._ended:
            while any(self._store.vector_stores.get(each).file_counts.in_progress for each in vector_store_ids):
                left = None if deadline is None else deadline - time.monotonic()
                if self._cancel.is_set() or (left is not None and left <= 0):
                    return False
                self._ended.wait(left)
        return True

    def close(self) -> None:
        """Stop after the present group of passages; the next start goes on from there."""
        self._cancel.set()
        if self._thread.is_alive():
            self._thread.join(_CLOSE_SECONDS)
        if self._thread.is_alive():
            self._left_behind.set()
            log.info("a file is still being read; the next start reads it again")
        with self._ended:
            self._ended.notify_all()

    def _run(self) -> None:
        while not self._cancel.is_set():
            self._wake.clear()
            try:
                while not self._cancel.is_set() and (job := self._store.vector_store_files.next_job()) is not None:
                    self._work(job)
                self._wake.wait()
            except Unavailable as error:
                log.warning("reading files pauses: %s", error.code)
                self._cancel.wait(_PAUSE_SECONDS)

    def _work(self, job: Job) -> None:
        """Carry one file to its end, or leave it for later. Raises Unavailable while nothing can be stored."""
        try:
            if job.file.attempts >= _ATTEMPTS:
                self._fail(job, "server_error", f"Fireside stopped {_ATTEMPTS} times while it was reading this file.")
                return
            job = self._store.vector_store_files.begin(job)
            self._read(job)
        except NotFound:
            self.wake()  # taken out or cancelled meanwhile
        except Cancelled:
            if not self._left_behind.is_set():
                self._store.vector_store_files.pause(job)
        except Unavailable:
            with contextlib.suppress(Unavailable):
                self._store.vector_store_files.pause(job)
            raise

    def _read(self, job: Job) -> None:
        self._announce(job.file, "in_progress")
        try:
            total = job.file.chunk_count
            if total is None:
                total = self._keep_passages(job)
            self._embed(job, total)
        except Unreadable as error:
            self._fail(job, error.code, error.message)
        except (NotFound, Cancelled):
            raise
        except FiresideError as error:
            if error.code in _PASSING:
                raise
            log.warning("a file could not be read: %s", error.code)
            self._fail(job, "server_error", error.message)
        except Exception as error:  # noqa: BLE001  a file must never wait for ever because of a bug
            where = "".join(traceback.format_tb(error.__traceback__))  # not the message: it may quote the file
            log.error("reading a file failed with %s\n%s", type(error).__name__, where)
            self._fail(job, "server_error", "Something went wrong inside Fireside while it was reading this file.")
        else:
            self._end(self._store.vector_store_files.complete(job), "completed", total)

    def _keep_passages(self, job: Job) -> int:
        """Cut the file into passages and keep them; return how many."""
        file = self._store.files.get(job.file.id)
        self._store.blobs.open(file.sha256).close()  # says in words if the content is gone
        strategy = job.file.chunking_strategy["static"]
        document = parse(self._store.blobs.path(file.sha256), file.filename)
        chunks = split(document, strategy["max_chunk_size_tokens"], strategy["chunk_overlap_tokens"])
        if not chunks:
            raise Unreadable("There is no text in this file that could be searched.")
        self._stop_if_closing()
        self._store.chunks.clear(job)
        for start in range(0, len(chunks), _GROUP):
            self._stop_if_closing()
            group = chunks[start : start + _GROUP]
            self._store.chunks.add(job, [_findable(chunk, file.filename) for chunk in group], start=start)
            self._announce(job.file, "in_progress", start + len(group), len(chunks))
        self._store.chunks.close(job, len(chunks))
        return len(chunks)

    def _embed(self, job: Job, total: int) -> None:
        """Give every passage a vector that has none from this embedder; keywords do, if it fails."""
        embedder = self._embedder()
        if embedder is None:
            return
        try:
            while group := self._store.chunks.without_vector(job, embedder.id, _GROUP):
                self._stop_if_closing()
                vectors = embedder.embed([text for _, text in group], self._cancel)
                rows = [(seq, _packed(vector)) for (seq, _), vector in zip(group, vectors, strict=True)]
                self._store.chunks.add_vectors(job, embedder.id, rows)
                left = self._store.chunks.count_without_vector(job, embedder.id)
                self._announce(job.file, "in_progress", total - left, total)
        except (NotFound, Cancelled):
            raise
        except FiresideError as error:
            if error.code in _PASSING:
                raise
            log.warning("the embedder failed, the file is found by keywords: %s", error.code)

    def _stop_if_closing(self) -> None:
        if self._cancel.is_set():
            raise Cancelled("Reading files was stopped.")

    def _fail(self, job: Job, code: str, message: str) -> None:
        self._end(self._store.vector_store_files.fail(job, LastError(code=code, message=message)), "failed", 0)

    def _end(self, file: VectorStoreFile, what: _Ended, total: int) -> None:
        self._announce(file, what, total, total)
        with contextlib.suppress(NotFound):  # the store was deleted meanwhile
            store = self._store.vector_stores.get(file.vector_store_id)
            self._bus.publish(VectorStoreChanged(what="updated", vector_store_id=store.id, vector_store=store))
        self.wake()

    def _announce(
        self, file: VectorStoreFile, what: Literal["in_progress"] | _Ended, done: int = 0, total: int = 0
    ) -> None:
        self._bus.publish(VectorStoreFileChanged(what=what, file=file, done=done, total=total))


def _findable(chunk: Chunk, filename: str) -> NewChunk:
    return NewChunk(chunk, words_of(chunk.text), words_of(" ".join((filename, *chunk.heading))))


def _packed(vector: Sequence[float]) -> bytes:
    """Return little-endian float32."""
    values = array.array("f", vector)
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()
