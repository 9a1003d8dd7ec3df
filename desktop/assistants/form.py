"""The form of an assistant: its parts one below the other, and the recipe they make together."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop.assistants.abilities import AbilitiesPart
from desktop.assistants.answering import AnsweringPart
from desktop.assistants.function import FunctionCard
from desktop.assistants.functions import FunctionsPart
from desktop.assistants.identity import IdentityPart
from desktop.assistants.servers import ServersDialog
from desktop.assistants.shelf import Shelf
from desktop.room import Room
from engine.errors import FiresideError
from engine.recipes import Recipe


class ConfigureForm(QWidget):
    """`changed` at every key. Fields that the form does not show stay as they were."""

    changed = Signal()

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._base = Recipe()
        self._shelf = Shelf()
        self._quiet = False
        self._untouched: Recipe | None = None
        self.identity = IdentityPart(self)
        self.abilities = AbilitiesPart(self)
        self.functions = FunctionsPart(self)
        self.answering = AnsweringPart(self)
        self._heads: list[QLabel] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.identity)
        for part in (self.abilities, self.functions, self.answering):
            head = QLabel(self)
            head.setProperty("role", "heading")
            self._heads.append(head)
            column.addSpacing(26)
            column.addWidget(head)
            rule = QFrame(self)
            rule.setObjectName("rule")
            column.addSpacing(6)
            column.addWidget(rule)
            column.addSpacing(10)
            column.addWidget(part)
        for each in (self.identity, self.abilities, self.functions, self.answering):
            each.changed.connect(self._edited)
        self.abilities.files_wanted.connect(self.add_files)
        self.abilities.knowledge_wanted.connect(lambda: room.act("go_knowledge"))
        self.functions.database_wanted.connect(self.take_database)
        self.functions.servers_wanted.connect(self.open_servers)
        self._retranslate()

    def fill(self, recipe: Recipe, shelf: Shelf) -> None:
        """Show a recipe; `changed` is not told."""
        self._base, self._shelf = recipe, shelf
        self._quiet = True
        self.identity.fill(recipe)
        self.abilities.fill(recipe, shelf)
        self.functions.fill(recipe, shelf)
        self.answering.fill(recipe, shelf)
        self._untouched = self._gathered()
        self._quiet = False
        self._look_into_databases()

    def set_recipe(self, recipe: Recipe) -> None:
        """Change what differs from a recipe, in steps that the fields can undo."""
        now = self.recipe()
        self._base = recipe
        self._quiet = True
        self.identity.fill(recipe)
        if recipe.tools != now.tools or recipe.tool_resources != now.tool_resources:
            self.abilities.fill(recipe, self._shelf)
        if (recipe.tools, recipe.bindings) != (now.tools, now.bindings):
            self.functions.fill(recipe, self._shelf)
        if _answers(recipe) != _answers(now):
            self.answering.fill(recipe, self._shelf)
        self._untouched = self._gathered()
        self._quiet = False
        self.changed.emit()

    def recipe(self) -> Recipe:
        """Return what the form says; until something is changed, exactly what it was filled with."""
        found = self._gathered()
        return self._base if found == self._untouched else found

    def _gathered(self) -> Recipe:
        recipe = self._base
        for part in (self.identity, self.functions, self.abilities, self.answering):
            recipe = part.share(recipe)
        return recipe

    def problem(self) -> str:
        """Return why it cannot be saved as it stands, or nothing."""
        card = self.functions.broken()
        if card is not None:
            name = card.name.text().strip() or self.tr("New function")
            return self.tr("The function {name} is not complete: look at the red lines.").format(name=name)
        if self.answering.broken():
            return self.tr("The schema of the answer has mistakes: look at the red lines.")
        if not self.identity.name.text().strip():
            return self.tr("Give the assistant a name first.")
        return ""

    def show_problem(self, area: QScrollArea) -> None:
        """Bring what cannot be saved into view."""
        card = self.functions.broken()
        if card is not None:
            card.set_open(True)
            card.schema.check()
            target: QWidget = card.name if not card.name.text().strip() else card.schema.edit
        elif self.answering.broken():
            target = self.answering.schema.edit
        else:
            target = self.identity.name
        area.ensureWidgetVisible(target, 0, 80)
        target.setFocus()

    def add_files(self, paths: list[Path]) -> None:
        """Store files and give them to the code interpreter."""
        engine = self._room.engine

        def op() -> dict[str, str]:
            stored = [engine.files.create(path) for path in paths]
            return {file.id: file.filename for file in stored}

        def done(files: dict[str, str]) -> None:
            self._shelf.files.update(files)
            self.abilities.add(files)

        self._room.tasks.write(op, done, self._room.fail, owner=self)

    def take_database(self, card: FunctionCard, path: str) -> None:
        """Look into a database; its tables are shown, or why it is none."""

        def failed(error: FiresideError) -> None:
            self._room.tell(error.message)

        self._room.tasks.run(
            lambda: self._room.engine.functions.tables(path),
            lambda tables: card.set_database(path, tables),
            failed,
            owner=card,
        )

    def open_servers(self) -> None:
        """Show the tool servers; their tools become functions."""
        chosen = frozenset(card.name.text() for card in self.functions.cards)
        dialog = ServersDialog(self._room, chosen, self)
        dialog.tool_chosen.connect(self.functions.add_tool)
        dialog.open()

    def _look_into_databases(self) -> None:
        for card in self.functions.cards:
            binding = card.binding()
            if binding is not None and binding.kind == "sqlite" and binding.config["path"]:
                self._show_tables(card, str(binding.config["path"]))

    def _show_tables(self, card: FunctionCard, path: str) -> None:
        self._room.tasks.run(
            lambda: self._room.engine.functions.tables(path),
            lambda tables: card.show_tables(path, tables),
            lambda error: card.show_no_tables(error.message),
            owner=card,
        )

    def _edited(self) -> None:
        if not self._quiet:
            self.changed.emit()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        words = (self.tr("Tools and knowledge"), self.tr("Functions"), self.tr("Model and answers"))
        for head, text in zip(self._heads, words, strict=True):
            head.setText(text)


def _answers(recipe: Recipe) -> tuple[object, ...]:
    return recipe.model, recipe.temperature, recipe.top_p, recipe.response_format
