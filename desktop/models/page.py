"""The page of models: what is here, what could be fetched, and whether it would run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QMimeData, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QLabel, QVBoxLayout, QWidget

from desktop import wording
from desktop.controls.button import text_button
from desktop.controls.pageframe import PageFrame, heading
from desktop.models import shelf
from desktop.models.card import ModelCard
from desktop.models.grading import Gradings
from desktop.models.shelf import Card, Section
from desktop.room import Room
from engine.errors import FiresideError
from engine.events import DownloadChanged, Event, LibraryChanged, ModelState, SettingChanged

_SECTIONS: tuple[Section, ...] = ("installed", "chat", "search")


class ModelsPage(PageFrame):
    """Reads the shelf anew when the set of models changes; a download's progress touches its card only."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._cards: dict[str, ModelCard] = {}
        self.gradings = Gradings(room, self)
        self.gradings.moved.connect(self._show_grading)
        self._reload = QTimer(self)
        self._reload.setSingleShot(True)
        self._reload.setInterval(0)
        self._reload.timeout.connect(self.load)
        self.setAcceptDrops(True)
        self.importing = text_button("normal", self)
        self.importing.clicked.connect(self.choose_file)
        self.beside.addWidget(self.importing)
        self._memory = QLabel(self)
        self._memory.setProperty("role", "small")
        self._memory.setWordWrap(True)
        self.column.addWidget(self._memory)
        self._heads: dict[Section, QLabel] = {}
        self._boxes: dict[Section, QVBoxLayout] = {}
        for section in _SECTIONS:
            head = heading("", self)
            head.setContentsMargins(0, 16, 0, 8)
            self._heads[section] = head
            self.column.addWidget(head)
            box = QVBoxLayout()
            box.setSpacing(10)
            self._boxes[section] = box
            self.column.addLayout(box)
            head.hide()
        self.column.addStretch(1)
        self._retranslate()

    @property
    def cards(self) -> dict[str, ModelCard]:
        return self._cards

    def load(self) -> None:
        """Read everything from the engine."""
        engine = self._room.engine

        def op() -> tuple[tuple[Card, ...], Any]:
            return shelf.read(engine), engine.models.hardware()

        def show(found: tuple[tuple[Card, ...], Any]) -> None:
            self._show(found[0])
            hardware = found[1]
            cards = self.tr(", ").join(gpu.name for gpu in hardware.gpus) or self.tr("no graphics card for models")
            self._memory.setText(
                self.tr("This computer: {memory} of memory, {cores} cores, {cards}").format(
                    memory=wording.size(hardware.memory_total), cores=hardware.physical_cores, cards=cards
                )
            )

        self._room.tasks.run(op, show, self._room.fail, owner=self)

    def take(self, events: tuple[Event, ...]) -> None:
        """Take a bundle of events."""
        for event in events:
            match event:
                case DownloadChanged(model_id=model_id):
                    card = self._cards.get(model_id)
                    if card is not None:
                        card.show_card(shelf.with_download(card.card, event), self._language)
                case ModelState(model_id=model_id, state=state):
                    card = self._cards.get(model_id)
                    if card is not None:
                        card.show_card(replace(card.card, loaded=state == "ready"), self._language)
                case LibraryChanged():
                    self._reload.start()
                case SettingChanged(key="default_model" | "default_embedder" | "language"):
                    self._reload.start()
                case _:
                    pass

    def choose_file(self) -> None:
        """Ask for a GGUF file to import."""
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Import a model"), "", self.tr("Models (*.gguf)"))
        if name:
            self.import_path(Path(name))

    def import_path(self, path: Path) -> None:
        """Take a file or folder into the library."""
        self.importing.setEnabled(False)
        self._room.tell(self.tr("Importing {name}…").format(name=path.name))

        def done(model: Any) -> None:
            self.importing.setEnabled(True)
            self._room.tell(self.tr("{name} is ready to use.").format(name=model.name))

        def failed(error: FiresideError) -> None:
            self.importing.setEnabled(True)
            self._room.fail(error)

        self._room.tasks.write(lambda: self._room.engine.models.import_file(path), done, failed, owner=self)

    @property
    def _language(self) -> str:
        return self._room.translations.language

    def _show(self, cards: tuple[Card, ...]) -> None:
        for box in self._boxes.values():
            while (item := box.takeAt(0)) is not None:
                widget = item.widget()
                if widget is not None:
                    widget.hide()
        old, self._cards = self._cards, {}
        for card in sorted(cards, key=_order):
            widget = old.pop(card.id, None)
            if widget is None:
                widget = ModelCard(card, self._language, self)
                widget.wanted.connect(self._wanted)
            else:
                widget.show_card(replace(card, graded=widget.card.graded), self._language)
            self._boxes[card.section].addWidget(widget)
            widget.show()
            self._cards[card.id] = widget
        for gone in old.values():
            gone.deleteLater()
        for section, head in self._heads.items():
            head.setVisible(self._boxes[section].count() > 0)

    def _wanted(self, what: str, model_id: str) -> None:
        models = self._room.engine.models
        ops: dict[str, Callable[[], object]] = {
            "download": lambda: models.download(model_id),
            "resume": lambda: models.resume(model_id),
            "pause": lambda: models.pause(model_id),
            "cancel": lambda: models.cancel(model_id),
            "default": lambda: models.set_default(model_id),
            "load": lambda: models.load(model_id),
            "unload": lambda: models.unload(model_id),
        }
        if what == "grade":
            self.gradings.start(model_id)
        elif what == "stop_grade":
            self.gradings.stop(model_id)
        elif what == "remove":
            self._remove(model_id)
        elif what == "verify":
            self._verify(model_id)
        elif what in ("load", "unload"):
            self._room.tasks.run(ops[what], None, self._room.fail, owner=self)  # minutes: must not hold up writes
        elif what in ops:
            self._room.tasks.write(ops[what], None, self._room.fail, owner=self)

    def _show_grading(self, model_id: str, done: int, total: int) -> None:
        card = self._cards.get(model_id)
        if card is not None:
            card.show_card(replace(card.card, graded=(done, total) if total else None), self._language)

    def _remove(self, model_id: str) -> None:
        card = self._cards.get(model_id)
        if card is None:
            return
        card.hide()
        engine, tasks, fail = self._room.engine, self._room.tasks, self._room.fail
        self._room.undoable(
            self.tr("{name} will be removed.").format(name=card.card.name(self._language)),
            card.show,
            lambda: tasks.write(lambda: engine.models.remove(model_id), None, fail),
        )

    def _verify(self, model_id: str) -> None:
        self._room.tell(self.tr("Reading the whole file; this takes a while…"))

        def done(found: Any) -> None:
            if found.ok is False or found.problem:
                self._room.tell(self.tr("The file is damaged. Remove the model and fetch it again."))
            elif found.ok is None:
                self._room.tell(self.tr("The file can be read; no published checksum is known to compare with."))
            else:
                self._room.tell(self.tr("The file is exactly what was published."))

        self._room.tasks.run(lambda: self._room.engine.models.verify(model_id), done, self._room.fail, owner=self)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _gguf(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for path in _gguf(event.mimeData()):
            self.import_path(path)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
            if self._cards:
                self._reload.start()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.say(
            self.tr("Models"),
            self.tr("A model does the thinking. It is fetched once and then works without a network."),
        )
        self.importing.setText(self.tr("Import a file…"))
        self.importing.setToolTip(self.tr("A GGUF file; dropping it onto this page works too"))
        self._heads["installed"].setText(self.tr("On this computer"))
        self._heads["chat"].setText(self.tr("For chatting"))
        self._heads["search"].setText(self.tr("For searching documents"))


def _order(card: Card) -> tuple[int, int, int, int]:
    """Sort: what is being fetched, the recommended one, the starter, then the engine's own order."""
    starter = bool(card.entry and card.entry.starter)
    return 0 if card.download else 1, 0 if card.recommended else 1 if starter else 2, card.rank, card.size


def _gguf(data: QMimeData) -> list[Path]:
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return [path for path in paths if path.suffix.lower() == ".gguf" or path.is_dir()]
