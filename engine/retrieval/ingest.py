"""Reads the files of vector stores, one after the other, on one thread: a stored job that survives anything.

A file's row says how far it is: passages are written in groups and counted at the end, so a crash while reading
starts the reading again; then each passage gets its vector once, so a crash while embedding goes on where it stopped.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from typing import Literal

from engine.bus import Bus
from engine.cancel import CancelToken
from engine.errors import Cancelled, FiresideError, NotFound, Unavailable, WorkerFailed
from engine.events import VectorStoreChanged, VectorStoreFileChanged
from engine.retrieval.embedding import Embedder, embed_passages
from engine.retrieval.indexes import Indexes
from engine.retrieval.problems import Unreadable
from engine.retrieval.reading import Reader
from engine.store import Store
from engine.store.chunks import NewChunk
from engine.store.vector_store_files import Job
from engine.types import LastError, VectorStore, VectorStoreFile

log = logging.getLogger(__name__)

# Beginnings that came to nothing, after which a file is given up. The reader's death is likelier to be the file's fault
# than the app's, which people and power cuts end, too; a file that gets further begins to count anew.
_ATTEMPTS = 12
_READER_DIED = 3  # in addition to the beginning itself
_CLOSE_SECONDS = 10.0  # for the parser: between two groups it stops at once
_PAUSE_SECONDS = 30.0  # before trying again what the disk or the database refused

_REST_SECONDS = 60.0  # without files, after which the reader's memory is given back

# The reader died over the file: that may be the file's fault, or not.
_DIED = {"worker_died", "worker_protocol"}
# The reader dies too often, or does not start: that is no fault of the next file.
_NO_READER = {"worker_crash_loop", "worker_start_failed", "worker_start_timeout"}
# What the disk or the database refuses is not the file's fault, and passes.
_PASSING = {"disk_full", "disk_failed", "database_locked", "database_readonly", "file_not_written"}

_GIVEN_UP = (
    "Reading this file ended Fireside, or its part that reads files, again and again. Open it in its own program, save "
    "it, and add it again."
)

_Ended = Literal["completed", "failed"]


class Ingest:
    """The one thread that reads files. `embedder` is asked before each file; without one, keywords do.

    When there is no file to read, it embeds anew what another embedder saw, and tends the indexes.
    """

    def __init__(
        self, store: Store, bus: Bus, reader: Reader, indexes: Indexes, embedder: Callable[[], Embedder | None]
    ) -> None:
        self._store = store
        self._bus = bus
        self._reader = reader
        self._indexes = indexes
        self._embedder = embedder
        self._caught_up: str | None = None
        self._cancel = CancelToken()
        self._left_behind = threading.Event()
        self._interrupted: set[str] = set()
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

    def interrupt(self, vector_store_id: str) -> None:
        """Leave the file of this store that is being read for later: the store was paused."""
        self._interrupted.add(vector_store_id)
        self.wake()

    def wait(self, vector_store_ids: Sequence[str], timeout: float | None = None) -> bool:
        """Block until none of the stores has a file that waits, or for `timeout` seconds; tell which it was.

        Nobody waits for stores that are paused. Raises NotFound.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        with self._ended:
            while any(_goes_on(self._store.vector_stores.get(each)) for each in vector_store_ids):
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
            self._interrupted.clear()
            try:
                if (job := self._store.vector_store_files.next_job()) is not None:
                    self._work(job)
                elif not self._use_leisure() and not self._wake.wait(_REST_SECONDS):
                    self._reader.rest()
                    self._wake.wait()
            except (Unavailable, WorkerFailed) as error:
                log.warning("reading files pauses: %s", error.code)
                self._cancel.wait(_PAUSE_SECONDS)

    def _work(self, job: Job) -> None:
        """Carry one file to its end, or leave it for later. Raises Unavailable while nothing can be stored."""
        try:
            if job.file.attempts >= _ATTEMPTS:
                self._fail(job, "server_error", _GIVEN_UP)
                return
            job = self._store.vector_store_files.begin(job)
            self._read(job)
        except NotFound:
            self.wake()  # taken out or cancelled meanwhile
        except Cancelled:
            if not self._left_behind.is_set():
                self._store.vector_store_files.pause(job)
        except (Unavailable, WorkerFailed) as error:
            if error.code in _DIED:
                with contextlib.suppress(NotFound):
                    self._store.vector_store_files.blame(job, _READER_DIED)
                return
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
            if error.code in _PASSING | _DIED | _NO_READER:
                raise
            log.warning("a file could not be read: %s", error.code)
            self._fail(job, "server_error", error.message)
        except Exception as error:  # noqa: BLE001  a file must never wait for ever because of a bug
            where = "".join(traceback.format_tb(error.__traceback__))  # not the message: it may quote the file
            log.error("reading a file failed with %s\n%s", type(error).__name__, where)
            self._fail(job, "server_error", "Something went wrong inside Fireside while it was reading this file.")
        else:
            self._end(self._store.vector_store_files.complete(job), "completed", total)
            self._index(job)

    def _keep_passages(self, job: Job) -> int:
        """Have the file read and keep its passages; return how many."""
        file = self._store.files.get(job.file.id)
        self._store.blobs.open(file.sha256).close()  # says in words if the content is gone
        strategy = job.file.chunking_strategy["static"]
        self._store.chunks.clear(job)
        kept = 0

        def keep(passages: Sequence[NewChunk], total: int) -> None:
            nonlocal kept
            self._stop_if_asked(job)
            self._store.chunks.add(job, passages, start=kept)
            kept += len(passages)
            self._announce(job.file, "in_progress", kept, total)

        self._reader.read(
            self._store.blobs.path(file.sha256),
            file.filename,
            max_tokens=strategy["max_chunk_size_tokens"],
            overlap=strategy["chunk_overlap_tokens"],
            on_passages=keep,
            on_pages=lambda _done, _total: self._stop_if_asked(job),
            cancel=self._cancel,
        )
        self._store.chunks.close(job, kept)
        self._store.vector_store_files.got_further(job)
        return kept

    def _embed(self, job: Job, total: int) -> None:
        """Give every passage a vector that has none from this embedder; keywords do, if it fails."""
        embedder = self._embedder()
        if embedder is None:
            return
        try:
            for left in embed_passages(self._store.chunks, job.seq, embedder, self._cancel):
                self._store.vector_store_files.got_further(job)
                self._announce(job.file, "in_progress", total - left, total, phase="embedding")
                self._stop_if_asked(job)
        except (NotFound, Cancelled):
            raise
        except FiresideError as error:
            if error.code in _PASSING:
                raise
            log.warning("the embedder failed, the file is found by keywords: %s", error.code)
            self._caught_up = None  # its vectors can wait, but not for ever

    def _index(self, job: Job) -> None:
        """Put the file into the index now: the first search need not wait for it."""
        embedder = self._embedder()
        if embedder is not None:
            with contextlib.suppress(FiresideError):
                self._indexes.refresh(job.file.vector_store_id, embedder.id, embedder.limits().dimensions)

    def _use_leisure(self) -> bool:
        """Do a little of what can wait; tell whether there is more of it."""
        return self._catch_up() or self._indexes.tend()

    def _catch_up(self) -> bool:
        """Embed some passages of a file that this embedder has not seen, though it can be searched already."""
        embedder = self._embedder()
        if embedder is None or self._caught_up == embedder.id:
            return False
        place = self._store.chunks.file_without_vectors(embedder.id)
        if place is None:
            self._caught_up = embedder.id
            return False
        try:
            for left in embed_passages(self._store.chunks, place, embedder, self._cancel):
                if not left:
                    self._indexes.embedded(place)
                if self._wake.is_set():
                    break
        except (NotFound, Cancelled):
            return True
        except FiresideError as error:
            if error.code in _PASSING:
                raise
            log.info("old files keep their old vectors for now: %s", error.code)
            self._caught_up = embedder.id
        return True

    def _stop_if_asked(self, job: Job) -> None:
        if self._cancel.is_set() or job.file.vector_store_id in self._interrupted:
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
        self,
        file: VectorStoreFile,
        what: Literal["in_progress"] | _Ended,
        done: int = 0,
        total: int = 0,
        *,
        phase: Literal["reading", "embedding"] = "reading",
    ) -> None:
        self._bus.publish(VectorStoreFileChanged(what=what, file=file, done=done, total=total, phase=phase))


def _goes_on(vector_store: VectorStore) -> bool:
    return vector_store.paused_at is None and vector_store.file_counts.in_progress > 0
