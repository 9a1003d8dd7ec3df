"""The functions of an assistant, and the tool servers they may come from."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.assistants.function import FunctionCard
from desktop.assistants.part import Part
from desktop.assistants.shelf import Shelf
from desktop.controls.button import text_button
from engine.recipes import Binding, Recipe
from engine.types import JsonObject


class FunctionsPart(Part):
    """A card for each function; new ones are written by hand or taken from a tool server."""

    database_wanted = Signal(object, str)
    servers_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shelf = Shelf()
        self.cards: list[FunctionCard] = []
        self._none = QLabel(self)
        self._none.setProperty("role", "small")
        self._none.setWordWrap(True)
        self._box = QVBoxLayout()
        self._box.setSpacing(8)
        self.new = text_button("normal", self)
        self.new.clicked.connect(self._add_new)
        self.servers = text_button("quiet", self)
        self.servers.clicked.connect(self.servers_wanted)
        self.column.addWidget(self._none)
        self.column.addLayout(self._box)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.new)
        row.addWidget(self.servers)
        row.addStretch(1)
        self.column.addSpacing(2)
        self.column.addLayout(row)
        self.retranslate()

    def fill(self, recipe: Recipe, shelf: Shelf) -> None:
        self._shelf = shelf
        for card in self.cards:
            self._take_away(card)
        self.cards = []
        bindings = {binding.name: binding for binding in recipe.bindings}
        for tool in recipe.tools:
            if tool.get("type") == "function":
                self._add(tool, bindings.get(str(tool["function"].get("name"))))
        self._show_none()

    def share(self, recipe: Recipe) -> Recipe:
        """Return the recipe with these functions and what answers them."""
        own = tuple(tool for tool in recipe.tools if tool.get("type") != "function")
        bindings = tuple(binding for card in self.cards if (binding := card.binding()) is not None)
        return replace(recipe, tools=(*own, *(card.tool() for card in self.cards)), bindings=bindings)

    def broken(self) -> FunctionCard | None:
        """Return the first function that cannot be saved as it stands."""
        names = [card.name.text().strip() for card in self.cards]
        return next((card for card in self.cards if card.broken() or names.count(card.name.text().strip()) > 1), None)

    def add_tool(self, tool: JsonObject, server_id: str) -> None:
        """Take a tool of a server as a function that this server answers, once allowed."""
        name = str(tool["function"]["name"])
        if name in {card.name.text() for card in self.cards}:
            return
        self._add(tool, Binding(name=name, kind="server", config={"server_id": server_id, "tool": name}))
        self._show_none()
        self.changed.emit()

    def _add_new(self) -> None:
        card = self._add({"type": "function", "function": {"name": ""}}, None)
        card.set_open(True)
        card.name.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_none()
        self.changed.emit()

    def _add(self, tool: JsonObject, binding: Binding | None) -> FunctionCard:
        card = FunctionCard(tool, binding, self)
        if binding is not None and binding.kind == "server":
            names = {server.id: server.name for server in self._shelf.servers}
            card.set_server_name(names.get(str(binding.config["server_id"]), "?"))
        card.changed.connect(self.changed)
        card.removed.connect(lambda: self._remove(card))
        card.database_wanted.connect(lambda path: self.database_wanted.emit(card, path))
        self._box.addWidget(card)
        card.show()
        self.cards.append(card)
        return card

    def _remove(self, card: FunctionCard) -> None:
        self.cards.remove(card)
        self._take_away(card)
        self._show_none()
        self.changed.emit()

    def _take_away(self, card: FunctionCard) -> None:
        self._box.removeWidget(card)
        card.hide()
        card.deleteLater()

    def _show_none(self) -> None:
        self._none.setVisible(not self.cards)

    def retranslate(self) -> None:
        self._none.setText(
            self.tr("A function lets the model ask for something: a query, a calculation, an answer from you.")
        )
        self.new.setText(self.tr("New function"))
        self.servers.setText(self.tr("From a tool server…"))
