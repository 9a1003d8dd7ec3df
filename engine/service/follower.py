"""Keeps one live folder and its store in step: looks, compares, takes in, lets go; on a thread of its own."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from engine.errors import FiresideError, NotFound
from engine.retrieval.following import QUIET_SECONDS, Changes, Look, compare
from engine.retrieval.walking import SeenFile, walk
from engine.retrieval.watching import FolderWatch
from engine.service.file_limits import MAX_FILE
from engine.store import Store
from engine.store.blobs import Original
from engine.types import LiveFile, LiveFolder

log = logging.getLogger(__name__)

State = Literal["looking", "following", "missing", "unreadable", "full"]
_THERE = ("following", "full")
_PIECE = 1024 * 1024
_LOOK_ANYWAY = 300.0  # seconds: systems drop events
_LOOK_UNHEARD = 10.0  # where nothing is heard, or the folder is away
_JOIN_SECONDS = 10.0
_REST = 4  # times as long as a look took


class Taker(Protocol):
    """What puts files into the store and takes them out; each call is one transaction, and announced."""

    def take(self, folder: LiveFolder, seen: LiveFile, original: Original, old: LiveFile | None) -> None:
        """Put in a file, in place of what was at its path."""

    def move(self, folder: LiveFolder, seen: LiveFile, original: Original, old: LiveFile) -> None:
        """A file that is in already has another path or time."""

    def drop(self, folder: LiveFolder, old: LiveFile) -> None:
        """A file is gone."""

    def returned(self, folder: LiveFolder) -> None:
        """The folder can be read, and could not before, or nobody looked."""

    def report(self, folder_id: str, state: State) -> None:
        """The state changed, or files did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait, in seconds: for a file to come to rest, and between looks without being told."""

    quiet: float = QUIET_SECONDS
    anyway: float = _LOOK_ANYWAY
    unheard: float = _LOOK_UNHEARD


class Follower:
    """Follows one folder from `start` to `close`."""

    def __init__(self, store: Store, folder: LiveFolder, taker: Taker, patience: Patience) -> None:
        self._store = store
        self._folder = folder
        self._root = Path(folder.path)
        self._taker = taker
        self._patience = patience
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._watch: FolderWatch | None = None
        self._before: Look | None = None
        self.state: State = "looking"
        self._thread = threading.Thread(target=self._run, name="follow", daemon=True)

    @property
    def folder_id(self) -> str:
        return self._folder.id

    @property
    def vector_store_id(self) -> str:
        return self._folder.vector_store_id

    def start(self) -> None:
        """Begin with a look at everything. Call once."""
        self._thread.start()

    def look_now(self) -> None:
        """Look without being told, and try again what could not be taken in."""
        for file in self._store.live_folders.problems(self._folder.id, 1000):
            self._store.live_folders.forget(self._folder.id, file.path)
        self._wake.set()

    def stop(self) -> None:
        """Stop soon; does not wait."""
        self._stop.set()
        self._wake.set()

    def close(self) -> None:
        """Stop, and wait for it."""
        self.stop()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(_JOIN_SECONDS)
        self._forget_watch()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            wait, begun = self._patience.unheard, time.monotonic()
            try:
                wait = self._look()
            except NotFound:
                return  # nobody follows it any more
            except FiresideError as error:
                log.warning("a folder is left for later: %s", error.code)
            except OSError as error:
                self._enter("missing" if isinstance(error, FileNotFoundError) else "unreadable")
                self._before = None
                self._forget_watch()
            # A folder in which somebody writes all the time is not looked at all the time.
            self._stop.wait(max(self._patience.quiet, _REST * (time.monotonic() - begun)))
            self._wake.wait(wait)

    def _look(self) -> float:
        """Look once and do what has come to rest; return how long to wait for the next look. Raises OSError."""
        folder = self._store.live_folders.get(self._folder.id)
        self._listen()
        look = Look(walk(self._root, ignored=folder.ignored, stop=self._stop.is_set), time.time())
        if self._stop.is_set():
            return 0.0
        known = self._store.live_folders.files(folder.id)
        identity = _identity(self._root)
        if look.walked.empty and known and identity != folder.identity:
            raise FileNotFoundError  # the empty place where a disk was mounted
        changes = compare(known, look, self._before, quiet=self._patience.quiet)
        if self._before is None or look.at - self._before.at >= self._patience.quiet:
            self._before = look
        restless = self._apply(folder, known, changes) or changes.restless
        if self._stop.is_set():
            return 0.0
        self._store.live_folders.update(folder.id, identity=identity, checked_at=int(time.time()))
        if self.state not in _THERE:
            self._taker.returned(folder)
        self._enter("full" if look.walked.full else "following")
        if restless:
            return 0.0
        heard = self._watch is not None and not self._watch.deaf
        return self._patience.anyway if heard else self._patience.unheard

    def _listen(self) -> None:
        if self._watch is not None and self._watch.deaf:
            self._forget_watch()
        if self._watch is None and self._root.is_dir():
            self._watch = FolderWatch(self._root, self._wake.set)

    def _forget_watch(self) -> None:
        if self._watch is not None:
            self._watch.close()
            self._watch = None

    def _apply(self, folder: LiveFolder, known: dict[str, LiveFile], changes: Changes) -> bool:
        """Take in and let go; tell whether something was still moving."""
        leaving = {known[path].sha256: known[path] for path in changes.missing if known[path].file_id}
        restless, moved = False, set()
        for seen in changes.fresh:
            if self._stop.is_set():
                return True
            file, original = self._read(seen)
            if file is None:
                restless = True
                continue
            old, same = known.get(seen.path), leaving.get(file.sha256)
            if old is not None and old.file_id and old.sha256 == file.sha256:
                self._taker.move(folder, file, original, old)
            elif same is not None and same.path not in moved and _suffix(same.path) == _suffix(file.path):
                moved.add(same.path)
                self._taker.move(folder, file, original, same)
            else:
                self._taker.take(folder, file, original, old)
        for path in changes.gone:
            if path not in moved:
                self._taker.drop(folder, known[path])
        if changes.fresh or changes.gone:
            self._taker.report(folder.id, self.state)
        return restless

    def _read(self, seen: SeenFile) -> tuple[LiveFile | None, Original]:
        """Return what a file holds now; None while somebody writes to it."""
        path = self._root / seen.path
        original = Original(str(path), seen.size, seen.modified_ns)
        file = LiveFile(path=seen.path, size=seen.size, modified_ns=seen.modified_ns)
        if seen.size > MAX_FILE:
            return _problem(file, "file_too_large"), original
        digest = hashlib.sha256()
        try:
            with path.open("rb") as stream:
                while piece := stream.read(_PIECE):
                    digest.update(piece)
                    if self._stop.is_set():
                        return None, original
        except OSError:
            return (_problem(file, "file_not_read") if path.exists() else None), original
        if not original.is_as_it_was():
            return None, original
        return LiveFile(
            path=file.path, size=file.size, modified_ns=file.modified_ns, sha256=digest.hexdigest()
        ), original

    def _enter(self, state: State) -> None:
        changed, self.state = state != self.state, state
        if changed:
            with contextlib.suppress(NotFound):
                self._taker.report(self._folder.id, state)


def _problem(file: LiveFile, code: str) -> LiveFile:
    return LiveFile(path=file.path, size=file.size, modified_ns=file.modified_ns, problem=code)


def _identity(root: Path) -> str:
    found = os.stat(root)  # noqa: PTH116
    return f"{found.st_dev}:{found.st_ino}"


def _suffix(path: str) -> str:
    return os.path.splitext(path)[1].lower()  # noqa: PTH122
