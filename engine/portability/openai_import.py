"""Takes over assistants, threads and what belongs to them from the JSON that the Assistants API returned.

Ids and times are kept, so code that knows them goes on working, and a second import of the same data adds nothing.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from engine.errors import InvalidRequest
from engine.portability import openai_shapes as shapes
from engine.portability.openai_shapes import NotTaken
from engine.portability.sources import Source
from engine.service import Engine
from engine.service.file_limits import PURPOSES, clean_filename
from engine.service.intake import check
from engine.service.titles import title_of
from engine.store.intake import Kept
from engine.types import (
    Assistant,
    JsonObject,
    Message,
    NewMessage,
    Run,
    RunStep,
    StoredFile,
    Thread,
    VectorStore,
)

Owner = TypeVar("Owner", Assistant, Thread)
_FILE_NAME = re.compile(r"(file-[A-Za-z0-9]{8,64})(\.[^.]*)?")
_READERS: dict[str, tuple[str, Callable[[JsonObject], Kept]]] = {
    "assistant": ("assistants", shapes.assistant),
    "thread": ("threads", shapes.thread),
    "thread.message": ("messages", shapes.message),
    "thread.run": ("runs", shapes.run),
    "thread.run.step": ("steps", shapes.step),
    "file": ("files", shapes.file),
    "vector_store": ("vector_stores", shapes.vector_store),
}


@dataclass(frozen=True, slots=True)
class Left:
    """Something that was not taken, and why; never the text of a message."""

    what: str
    why: str


@dataclass(slots=True)
class Summary:
    """How many objects of each kind are new, how many were here before, and what was left."""

    taken: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    left: list[Left] = field(default_factory=list)


@dataclass(slots=True)
class _Talk:
    """All that belongs to one thread."""

    thread: Thread | None = None
    runs: list[Run] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    steps: list[RunStep] = field(default_factory=list)


def import_openai(engine: Engine, path: Path) -> Summary:
    """Take what lies in a folder or file: objects, list pages or JSON lines, and the contents of files beside them.

    Raises InvalidRequest when there is nothing to read at `path`, Unavailable when the disk is full. What is stored
    until then stays, and the next import goes on from there.
    """
    return _Import(engine, Source(path)).run()


class _Import:
    def __init__(self, engine: Engine, source: Source) -> None:
        self._intake = engine.intake
        self._source = source
        self._summary = Summary()
        self._values: dict[str, list[Any]] = defaultdict(list)
        self._places: list[tuple[str, str]] = []

    def run(self) -> Summary:
        for found in self._source.objects():
            if found.problem:
                self._leave(found.name, found.problem)
            for untrusted in _oldest_first(found.untrusted_objects):
                self._read(found.name, untrusted)
        self._store_files()
        self._store_all("vector_stores", self._values["vector_stores"])
        self._fill_vector_stores()
        self._store_all("assistants", map(self._linked, self._values["assistants"]))
        for thread_id, talk in self._talks().items():
            self._store_talk(thread_id, talk)
        return self._summary

    def _leave(self, what: str, why: str) -> None:
        self._summary.left.append(Left(what, why))

    def _read(self, where: str, untrusted: JsonObject) -> None:
        kind = untrusted.get("object")
        what = f"{where}: {str(untrusted.get('id', 'an object'))[:80]}"
        try:
            if kind == "vector_store.file":
                self._places.append((shapes.id_of(untrusted, "vector_store_id"), shapes.id_of(untrusted)))
                return
            if not isinstance(kind, str) or kind not in _READERS:
                raise NotTaken(f"'{str(kind)[:40]}' is not a kind of object that is taken")
            name, reader = _READERS[kind]
            value = reader(untrusted)
            check(value)
        except NotTaken as error:
            self._leave(what, str(error))
        except InvalidRequest as error:
            self._leave(what, error.message)
        else:
            self._values[name].append(value)
        if kind == "thread" and untrusted.get("messages"):
            self._read_messages_of(where, untrusted)

    def _read_messages_of(self, where: str, untrusted_thread: JsonObject) -> None:
        """Some exports keep a thread's messages inside it."""
        untrusted = untrusted_thread["messages"]
        if isinstance(untrusted, dict):
            untrusted = untrusted.get("data")
        objects = [each for each in untrusted if isinstance(each, dict)] if isinstance(untrusted, list) else []
        for each in _oldest_first(objects):
            self._read(where, {"object": "thread.message", "thread_id": untrusted_thread.get("id"), **each})

    def _store_all(self, name: str, values: Iterable[Kept]) -> None:
        for value in values:
            self._count(name, self._intake.add(value))

    def _count(self, name: str, added: int, of: int = 1) -> None:
        self._summary.taken[name] += added
        self._summary.known[name] += of - added

    def _store_files(self) -> None:
        used: set[Path] = set()
        for file in self._values["files"]:
            path = self._source.content_of(file.id, file.filename)
            if path is None:
                self._leave(file.id, "its content does not lie beside the JSON, named by the id or by its own name")
                continue
            used.add(path)
            self._store_file(file, path)
        for path in self._source.contents():
            if path in used:
                continue
            named = _FILE_NAME.fullmatch(path.name)
            if named is None:
                self._leave(path.name, "no file object names it, and its name is not a file's id")
                continue
            created = int(path.stat().st_mtime)
            self._store_file(
                StoredFile(
                    id=named[1], created_at=created, filename=path.name, purpose="assistants", bytes=0, sha256=""
                ),
                path,
            )

    def _store_file(self, file: StoredFile, path: Path) -> None:
        purpose = file.purpose if file.purpose in PURPOSES else "assistants"
        file = dataclasses.replace(file, filename=clean_filename(file.filename), purpose=purpose)
        try:
            with path.open("rb") as source:
                self._count("files", self._intake.add_file(file, source))
        except OSError as error:
            self._leave(path.name, f"cannot be read: {error.strerror}")
        except InvalidRequest as error:
            self._leave(path.name, error.message)

    def _fill_vector_stores(self) -> None:
        for store_id, file_id in self._places:
            try:
                self._intake.put_into_store(store_id, file_id)
            except InvalidRequest as error:
                self._leave(f"{file_id} in {store_id}", error.message)

    def _linked(self, owner: Owner) -> Owner:
        return dataclasses.replace(owner, tool_resources=self._links(owner.id, owner.tool_resources))

    def _links(self, owner: str, resources: JsonObject) -> JsonObject:
        """Return what the tools work on without links to what is not here."""
        kept: JsonObject = {}
        for tool, links in resources.items():
            for key, ids in links.items():
                kind: type[Kept] = StoredFile if key == "file_ids" else VectorStore
                here = [each for each in ids if self._intake.has(kind, each)]
                for gone in sorted(set(ids) - set(here)):
                    self._leave(owner, f"its link to {gone} is left out: that is not in the export")
                if here:
                    kept[tool] = {key: here}
        return kept

    def _talks(self) -> dict[str, _Talk]:
        talks: dict[str, _Talk] = {}
        for thread in self._values["threads"]:
            talks.setdefault(thread.id, _Talk()).thread = thread
        for run in self._values["runs"]:
            talks.setdefault(run.thread_id, _Talk()).runs.append(run)
        for message in self._values["messages"]:
            talks.setdefault(message.thread_id, _Talk()).messages.append(message)
        for step in self._values["steps"]:
            talks.setdefault(step.thread_id, _Talk()).steps.append(step)
        return talks

    def _store_talk(self, thread_id: str, talk: _Talk) -> None:
        """Store a thread with all that belongs to it, all or nothing; the API never listed threads, so it may lack."""
        runs, messages = sorted(talk.runs, key=_created), sorted(talk.messages, key=_created)
        steps = sorted(talk.steps, key=_created)
        known_runs = {run.id for run in runs}

        def has_run(run_id: str | None) -> bool:
            return run_id is not None and (run_id in known_runs or self._intake.has(Run, run_id))

        kept_messages = [m if has_run(m.run_id) else dataclasses.replace(m, run_id=None) for m in messages]
        kept_steps = [each for each in steps if has_run(each.run_id)]
        for each in steps:
            if each not in kept_steps:
                self._leave(each.id, "its run is not in the export")
        first = min(map(_created, (*runs, *messages, *steps)), default=0)
        thread = self._linked(talk.thread or Thread(id=thread_id, created_at=first))
        said = (NewMessage(role=m.role, content=m.content) for m in kept_messages)
        last = max([thread.created_at, *map(_created, (*runs, *messages))])
        thread = dataclasses.replace(thread, title=title_of(said), last_used_at=last)
        parts: tuple[tuple[str, list[Any]], ...] = (
            ("threads", [thread]),
            ("runs", runs),
            ("messages", kept_messages),
            ("steps", kept_steps),
        )
        added = self._intake.add_together([values for _, values in parts])
        for (name, values), new in zip(parts, added, strict=True):
            if name != "threads" or talk.thread is not None or new:
                self._count(name, new, len(values))


def _created(value: Any) -> int:
    return int(value.created_at)


def _oldest_first(untrusted_objects: list[JsonObject]) -> list[JsonObject]:
    """Return a list in the order of creation: the API listed the newest first unless it was asked otherwise."""
    times = [each.get("created_at") for each in untrusted_objects]
    numbers = [each for each in times if isinstance(each, int)]
    rising = len(numbers) > 1 and numbers[0] < numbers[-1]
    return untrusted_objects if rising else untrusted_objects[::-1]
