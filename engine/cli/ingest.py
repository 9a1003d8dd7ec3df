"""`fireside ingest`: files and folders into a store, with speed and time left; Ctrl-C stops, the next time goes on."""

from __future__ import annotations

import queue
import sys
from pathlib import Path

from engine.cli.arguments import Arguments
from engine.cli.logs import logged
from engine.cli.terminal import PlainProgress, StatusLine, bar, duration, in_words, size, words_for
from engine.cli.words import Words
from engine.errors import FiresideError, InvalidRequest
from engine.events import Event, VectorStoreFileChanged
from engine.retrieval.walking import MAX_FILES
from engine.service import Engine
from engine.service.pace import Pace, Progress
from engine.types import HeldFile, VectorStore

_STOPPED = 130
_FAILED = 1


def run(args: Arguments) -> int:
    """Read everything; 1 when a file could not be read, 130 when stopped before the end."""
    words = words_for(args.home)
    with Engine(args.home) as engine, logged(engine.paths):
        gathered = engine.knowledge.gather(args.paths)
        if gathered.passed_over:
            sys.stderr.write(words("ingest_passed_over", count=gathered.passed_over) + "\n")
        if gathered.full:
            sys.stderr.write(words("ingest_full", count=MAX_FILES) + "\n")
        store = _store(engine, args, words)
        waiting = store.file_counts.in_progress if store is not None else 0
        if not gathered.paths and not waiting:
            sys.stderr.write(words("ingest_no_files") + "\n")
            return _FAILED
        if store is None:
            store = engine.vector_stores.create(name=args.store or _name(args.paths, words))
        if store.paused_at is not None:
            engine.vector_stores.resume(store.id)
        return _Ingest(engine, store, words).run(gathered.paths)


def _name(paths: list[Path], words: Words) -> str:
    return paths[0].absolute().name if len(paths) == 1 and paths[0].is_dir() else words("ingest_store")


def _store(engine: Engine, args: Arguments, words: Words) -> VectorStore | None:
    """Return the store that is meant, None if it has to be made. Raises InvalidRequest if several have the name."""
    try:
        return engine.knowledge.find(args.store or _name(args.paths, words))
    except InvalidRequest as error:
        if error.code != "no_store":
            raise
        return None


class _Ingest:
    """One run of the command over one store."""

    def __init__(self, engine: Engine, store: VectorStore, words: Words) -> None:
        self._engine = engine
        self._store = store
        self._words = words
        self._line, self._plain = StatusLine(), PlainProgress()
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._pace = Pace()
        self._names: dict[str, str] = {}
        self._known = self._failed = 0

    def run(self, paths: tuple[Path, ...]) -> int:
        say, shown = self._words, self._store.name or self._store.id
        total = sum(_size(path) for path in paths)
        sys.stdout.write(say("ingest_found", files=len(paths), size=size(total), store=shown, id=self._store.id) + "\n")
        if self._engine.embeddings.for_files() is None:
            entry = self._engine.models.catalogue().embedder_for(say.language)
            sys.stderr.write(say("ingest_by_words", model=entry.id) + "\n")
        sys.stdout.flush()
        with self._engine.subscribe(self._events.put):
            held = self._engine.knowledge.files(self._store.id)
            self._note(held)
            try:
                for path in paths:
                    self._add(path)
                    self._drain()
                self._watch()
            except KeyboardInterrupt:
                self._line.clear()
                left = self._engine.vector_stores.get(self._store.id).file_counts.in_progress
                sys.stderr.write(say("ingest_stopped", left=left) + "\n")
                return _STOPPED
        self._line.clear()
        if self._known:
            sys.stdout.write(say("ingest_known", count=self._known) + "\n")
        counts = self._engine.vector_stores.get(self._store.id).file_counts
        sys.stdout.write(say("ingest_done", done=counts.completed, failed=self._failed, store=shown) + "\n")
        return _FAILED if self._failed else 0

    def _note(self, held: tuple[HeldFile, ...]) -> None:
        self._names = {each.place.id: each.filename for each in held}
        self._pace = Pace(held)

    def _add(self, path: Path) -> None:
        try:
            added = self._engine.knowledge.add(self._store.id, path)
        except FiresideError as error:
            self._say_failed(str(path), in_words(error, self._words))
            return
        self._known += added.known and added.file.status == "completed"
        self._names[added.file.id] = path.name
        if added.file.status == "in_progress":
            self._pace.expect(added.file.id, _size(path))

    def _watch(self) -> None:
        while (progress := self._pace.progress).files_done < progress.files:
            self._take(self._events.get())

    def _drain(self) -> None:
        while not self._events.empty():
            self._take(self._events.get())

    def _take(self, event: Event) -> None:
        if not isinstance(event, VectorStoreFileChanged) or event.file.vector_store_id != self._store.id:
            return
        self._pace.take(event)
        name = self._names.get(event.file.id, event.file.id)
        if event.what == "completed" and not self._line.watched:
            sys.stdout.write(self._words("ingest_read", name=name, chunks=event.total) + "\n")
            sys.stdout.flush()
        elif event.what == "failed":
            self._say_failed(name, event.file.last_error.message if event.file.last_error else "")
        progress = self._pace.progress
        if self._line.watched:
            self._line.show(line(progress, name, self._words))
        elif progress.share:
            self._plain.show(progress.share, line(progress, "", self._words).rstrip())

    def _say_failed(self, name: str, why: str) -> None:
        self._failed += 1
        self._line.clear()
        sys.stdout.write(self._words("ingest_failed", name=name, why=why) + "\n")
        sys.stdout.flush()


def line(progress: Progress, name: str, words: Words) -> str:
    """Return the line for one moment."""
    head = f"{bar(progress.share)} {100 * progress.share:3.0f} %"
    parts = [head, words("ingest_files", done=progress.files_done, total=progress.files)]
    if progress.speed:
        parts.append(words("ingest_speed", speed=number(progress.speed)))
    if progress.left is not None:
        parts.append(words("left", time=duration(progress.left)))
    return "  ".join((*parts, name))


def number(value: float) -> str:
    """Return a speed for people: tenths only where they matter."""
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
