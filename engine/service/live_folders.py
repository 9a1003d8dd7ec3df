"""Folders that stores follow: what is in them is in the store, linked and not copied, as long as they are followed."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from engine.bus import Bus, Subscription
from engine.errors import InvalidRequest, NotFound
from engine.events import Event, FileChanged, LiveFolderChanged, VectorStoreChanged, VectorStoreFileChanged
from engine.service.file_limits import AUTO_CHUNKING, clean_filename
from engine.service.follower import Follower, Patience, State
from engine.service.vector_store_files import announce_counts, announce_put
from engine.store import Store
from engine.store.blobs import Original
from engine.types import LiveFile, LiveFolder, NewVectorStoreFile, VectorStoreFile

_MOST_FOLDERS = 32
_MOST_PATTERNS = 64
_MOST_SHOWN = 100
_MAX_ATTRIBUTE = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderState:
    """How following a folder goes: "looking" at the start, "following", "missing", "unreadable", or "full".

    `files` are in the store or on their way; `problems` are those that could not be taken in, some of them if many.
    """

    folder: LiveFolder
    state: State
    files: int
    problems: tuple[LiveFile, ...] = ()


class LiveFolders:
    """Follows every live folder while the engine is open."""

    def __init__(
        self, store: Store, bus: Bus, home: Path, wake: Callable[[], None], *, patience: Patience | None = None
    ) -> None:
        self._store = store
        self._bus = bus
        self._home = home.resolve()
        self._wake = wake
        self.patience = patience or Patience()
        self._lock = threading.Lock()
        self._followers: dict[str, Follower] = {}
        self._subscription: Subscription | None = None

    def start(self) -> None:
        """Follow the folders of last time; what changed meanwhile is found at the first look. Call once."""
        self._subscription = self._bus.subscribe(self._listen)
        for folder in self._store.live_folders.all():
            self._follow(folder)

    def close(self) -> None:
        """Stop following until the next start."""
        if self._subscription is not None:
            self._subscription.close()
        with self._lock:
            followers, self._followers = list(self._followers.values()), {}
        for follower in followers:
            follower.stop()
        for follower in followers:
            follower.close()

    def follow(self, vector_store_id: str, path: Path, *, ignored: Sequence[str] = ()) -> FolderState:
        """Have a store follow a folder with all below it; files stay where they are and are linked.

        Raises NotFound for the store, InvalidRequest for a folder that cannot be followed.
        """
        root = path.expanduser().resolve()
        self._check(vector_store_id, root, ignored)
        folder = self._store.live_folders.create(vector_store_id, str(root), ignored)
        self._follow(folder)
        self.report(folder.id, self._state(folder))
        return self.get(folder.id)

    def unfollow(self, folder_id: str) -> None:
        """Stop following a folder; its files leave the store. Nothing happens to the folder. Raises NotFound."""
        folder = self._store.live_folders.get(folder_id)
        with self._lock:
            follower = self._followers.pop(folder_id, None)
        if follower is not None:
            follower.close()
        for file in self._store.live_folders.files(folder_id).values():
            self.drop(folder, file)
        self._store.live_folders.delete(folder_id)
        self._bus.publish(LiveFolderChanged(folder_id=folder_id, vector_store_id=folder.vector_store_id, state=None))

    def look_now(self, folder_id: str) -> None:
        """Compare a folder now, and try again what could not be taken in. Raises NotFound."""
        self._store.live_folders.get(folder_id)
        with self._lock:
            follower = self._followers.get(folder_id)
        if follower is not None:
            follower.look_now()

    def get(self, folder_id: str) -> FolderState:
        """Raises NotFound."""
        folder = self._store.live_folders.get(folder_id)
        problems = self._store.live_folders.problems(folder_id, _MOST_SHOWN)
        count = self._store.live_folders.count(folder_id)
        return FolderState(folder=folder, state=self._state(folder), files=count, problems=problems)

    def of(self, vector_store_id: str) -> tuple[FolderState, ...]:
        """Return the folders a store follows, in the order they were added."""
        return tuple(self.get(folder.id) for folder in self._store.live_folders.all(vector_store_id))

    # What followers do.

    def take(self, folder: LiveFolder, seen: LiveFile, original: Original, old: LiveFile | None) -> None:
        """Put a file into the store, in place of what was at its path."""
        if seen.problem is not None:
            if old is not None:
                self.drop(folder, old)
            self._store.live_folders.keep(folder.id, seen)
            return
        name = clean_filename(PurePosixPath(seen.path).name)
        with self._store.transaction():
            file = self._store.files.link(original, seen.sha256, filename=name, purpose="assistants")
            new = NewVectorStoreFile(
                file_id=file.id, chunking_strategy=AUTO_CHUNKING, attributes=_attributes(seen.path)
            )
            put = self._store.vector_store_files.put(folder.vector_store_id, [new])
            self._store.live_folders.keep(folder.id, _with_file(seen, file.id))
        self._bus.publish(FileChanged(what="created", file=file))
        announce_put(self._store, self._bus, put)
        if old is not None and old.file_id is not None:
            self._delete(folder, old.file_id)
        self._wake()

    def move(self, folder: LiveFolder, seen: LiveFile, original: Original, old: LiveFile) -> None:
        """Note another path or time of a file that is in; nothing is read again."""
        if old.file_id is None:
            return
        name = clean_filename(PurePosixPath(seen.path).name)
        with self._store.transaction():
            self._store.files.moved(old.file_id, original, name)
            attributes = _attributes(seen.path)
            file = self._store.vector_store_files.update(folder.vector_store_id, old.file_id, attributes=attributes)
            if old.path != seen.path:
                self._store.live_folders.forget(folder.id, old.path)
            self._store.live_folders.keep(folder.id, _with_file(seen, old.file_id))
        self._bus.publish(VectorStoreFileChanged(what="updated", file=file))

    def drop(self, folder: LiveFolder, old: LiveFile) -> None:
        """Take a file out of the store."""
        self._store.live_folders.forget(folder.id, old.path)
        if old.file_id is not None:
            self._delete(folder, old.file_id)

    def returned(self, folder: LiveFolder) -> None:
        """Have those files read again that were not there when their turn came."""
        known = {each.file_id for each in self._store.live_folders.files(folder.id).values()}
        lost = [
            NewVectorStoreFile(
                file_id=each.place.id,
                chunking_strategy=each.place.chunking_strategy,
                attributes=each.place.attributes,
            )
            for each in self._store.holdings.files(folder.vector_store_id)
            if each.place.id in known and _was_lost(each.place)
        ]
        if lost:
            announce_put(self._store, self._bus, self._store.vector_store_files.put(folder.vector_store_id, lost))
            self._wake()

    def report(self, folder_id: str, state: State) -> None:  # noqa: ARG002 - it is read again with the rest
        """Tell listeners how following goes. Raises NotFound."""
        found = self.get(folder_id)
        self._bus.publish(
            LiveFolderChanged(
                folder_id=folder_id,
                vector_store_id=found.folder.vector_store_id,
                state=found.state,
                files=found.files,
                problems=len(found.problems),
            )
        )

    def _delete(self, folder: LiveFolder, file_id: str) -> None:
        with contextlib.suppress(NotFound):
            place = self._store.vector_store_files.get(folder.vector_store_id, file_id)
            with self._store.transaction():
                self._store.vector_store_files.delete(folder.vector_store_id, file_id)
                gone = None
                if file_id not in self._store.holdings.needed_elsewhere([file_id]):
                    gone = self._store.files.delete(file_id)
            self._bus.publish(VectorStoreFileChanged(what="deleted", file=place))
            if gone is not None:
                self._bus.publish(FileChanged(what="deleted", file=gone))
            announce_counts(self._store, self._bus, folder.vector_store_id)
            self._wake()

    def _follow(self, folder: LiveFolder) -> None:
        with self._lock:
            if folder.id in self._followers:
                return
            follower = self._followers[folder.id] = Follower(self._store, folder, self, self.patience)
        follower.start()

    def _state(self, folder: LiveFolder) -> State:
        follower = self._followers.get(folder.id)
        return follower.state if follower is not None else "looking"

    def _listen(self, event: Event) -> None:
        if isinstance(event, VectorStoreChanged) and event.what == "deleted":
            with self._lock:
                gone = [each for each in self._followers.values() if each.vector_store_id == event.vector_store_id]
                for follower in gone:
                    del self._followers[follower.folder_id]
            for follower in gone:
                follower.stop()

    def _check(self, vector_store_id: str, root: Path, ignored: Sequence[str]) -> None:
        self._store.vector_stores.get(vector_store_id)
        if not root.is_dir():
            raise InvalidRequest(f"{root} is not a folder that can be read.", code="file_not_read", path=str(root))
        if root == Path(root.anchor) or self._home.is_relative_to(root) or root.is_relative_to(self._home):
            raise InvalidRequest(
                f"{root} cannot be followed: it is the whole disk, or Fireside's own folder is in it. Choose a folder "
                "of documents.",
                code="folder_not_followed",
                path=str(root),
            )
        if len(ignored) > _MOST_PATTERNS or any(not 0 < len(each) <= _MAX_ATTRIBUTE for each in ignored):
            raise InvalidRequest(f"There may be {_MOST_PATTERNS} patterns, none of them empty.", code="invalid_request")
        for folder in (others := self._store.live_folders.all(vector_store_id)):
            other = Path(folder.path)
            if other != root and (other.is_relative_to(root) or root.is_relative_to(other)):
                raise InvalidRequest(
                    f"{root} and {other} lie in each other; follow one of them.",
                    code="folder_not_followed",
                    path=str(root),
                )
        if len(others) >= _MOST_FOLDERS:
            raise InvalidRequest(f"A store follows at most {_MOST_FOLDERS} folders.", code="folder_not_followed")


def _was_lost(place: VectorStoreFile) -> bool:
    """Tell whether a file failed for no fault of its own; one that brought the reader down several times did not."""
    error = place.last_error
    return error is not None and error.code == "server_error" and not error.message.startswith("Fireside stopped")


def _attributes(path: str) -> dict[str, str | float | bool]:
    return {"path": path} if len(path) <= _MAX_ATTRIBUTE else {}


def _with_file(seen: LiveFile, file_id: str) -> LiveFile:
    return LiveFile(path=seen.path, size=seen.size, modified_ns=seen.modified_ns, sha256=seen.sha256, file_id=file_id)
