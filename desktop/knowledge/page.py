"""The page of knowledge: the shelf of collections, and one of them open; it alone talks to the engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QWidget

from desktop.i18n import say
from desktop.knowledge import reading
from desktop.knowledge.reading import Contents, Summary
from desktop.knowledge.shelf import ShelfPage
from desktop.knowledge.store import StorePage
from desktop.room import Room
from engine.errors import FiresideError
from engine.events import (
    AssistantChanged,
    Event,
    LibraryChanged,
    LiveFolderChanged,
    SettingChanged,
    VectorStoreChanged,
    VectorStoreFileChanged,
)
from engine.types import VectorStore

_RELOAD_MS = 150


class KnowledgePage(QStackedWidget):
    """Reads anew when what is in a store changes; progress of a file touches its row only."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._open: str | None = None
        self._hidden: set[str] = set()
        self._adding = 0
        self._closing = False
        self.shelf = ShelfPage(self)
        self.shelf.wanted.connect(self._shelf_wanted)
        self.shelf.new_wanted.connect(self.new)
        self.shelf.dropped.connect(self._new_from)
        self.shelf.models_wanted.connect(lambda: room.act("go_models"))
        self.store = StorePage(self)
        self.store.wanted.connect(self._store_wanted)
        self.addWidget(self.shelf)
        self.addWidget(self.store)
        self._reload = QTimer(self)
        self._reload.setSingleShot(True)
        self._reload.setInterval(_RELOAD_MS)
        self._reload.timeout.connect(self.load)
        room.theme.changed.connect(self.store.passages.restyle)
        self.destroyed.connect(self._stop)
        self.setAccessibleName(self.tr("Knowledge"))

    @property
    def open_store(self) -> str | None:
        """The id of the collection that is open."""
        return self._open

    def load(self) -> None:
        """Read what is shown from the engine."""
        engine, opened = self._room.engine, self._open
        if opened is not None:
            self._room.tasks.run(
                lambda: reading.read_store(engine, opened), self._show_store, lambda _error: self.back(), owner=self
            )
            return

        def show(found: tuple[tuple[Summary, ...], bool]) -> None:
            if self._open is None:
                self.shelf.show_shelf(found[0], by_meaning=found[1], hidden=self._hidden)

        self._room.tasks.run(lambda: reading.read_shelf(engine), show, self._room.fail, owner=self)

    def open(self, store_id: str) -> None:
        """Show one collection."""
        self._open = store_id
        self.load()

    def back(self) -> None:
        """Show all collections."""
        self._open = None
        self.store.contents = None
        self.setCurrentWidget(self.shelf)
        self.load()

    def take(self, events: tuple[Event, ...]) -> None:
        """Take a bundle of events."""
        for event in events:
            match event:
                case VectorStoreFileChanged(file=file, what=what):
                    card = self.shelf.cards.get(file.vector_store_id)
                    if card is not None:
                        card.take(event)
                    if file.vector_store_id == self._open:
                        self.store.take(event)
                    if what in ("created", "deleted", "updated"):
                        self._reload.start()
                case VectorStoreChanged(what="updated", vector_store=VectorStore() as store):
                    self.store.show_store(store)
                    self._reload.start()
                case VectorStoreChanged() | LiveFolderChanged() | AssistantChanged() | LibraryChanged():
                    self._reload.start()
                case SettingChanged(key="default_embedder"):
                    self._reload.start()
                case _:
                    pass

    # What people want.

    def new(self) -> None:
        """Make a collection and open it, ready to be named."""
        name = self.tr("New collection")

        def made(store: VectorStore) -> None:
            self._open = store.id
            self._show_store(Contents(store=store))
            self.store.rename()

        engine = self._room.engine
        self._room.tasks.write(lambda: engine.vector_stores.create(name=name), made, self._room.fail, owner=self)

    def add(self, store_id: str, paths: Sequence[Path]) -> None:
        """Put files and folders into a collection, one after the other, and say how it went."""
        engine = self._room.engine
        self._adding += 1

        def op() -> tuple[int, int, list[FiresideError]]:
            gathered = engine.knowledge.gather(paths, stop=lambda: self._closing)
            known, failed = 0, []
            for path in gathered.paths:
                if self._closing:
                    break
                try:
                    known += engine.knowledge.add(store_id, path).known
                except FiresideError as error:
                    failed.append(error)
            return len(gathered.paths), known, failed

        def done(outcome: tuple[int, int, list[FiresideError]]) -> None:
            self._adding -= 1
            self._tell_added(*outcome)

        def failed(error: FiresideError) -> None:
            self._adding -= 1
            self._room.fail(error)

        self._room.tasks.run(op, done, failed, owner=self)

    def _tell_added(self, count: int, known: int, failed: list[FiresideError]) -> None:
        if failed and len(failed) == count:
            self._room.fail(failed[0])
        elif failed:
            words = self.tr("{failed} of {count} files could not be added.")
            self._room.tell(words.format(failed=len(failed), count=count))
        elif not count:
            self._room.tell(self.tr("There is nothing in it that can be searched."))
        elif known == count:
            self._room.tell(self.tr("All of it was here already."))
        self._reload.start()

    def _new_from(self, paths: list[Path]) -> None:
        name = paths[0].name if len(paths) == 1 and paths[0].is_dir() else self.tr("Documents")

        def made(store: VectorStore) -> None:
            self.open(store.id)
            self.add(store.id, paths)

        engine = self._room.engine
        self._room.tasks.write(lambda: engine.vector_stores.create(name=name), made, self._room.fail, owner=self)

    def _shelf_wanted(self, what: str, store_id: str) -> None:
        if what == "open":
            self.open(store_id)
        elif what == "rename":
            self.open(store_id)
            self.store.rename()
        elif what == "delete":
            self._delete(store_id, self.shelf.cards[store_id].accessibleName())
        else:
            self._pause(store_id, what)

    def _store_wanted(self, what: str, argument: Any) -> None:
        store_id, engine = self._open, self._room.engine
        if what == "back":
            self.back()
            return
        if store_id is None:
            return
        shown: dict[str, Callable[[], None]] = {
            "search": lambda: self._search(store_id, argument),
            "add": lambda: self.add(store_id, argument),
            "add_files": lambda: self._choose_files(store_id),
            "add_folder": lambda: self._choose_folder(store_id, follow=False),
            "follow_folder": lambda: self._choose_folder(store_id, follow=True),
            "remove": lambda: self._remove(store_id, argument),
            "unfollow": lambda: self._unfollow(argument),
            "delete": lambda: self._delete_open(store_id),
            "pause": lambda: self._pause(store_id, what),
            "resume": lambda: self._pause(store_id, what),
        }
        stored: dict[str, Callable[[], object]] = {
            "rename": lambda: engine.vector_stores.update(store_id, name=argument),
            "retry": lambda: engine.knowledge.retry(store_id, argument),
            "look": lambda: engine.live_folders.look_now(argument),
        }
        if what in shown:
            shown[what]()
        else:
            self._write(stored[what])

    def _delete_open(self, store_id: str) -> None:
        name = self.store.name.text()
        self.back()
        self._delete(store_id, name)

    def _choose_files(self, store_id: str) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, self.tr("Add files"))
        if names:
            self.add(store_id, [Path(name) for name in names])

    def _search(self, store_id: str, text: str) -> None:
        engine = self._room.engine

        def show(results: Any) -> None:
            if self._open == store_id:
                self.store.show_results(results)

        self._room.tasks.run(
            lambda: engine.vector_stores.search(store_id, text, max_num_results=10), show, self._room.fail, owner=self
        )

    def _choose_folder(self, store_id: str, *, follow: bool) -> None:
        title = self.tr("Follow a folder") if follow else self.tr("Add a folder")
        name = QFileDialog.getExistingDirectory(self, title)
        if name and follow:
            self._write(lambda: self._room.engine.live_folders.follow(store_id, Path(name)))
        elif name:
            self.add(store_id, [Path(name)])

    def _unfollow(self, folder_id: str) -> None:
        row = self.store.folders.rows.get(folder_id)
        name = row.accessibleName() if row is not None else ""
        self._away(
            folder_id,
            self.tr("“{folder}” is not followed any more; its files leave the collection.").format(folder=name),
            lambda: self._room.engine.live_folders.unfollow(folder_id),
        )

    def _pause(self, store_id: str, what: str) -> None:
        stores = self._room.engine.vector_stores
        self._write(lambda: stores.pause(store_id) if what == "pause" else stores.resume(store_id))

    def _remove(self, store_id: str, file_id: str) -> None:
        row = self.store.files.rows.get(file_id)
        name = row.held.filename if row is not None else ""
        self._away(
            file_id,
            self.tr("“{name}” was removed.").format(name=name),
            lambda: self._room.engine.knowledge.remove(store_id, file_id),
        )

    def _delete(self, store_id: str, name: str) -> None:
        self._away(
            store_id,
            self.tr("“{name}” was deleted.").format(name=name or say(reading.UNTITLED)),
            lambda: self._room.engine.knowledge.delete(store_id),
        )

    def _away(self, hidden: str, words: str, op: Callable[[], None]) -> None:
        """Hide something at once; it is really gone when undo is no longer offered."""
        tasks, fail = self._room.tasks, self._room.fail
        self._hidden.add(hidden)
        self.load()

        def undo() -> None:
            self._hidden.discard(hidden)
            self.load()

        self._room.undoable(words, undo, lambda: tasks.write(op, None, fail))

    def _write(self, op: Callable[[], object]) -> None:
        self._room.tasks.write(op, None, self._room.fail, owner=self)

    def _show_store(self, contents: Contents) -> None:
        if contents.store.id == self._open:
            self.store.show_contents(contents, hidden=self._hidden)
            self.setCurrentWidget(self.store)

    def _stop(self) -> None:
        self._closing = True

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.shelf.retranslate()
            self.store.retranslate()
            self.setAccessibleName(self.tr("Knowledge"))
        super().changeEvent(event)
