"""One collection, open: search it, see its files and how far reading is, add and remove."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QMenu, QVBoxLayout, QWidget

from desktop import icons, wording
from desktop.chat.turns import avatar_key
from desktop.controls.avatar import Avatar
from desktop.controls.button import IconButton, text_button
from desktop.controls.empty import EmptyState
from desktop.controls.flowing import FlowLayout
from desktop.controls.pageframe import PageFrame
from desktop.controls.progress import Bar
from desktop.i18n import say
from desktop.knowledge import reading
from desktop.knowledge.drops import dropped, takes
from desktop.knowledge.files import FileList
from desktop.knowledge.folders import FolderList
from desktop.knowledge.passages import Passages
from desktop.knowledge.reading import Contents
from desktop.knowledge.speed import speed_and_time
from engine.events import VectorStoreFileChanged
from engine.service.pace import Pace
from engine.service.vector_stores import SearchResults
from engine.types import VectorStore


class NameField(QLineEdit):
    """The name as a title that can be written over; Enter keeps it, Escape does not."""

    renamed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("titlefield")
        self.setMaxLength(256)
        self._name = ""
        self.editingFinished.connect(self._keep)

    def show_name(self, name: str) -> None:
        """Take the name as it is stored; what is being typed is left alone."""
        self._name = name
        if not self.hasFocus():
            self.setText(name)

    def _keep(self) -> None:
        name = self.text().strip()
        if name and name != self._name:
            self._name = name
            self.renamed.emit(name)
        else:
            self.setText(self._name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.setText(self._name)
            self.clearFocus()
            return
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clearFocus()


class ReadingCard(QFrame):
    """How far reading is, how fast, how long still; it can be paused."""

    toggled = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("note")
        self._said = QLabel(self)
        self._said.setProperty("role", "strong")
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self._speed = QLabel(self)
        self._speed.setProperty("role", "small")
        self.bar = Bar(self)
        self.pause = text_button("normal", self)
        self.pause.clicked.connect(self.toggled)
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addWidget(self._said)
        words.addWidget(self.bar)
        words.addWidget(self._speed)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 14, 12)
        row.setSpacing(16)
        row.addLayout(words, 1)
        row.addWidget(self.pause)

    @property
    def text(self) -> str:
        """All that is said."""
        return f"{self._said.text()} {self._speed.text()}".strip()

    def show_pace(self, store: VectorStore, pace: Pace) -> None:
        """Show how far a store is."""
        progress, paused = pace.progress, store.paused_at is not None
        waiting = store.file_counts.in_progress
        self.setVisible(waiting > 0)
        if paused:
            self._said.setText(self.tr("Paused · {files} wait").format(files=say(reading.files(waiting))))
        else:
            words = self.tr("Reading {done} of {total} files")
            self._said.setText(words.format(done=progress.files_done, total=max(progress.files, waiting)))
        self._speed.setText("" if paused else " · ".join(speed_and_time(progress)))
        self._speed.setVisible(bool(self._speed.text()))
        self.bar.set_fraction(progress.share)
        self.bar.set_paused(paused)
        self.pause.setText(self.tr("Go on") if paused else self.tr("Pause"))
        self.pause.setAccessibleName(self.tr("Go on reading") if paused else self.tr("Pause reading"))


class StorePage(PageFrame):
    """Shows `Contents`; everything that is to be done is emitted as (what, argument)."""

    wanted = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=720)
        self.contents: Contents | None = None
        self.pace = Pace()
        self.setAcceptDrops(True)
        self._lay_out_head()
        self.reading = ReadingCard(self)
        self.reading.toggled.connect(self._toggle)
        self.passages = Passages(self)
        self.passages.asked.connect(lambda text: self.wanted.emit("search", text))
        self.passages.closed.connect(self._show_files)
        self.files = FileList(self)
        self.files.wanted.connect(lambda what, file_id: self.wanted.emit(what, file_id))
        self.empty = EmptyState("file-up", self)
        self.empty.button.clicked.connect(self._add_from_empty)
        self.hint = QLabel(self)
        self.hint.setProperty("role", "small")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.folders = FolderList(self)
        self.folders.wanted.connect(lambda what, folder_id: self.wanted.emit(what, folder_id))
        for widget in (self.passages, self.reading, self.folders, self.files, self.hint):
            self.column.addWidget(widget)
            self.column.addSpacing(14)
        self.column.addWidget(self.empty, 1)
        self.column.addStretch(1)
        self.reading.hide()
        self.retranslate()

    def _lay_out_head(self) -> None:
        self.back = IconButton("move-left", self)
        self.back.clicked.connect(lambda: self.wanted.emit("back", None))
        self.name = NameField(self)
        self.name.renamed.connect(lambda name: self.wanted.emit("rename", name))
        self.head.insertWidget(0, self.back)
        self.head.insertWidget(1, self.name, 1)
        self._title.hide()
        self.add = text_button("primary", self)
        self.add.clicked.connect(self._add_menu)
        self.more = IconButton("ellipsis", self)
        self.more.clicked.connect(self._menu)
        self.beside.addWidget(self.add)
        self.beside.addWidget(self.more)
        self._facts = self._lead
        self._users = QWidget(self)
        self._user_row = FlowLayout(self._users, spacing=10)
        at = self.column.indexOf(self._lead) + 1
        self.column.insertSpacing(at, 6)
        self.column.insertWidget(at + 1, self._users)

    @property
    def facts(self) -> str:
        """What is said about the collection as a whole."""
        return self._facts.text()

    def show_contents(self, contents: Contents, *, hidden: set[str]) -> None:
        """Show a collection; of the same one, what changed. Hidden files may still come back."""
        fresh = self.contents is None or self.contents.store.id != contents.store.id
        if fresh:
            self.passages.field.clear()
            self.pace = Pace(contents.held)
            self.files.narrow("all")
            self.verticalScrollBar().setValue(0)
        else:
            known = {each.place.id for each in self.contents.held} if self.contents else set()
            for each in contents.held:
                if each.place.id not in known or each.place.status == "in_progress":
                    self.pace.expect(each.place.id, each.bytes, waits=each.place.status == "in_progress")
        self.contents = contents
        held = tuple(each for each in contents.held if each.place.id not in hidden)
        self.files.show_files(held)
        self.folders.show_folders(tuple(each for each in contents.folders if each.folder.id not in hidden))
        self.name.show_name(contents.store.name or say(reading.UNTITLED))
        self._show_facts()
        self._show_users()
        self._show_files()

    def show_store(self, store: VectorStore) -> None:
        """Take a new state of the collection, with the same files."""
        if self.contents is not None and self.contents.store.id == store.id:
            old = self.contents
            self.contents = replace(old, store=store)
            self._show_facts()
            self._show_files()

    def show_results(self, results: SearchResults) -> None:
        """Show what a search found in place of the files."""
        self.passages.show_results(results)
        self._show_files()

    def take(self, event: VectorStoreFileChanged) -> None:
        """Take what happened to one of its files."""
        self.pace.take(event)
        self.files.take(event)
        if self.contents is not None:
            self.reading.show_pace(self.contents.store, self.pace)

    def _show_facts(self) -> None:
        if self.contents is None:
            return
        store, counts = self.contents.store, self.contents.embedders
        facts = [say(reading.files(store.file_counts.total))]
        if store.usage_bytes:
            facts.append(wording.size(store.usage_bytes))
        models = [name for name in counts if name]
        if models:
            facts.append(self.tr("found by words and by meaning ({model})").format(model=self.tr(", ").join(models)))
        elif counts:
            facts.append(self.tr("found by words"))
        self.say(store.name or say(reading.UNTITLED), " · ".join(facts))
        self.reading.show_pace(store, self.pace)

    def _show_users(self) -> None:
        while (item := self._user_row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        users = self.contents.users if self.contents else ()
        for user in users:
            chip = QWidget(self._users)
            name = user.name or self.tr("Assistant")
            avatar = Avatar(chip, size=20)
            avatar.show_assistant(name, avatar_key(user))
            label = QLabel(name, chip)
            label.setProperty("role", "small")
            label.setTextFormat(Qt.TextFormat.PlainText)
            row = QHBoxLayout(chip)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(6)
            row.addWidget(avatar)
            row.addWidget(label)
            chip.setToolTip(self.tr("{name} searches this collection").format(name=name))
            self._user_row.addWidget(chip)
            chip.show()
        self._users.setVisible(bool(users))

    def _show_files(self) -> None:
        has_files = self.contents is not None and bool(self.contents.held or self.contents.folders)
        searching = self.passages.open
        self.passages.setVisible(has_files)
        self.files.setVisible(has_files and not searching)
        self.folders.setVisible(bool(self.folders.rows) and not searching)
        self.hint.setVisible(has_files and not searching)
        self.empty.setVisible(not has_files)
        self.add.setVisible(has_files)

    def _toggle(self) -> None:
        if self.contents is not None:
            self.wanted.emit("pause" if self.contents.store.paused_at is None else "resume", None)

    def _add_menu(self) -> None:
        self._popup(self.add, self._ways_to_add())

    def _ways_to_add(self) -> list[tuple[str, str, Callable[[], None]]]:
        return [
            ("file", self.tr("Files…"), lambda: self.wanted.emit("add_files", None)),
            ("folder", self.tr("A folder, as it is now…"), lambda: self.wanted.emit("add_folder", None)),
            ("folder-sync", self.tr("A folder, kept in step…"), lambda: self.wanted.emit("follow_folder", None)),
        ]

    def _add_from_empty(self) -> None:
        self._popup(self.empty.button, self._ways_to_add())

    def _menu(self) -> None:
        rows: list[tuple[str, str, Callable[[], None]]] = [("pencil", self.tr("Rename"), self.rename)]
        store = self.contents.store if self.contents else None
        if store is not None and store.paused_at is not None:
            rows.append(("play", self.tr("Go on reading"), self._toggle))
        elif store is not None and store.file_counts.in_progress:
            rows.append(("pause", self.tr("Pause reading"), self._toggle))
        rows.append(("trash-2", self.tr("Delete this collection"), lambda: self.wanted.emit("delete", None)))
        self._popup(self.more, rows)

    def _popup(self, under: QWidget, rows: list[tuple[str, str, Callable[[], None]]]) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for icon, words, call in rows:
            menu.addAction(icons.icon(icon), words).triggered.connect(lambda _=False, chosen=call: chosen())
        width = menu.sizeHint().width()
        menu.popup(under.mapToGlobal(QPoint(under.width() - width, under.height() + 4)))

    def rename(self) -> None:
        """Let the person write another name."""
        self.name.setFocus()
        self.name.selectAll()

    def dragEnterEvent(self, event: QEvent) -> None:
        takes(event)

    def dropEvent(self, event: QEvent) -> None:
        paths: list[Path] = dropped(event)
        if paths:
            self.wanted.emit("add", paths)

    def retranslate(self) -> None:
        """Take the words of the language now in use."""
        self.back.set_name(self.tr("Back to all collections"))
        self.name.setAccessibleName(self.tr("Name"))
        self.add.setText(self.tr("Add…"))
        self.add.setAccessibleName(self.tr("Add files or a folder"))
        self.more.set_name(self.tr("More"))
        self.hint.setText(self.tr("Drop files or folders anywhere here to add them"))
        self.empty.say(
            self.tr("Put something in"),
            self.tr(
                "Drop files or a folder here: PDF, Word, PowerPoint, Excel, web pages, mail, books, Markdown, code."
            ),
            self.tr("Add…"),
        )
        self._show_facts()
        self._show_users()
