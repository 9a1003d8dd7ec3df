"""What people do with vector stores beyond the API: find one by name, add files from the disk, see what it holds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from engine.errors import InvalidRequest, NotFound
from engine.retrieval.walking import walk
from engine.service.file_limits import MAX_FILE
from engine.service.files import Files
from engine.service.vector_stores import VectorStores
from engine.store import Store
from engine.types import Assistant, HeldFile, Page, PageRequest, VectorStore, VectorStoreFile

T = TypeVar("T", Assistant, VectorStore)
_PIECE = 1024 * 1024
_PAGE = 100


@dataclass(frozen=True, slots=True)
class Gathered:
    """Files found at the paths somebody named; `passed_over` counts those without text, `full` says there were more."""

    paths: tuple[Path, ...]
    passed_over: int = 0
    full: bool = False


@dataclass(frozen=True, slots=True)
class Added:
    """A file in a store, and whether it was there already with the same name and content."""

    file: VectorStoreFile
    known: bool


class Knowledge:
    """Vector stores as collections of files; `engine.vector_stores` is the API's view of the same."""

    def __init__(self, store: Store, files: Files, vector_stores: VectorStores) -> None:
        self._store = store
        self._files = files
        self._vector_stores = vector_stores

    def all(self) -> tuple[VectorStore, ...]:
        """Return all stores, the newest first."""
        return tuple(_all(self._vector_stores.list))

    def find(self, name: str) -> VectorStore:
        """Return the store with this id or name. Raises NotFound, InvalidRequest if several have the name."""
        try:
            return self._vector_stores.get(name)
        except NotFound:
            pass
        stores = self.all()
        exact = [each for each in stores if each.name == name]
        found = exact or [each for each in stores if each.name.casefold() == name.casefold()]
        if not found:
            known = ", ".join(each.name or each.id for each in stores)
            raise InvalidRequest(
                f"There is no store '{name}'. Known: {known or 'none'}.", code="no_store", name=name, known=known
            )
        if len(found) > 1:
            ids = ", ".join(each.id for each in found)
            raise InvalidRequest(
                f"Several have the name '{name}'. Use an id: {ids}.", code="same_name", name=name, ids=ids
            )
        return found[0]

    def files(self, vector_store_id: str) -> tuple[HeldFile, ...]:
        """Return the files of a store with their names, in the order they were put in. Raises NotFound."""
        return self._store.holdings.files(vector_store_id)

    def embedders(self, vector_store_id: str) -> dict[str, int]:
        """Return how many passages can be found by meaning, by the embedding model; under "" those by words only."""
        counts: dict[str, int] = {}
        for embedder, count in self._store.holdings.embedders(vector_store_id).items():
            model = embedder.rpartition("/")[0] or embedder
            counts[model] = counts.get(model, 0) + count
        return counts

    def used_by(self, vector_store_id: str) -> tuple[Assistant, ...]:
        """Return the assistants that search this store."""
        return tuple(
            each
            for each in _all(self._store.assistants.list)
            if vector_store_id in ((each.tool_resources.get("file_search") or {}).get("vector_store_ids") or ())
        )

    def gather(self, paths: Sequence[Path], *, stop: Callable[[], bool] = lambda: False) -> Gathered:
        """Return the files at these paths: files themselves, and what can be searched in folders.

        Raises InvalidRequest with code file_not_read for a path that cannot be read.
        """
        found: dict[Path, None] = {}
        passed_over, full = 0, False
        for path in paths:
            try:
                if not path.is_dir():
                    path.stat()
                    found[path.absolute()] = None
                    continue
                walked = walk(path, stop=stop)
            except OSError as error:
                raise _not_read(path, error) from error
            found.update(dict.fromkeys(path.absolute() / each for each in sorted(walked.files)))
            passed_over, full = passed_over + walked.passed_over, full or walked.full
        return Gathered(tuple(found), passed_over, full)

    def add(self, vector_store_id: str, path: Path) -> Added:
        """Put a file from the disk into a store; one of the same name and content is not read twice.

        One that could not be read is tried again. Raises NotFound, InvalidRequest, Unavailable.
        """
        same = self._same(vector_store_id, path)
        if same is not None and same.place.status in ("completed", "in_progress"):
            return Added(same.place, known=True)
        if same is not None:
            return Added(self.retry(vector_store_id, same.place.id), known=True)
        self._vector_stores.get(vector_store_id)
        file = self._files.create(path)
        try:
            return Added(self._vector_stores.files.create(vector_store_id, file.id), known=False)
        except (NotFound, InvalidRequest):
            self._files.delete(file.id)
            raise

    def retry(self, vector_store_id: str, file_id: str) -> VectorStoreFile:
        """Read a file again that could not be read, with the settings it had. Raises NotFound."""
        old = self._vector_stores.files.get(vector_store_id, file_id)
        return self._vector_stores.files.create(
            vector_store_id, file_id, attributes=old.attributes, chunking_strategy=old.chunking_strategy
        )

    def remove(self, vector_store_id: str, file_id: str) -> None:
        """Take a file out of a store, and delete it unless something else names it. Raises NotFound."""
        self._vector_stores.files.delete(vector_store_id, file_id)
        self._delete_unneeded([file_id])

    def delete(self, vector_store_id: str) -> None:
        """Delete a store, and its files unless something else names them. Raises NotFound."""
        held = [each.place.id for each in self._store.holdings.files(vector_store_id)]
        self._vector_stores.delete(vector_store_id)
        self._delete_unneeded(held)

    def _delete_unneeded(self, file_ids: Sequence[str]) -> None:
        needed = self._store.holdings.needed_elsewhere(file_ids)
        for file_id in file_ids:
            if file_id not in needed:
                self._files.delete(file_id)

    def _same(self, vector_store_id: str, path: Path) -> HeldFile | None:
        try:
            size = path.stat().st_size
            if size > MAX_FILE:
                raise InvalidRequest(
                    f"{path.name} has {size // 1024**2} MB; at most {MAX_FILE // 1024**2} MB are allowed. Split it.",
                    code="file_too_large",
                    limit=MAX_FILE,
                )
            alike = self._store.holdings.alike(vector_store_id, path.name, size)
            sha256 = _hash(path) if alike else ""
        except OSError as error:
            raise _not_read(path, error) from error
        return next((each for each in alike if each.sha256 == sha256), None)


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _not_read(path: Path, error: OSError) -> InvalidRequest:
    return InvalidRequest(
        f"{path} cannot be read: {error.strerror}. Check the path and try again.", code="file_not_read", path=str(path)
    )


def _all(list_page: Callable[[PageRequest], Page[T]]) -> Iterator[T]:
    after: str | None = None
    while True:
        page = list_page(PageRequest(limit=_PAGE, after=after))
        yield from page.items
        if not page.has_more:
            return
        after = page.items[-1].id
