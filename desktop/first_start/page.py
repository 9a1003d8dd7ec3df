"""The first start: language, where everything lies, and a model to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.controls.button import text_button
from desktop.controls.choice import Choice
from desktop.controls.empty import IconTile
from desktop.controls.pageframe import PageFrame, heading
from desktop.i18n import NAMES
from desktop.models import shelf
from desktop.models.card import ModelCard
from desktop.models.shelf import Card
from desktop.room import Room
from engine.events import DownloadChanged, Event, LibraryChanged

_WIDTH = 640


class FirstStartPage(PageFrame):
    """One page instead of a wizard: three things, each with a sensible answer already there."""

    finished = Signal()
    home_wanted = Signal(object)

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=_WIDTH)
        self._room = room
        self._card: ModelCard | None = None
        self._cards: tuple[Card, ...] = ()
        self.language = Choice(self)
        self.language.activated.connect(lambda _: self._room.engine.settings.set(language=self.language.value()))
        self._home = QLabel(str(room.engine.paths.home), self)
        self._home.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._home.setProperty("role", "muted")
        self._home.setWordWrap(True)
        self.change = text_button("normal", self)
        self.change.clicked.connect(self._choose_home)
        self.other = Choice(self)
        self.other.activated.connect(lambda _: self._show_model(self.other.value()))
        self.importing = text_button("quiet", self)
        self.importing.clicked.connect(self._choose_file)
        self.skip = text_button("quiet", self)
        self.skip.clicked.connect(self.finished)
        self.begin = text_button("primary", self)
        self.begin.clicked.connect(self.finished)
        self._words: dict[str, QLabel] = {}
        self._lay_out()
        self._retranslate()

    def _lay_out(self) -> None:
        self.column.insertWidget(0, IconTile("flame", self, size=56))
        self.column.insertSpacing(1, 16)
        language = self._section("language")
        language.addWidget(self.language)
        home = self._section("home", self._home)
        home.addWidget(self.change)
        self._words["model"] = heading("", self)
        self._words["model_help"] = QLabel(self)
        self._words["model_help"].setProperty("role", "muted")
        self._words["model_help"].setWordWrap(True)
        self.column.addSpacing(8)
        self.column.addWidget(self._words["model"])
        self.column.addSpacing(2)
        self.column.addWidget(self._words["model_help"])
        self.column.addSpacing(10)
        self._model_box = QVBoxLayout()
        self.column.addLayout(self._model_box)
        self.column.addSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.other)
        row.addWidget(self.importing)
        row.addStretch(1)
        self.column.addLayout(row)
        self.column.addSpacing(20)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.skip)
        foot.addWidget(self.begin)
        self.column.addLayout(foot)
        self.column.addStretch(1)

    def _section(self, key: str, below: QLabel | None = None) -> QHBoxLayout:
        card = QFrame(self)
        card.setObjectName("card")
        row = QHBoxLayout(card)
        row.setContentsMargins(18, 12, 14, 12)
        words = QVBoxLayout()
        words.setSpacing(2)
        self._words[key] = heading("", card)
        words.addWidget(self._words[key])
        if below is not None:
            words.addWidget(below)
        row.addLayout(words, 1)
        self.column.addWidget(card)
        self.column.addSpacing(10)
        return row

    def load(self) -> None:
        """Find out which models there are and which one suits this machine."""

        def show(cards: tuple[Card, ...]) -> None:
            self._cards = tuple(card for card in cards if card.kind == "chat")
            chosen = next((c for c in self._cards if c.installed), None)
            starter = next((c for c in self._cards if c.entry and c.entry.starter), None)
            self._fill_others()
            first = chosen or starter
            if first is not None:
                self._show_model(first.id)

        self._room.tasks.run(lambda: shelf.read(self._room.engine), show, self._room.fail, owner=self)

    def take(self, events: tuple[Event, ...]) -> None:
        """Take a bundle of events."""
        for event in events:
            if isinstance(event, DownloadChanged) and self._card is not None and event.model_id == self._card.card.id:
                self._card.show_card(shelf.with_download(self._card.card, event), self._language)
                self._show_state()
            elif isinstance(event, LibraryChanged):
                self.load()

    @property
    def card(self) -> ModelCard | None:
        return self._card

    @property
    def _language(self) -> str:
        return self._room.translations.language

    def _fill_others(self) -> None:
        shown = [c for c in self._cards if c.installed or c.fit is None or c.fit.verdict != "no"]
        chosen = self._card.card.id if self._card else ""
        self.other.fill([(card.id, card.name(self._language)) for card in shown], chosen)

    def _show_model(self, model_id: str) -> None:
        card = next((c for c in self._cards if c.id == model_id), None)
        if card is None:
            return
        if self._card is not None:
            self._card.hide()
            self._card.deleteLater()
        self._card = ModelCard(card, self._language, self, first=True)
        self._card.wanted.connect(self._wanted)
        self._model_box.addWidget(self._card)
        self._fill_others()
        self._show_state()

    def _show_state(self) -> None:
        card = self._card.card if self._card else None
        ready = any(c.installed and not c.installed.problem for c in self._cards)
        busy = bool(card and card.download and card.download.state in ("queued", "running", "verifying"))
        self.begin.setVisible(ready)
        self.skip.setVisible(not ready)
        self.other.setEnabled(not busy)
        self.skip.setText(self.tr("Explore while it downloads") if busy else self.tr("Skip for now"))

    def _wanted(self, what: str, model_id: str) -> None:
        models = self._room.engine.models
        ops: dict[str, Any] = {
            "download": models.download,
            "resume": models.resume,
            "pause": models.pause,
            "cancel": models.cancel,
            "default": models.set_default,
        }
        if what in ops:
            self._room.tasks.write(lambda: ops[what](model_id), None, self._room.fail, owner=self)

    def _choose_home(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Choose a folder for Fireside"), self._home.text())
        if chosen and Path(chosen) != self._room.engine.paths.home:
            self.home_wanted.emit(Path(chosen))

    def _choose_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Choose a model file"), "", self.tr("Models (*.gguf)"))
        if not name:
            return
        self.importing.setEnabled(False)

        def ended(error: Any = None) -> None:
            self.importing.setEnabled(True)
            if error is not None:
                self._room.fail(error)

        self._room.tasks.write(
            lambda: self._room.engine.models.import_file(Path(name)), lambda _: ended(), ended, owner=self
        )

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.say(
            self.tr("Welcome to Fireside"),
            self.tr(
                "Your own assistants, on your own computer. What you write is stored here and read by nobody else; "
                "after the model has been fetched no network is needed."
            ),
        )
        self._words["language"].setText(self.tr("Language"))
        self._words["home"].setText(self.tr("Folder for chats and models"))
        self._words["model"].setText(self.tr("A model to begin with"))
        self._words["model_help"].setText(
            self.tr("A good start on this computer. You can switch to another one at any time.")
        )
        self.change.setText(self.tr("Change…"))
        self.importing.setText(self.tr("I have a model file…"))
        self.begin.setText(self.tr("Start chatting"))
        self.language.setAccessibleName(self.tr("Language"))
        self.other.setAccessibleName(self.tr("Another model"))
        self.language.fill(list(NAMES.items()), self._room.translations.language)
        if self._card is not None:
            self._card.show_card(self._card.card, self._language)
            self._fill_others()
        self._show_state()
