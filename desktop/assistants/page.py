"""The room of assistants: the gallery, the builder, and what a file holds before it is taken in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QStackedWidget, QWidget

from desktop import icons
from desktop.assistants.builder import BuilderPage
from desktop.assistants.gallery import SUFFIX, AssistantCard, Gallery
from desktop.assistants.importing import ImportPage
from desktop.assistants.shelf import Opened, open_recipe
from desktop.assistants.versions import VersionsDialog
from desktop.controls.button import IconButton
from desktop.room import Room
from engine.errors import FiresideError
from engine.events import AssistantChanged, Event, LibraryChanged
from engine.portability.assistant_file import Contents, export_assistant, look_into, take_in
from engine.recipes import AssistantVersion, Recipe
from engine.service.samples import Sample
from engine.types import Assistant, PageRequest


@dataclass(frozen=True, slots=True)
class _Found:
    assistants: tuple[Assistant, ...]
    samples: tuple[Sample, ...]
    models: dict[str, str]
    drafted: frozenset[str]


class AssistantsPage(QStackedWidget):
    """Switches between the three."""

    chat_wanted = Signal(str)

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._room = room
        self._assistants: dict[str, Assistant] = {}
        self.versions: VersionsDialog | None = None
        self._heard: set[str] = set()  # assistants that everybody has heard of, the chat before this page
        self._awaited = ""
        self.gallery = Gallery(self)
        self.builder = BuilderPage(room, self)
        self.importing = ImportPage(self)
        for page in (self.gallery, self.builder, self.importing):
            self.addWidget(page)
        gallery = self.gallery
        gallery.chat_wanted.connect(self.chat_wanted)
        gallery.edit_wanted.connect(self.edit)
        gallery.more_wanted.connect(self._menu)
        gallery.sample_wanted.connect(self.take_sample)
        gallery.new_wanted.connect(lambda: self.edit(None))
        gallery.import_wanted.connect(self.choose_file)
        gallery.file_dropped.connect(lambda name: self.open_file(Path(name)))
        self.builder.closed.connect(self._back)
        self.builder.more_wanted.connect(lambda button: self._menu(button, self.builder.assistant_id or ""))
        self.importing.closed.connect(self._back)
        self.importing.taken.connect(self._take_in)

    @property
    def cards(self) -> list[AssistantCard]:
        return self.gallery.cards

    def load(self) -> None:
        """Read assistants, samples not made yet, unsaved changes and the names of models."""
        engine, language = self._room.engine, self._room.translations.language

        def op() -> _Found:
            found: list[Assistant] = []
            after: str | None = None
            while True:
                page = engine.assistants.list(PageRequest(limit=100, order="asc", after=after))
                found += page.items
                if not page.has_more:
                    break
                after = page.items[-1].id
            return _Found(
                tuple(found),
                engine.samples.missing(language),
                {m.id: m.name for m in engine.models.installed() if m.kind == "chat"},
                engine.recipes.drafted(),
            )

        self._room.tasks.run(op, self._show, self._room.fail, owner=self)

    def take(self, events: tuple[Event, ...]) -> None:
        """Take a bundle of events."""
        self.builder.take(events)
        self._heard |= {event.assistant_id for event in events if isinstance(event, AssistantChanged)}
        if self._awaited in self._heard:
            self._chat_with(self._awaited)
        if any(isinstance(e, AssistantChanged | LibraryChanged) for e in events):
            self.load()

    def edit(self, assistant_id: str | None) -> None:
        """Open the builder for an assistant, or for a new one."""
        engine = self._room.engine

        def show(opened: Opened) -> None:
            self.builder.open(opened)
            self.setCurrentWidget(self.builder)

        self._room.tasks.write(lambda: open_recipe(engine, assistant_id), show, self._room.fail, owner=self)

    def take_sample(self, sample_id: str) -> None:
        """Make a sample; a single one is there to chat with at once."""
        engine, language = self._room.engine, self._room.translations.language

        def done(made: tuple[Assistant, ...]) -> None:
            if len(made) == 1:
                self._chat_with(made[0].id)
            else:
                self._room.tell(self.tr("{n} assistants were added.").format(n=len(made)))

        self._room.tasks.write(lambda: engine.samples.add(sample_id, language), done, self._room.fail, owner=self)

    def _chat_with(self, assistant_id: str) -> None:
        """Begin a chat, once the chat page knows the assistant."""
        known = assistant_id in self._heard or assistant_id in self._assistants
        self._awaited = "" if known else assistant_id
        if known:
            self.chat_wanted.emit(assistant_id)

    # Files.

    def choose_file(self) -> None:
        """Ask for a file to look into."""
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Import an assistant"), "", self._kinds())
        if name:
            self.open_file(Path(name))

    def open_file(self, path: Path) -> None:
        """Show what a file holds; nothing is taken in before that."""

        def show(contents: Contents) -> None:
            self.importing.show_contents(contents)
            self.setCurrentWidget(self.importing)

        self._room.tasks.run(lambda: look_into(path), show, self._refuse, owner=self)

    def _take_in(self) -> None:
        contents, engine = self.importing.contents, self._room.engine
        if contents is None:
            return
        self.importing.take.setEnabled(False)

        def done(made: Assistant) -> None:
            self.importing.take.setEnabled(True)
            self._back()
            self._room.tell(self.tr("{name} was taken in.").format(name=made.name or self.tr("Assistant")))

        def failed(error: FiresideError) -> None:
            self.importing.take.setEnabled(True)
            self._refuse(error)

        self._room.tasks.write(lambda: take_in(engine, contents), done, failed, owner=self)

    def export(self, assistant_id: str) -> None:
        """Ask where to, and write the file."""
        name = self._name(assistant_id)
        safe = "".join(c if c.isalnum() or c in " -_" else "_" for c in name).strip() or "assistant"
        chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Export {name}").format(name=name), safe + SUFFIX)
        if chosen:
            self.export_to(assistant_id, Path(chosen if chosen.endswith(SUFFIX) else chosen + SUFFIX))

    def export_to(self, assistant_id: str, path: Path) -> None:
        """Write an assistant to a file."""
        engine = self._room.engine

        def done(_none: None) -> None:
            self._room.tell(self.tr("Exported: {file}").format(file=path.name))

        self._room.tasks.run(lambda: export_assistant(engine, assistant_id, path), done, self._refuse, owner=self)

    def _refuse(self, error: FiresideError) -> None:
        self._room.fail(error)

    def leave(self) -> None:
        """Keep what is written: the window closes."""
        if self.currentWidget() is self.builder:
            self.builder.leave()

    # What else can be done with one.

    def duplicate(self, assistant_id: str) -> None:
        """Make a second one like it."""
        engine, name = self._room.engine, self.tr("{name} (copy)").format(name=self._name(assistant_id))
        self._room.tasks.write(lambda: engine.recipes.duplicate(assistant_id, name), None, self._room.fail, owner=self)

    def show_versions(self, assistant_id: str) -> None:
        """Show earlier versions and the way back."""
        engine = self._room.engine

        def op() -> tuple[Recipe, tuple[AssistantVersion, ...]]:
            return engine.recipes.of(assistant_id), engine.recipes.versions(assistant_id)

        def show(found: tuple[Recipe, tuple[AssistantVersion, ...]]) -> None:
            self.versions = dialog = VersionsDialog(self._name(assistant_id), *found, self)
            dialog.restored.connect(lambda number: self._restore(assistant_id, number))
            dialog.open()

        self._room.tasks.run(op, show, self._room.fail, owner=self)

    def _restore(self, assistant_id: str, number: int) -> None:
        engine = self._room.engine

        def done(_made: Assistant) -> None:
            self._room.tell(
                self.tr("Version {n} is back. What was there before is kept as a version.").format(n=number)
            )
            if self.currentWidget() is self.builder and self.builder.assistant_id == assistant_id:
                self.edit(assistant_id)

        self._room.tasks.write(lambda: engine.recipes.restore(assistant_id, number), done, self._room.fail, owner=self)

    def delete(self, assistant_id: str) -> None:
        """Hide it at once; it is deleted when undo is no longer offered."""
        card = self.gallery.card(assistant_id)
        if self.currentWidget() is self.builder:
            self._back()
        if card is not None:
            card.hide()
        engine, tasks, fail = self._room.engine, self._room.tasks, self._room.fail
        self._room.undoable(
            self.tr("{name} will be deleted. Its chats stay.").format(name=self._name(assistant_id)),
            self.load,
            lambda: tasks.write(lambda: engine.assistants.delete(assistant_id), None, fail),
        )

    def _menu(self, button: IconButton, assistant_id: str) -> None:
        if not assistant_id:
            return
        menu = QMenu(self)
        menu.addAction(icons.icon("copy"), self.tr("Duplicate"), lambda: self.duplicate(assistant_id))
        menu.addAction(icons.icon("history"), self.tr("Versions…"), lambda: self.show_versions(assistant_id))
        menu.addAction(icons.icon("file-down"), self.tr("Export…"), lambda: self.export(assistant_id))
        menu.addSeparator()
        menu.addAction(icons.icon("trash-2"), self.tr("Delete"), lambda: self.delete(assistant_id))
        menu.aboutToHide.connect(menu.deleteLater)
        width = menu.sizeHint().width()
        menu.popup(button.mapToGlobal(QPoint(button.width() - width, button.height() + 2)))

    def _show(self, found: _Found) -> None:
        self._assistants = {assistant.id: assistant for assistant in found.assistants}
        self.gallery.show_all(found.assistants, found.samples, found.models, found.drafted)

    def _back(self) -> None:
        self.setCurrentWidget(self.gallery)
        self.load()

    def _name(self, assistant_id: str) -> str:
        assistant = self._assistants.get(assistant_id)
        return (assistant.name if assistant else "") or self.tr("Assistant")

    def _kinds(self) -> str:
        return self.tr("Assistants (*.fireside)")

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.load()
        super().changeEvent(event)
