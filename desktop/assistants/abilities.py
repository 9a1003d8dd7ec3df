"""What an assistant has at hand: Python with files of its own, and a store of files to search."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.assistants.part import Part
from desktop.assistants.shelf import Shelf, code_files, store_of, with_resources
from desktop.controls.button import IconButton, text_button
from desktop.controls.choice import Choice
from desktop.controls.switch import Switch
from engine.recipes import Recipe
from engine.types import JsonObject

_KINDS = ("code_interpreter", "file_search")


class AbilitiesPart(Part):
    """The built-in tools, each with what it works on."""

    files_wanted = Signal(object)
    knowledge_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shelf = Shelf()
        self._files: dict[str, str] = {}
        self.code = Switch(self)
        self.search = Switch(self)
        for switch in (self.code, self.search):
            switch.toggled.connect(self.changed)
        self.add_files = text_button("link", self)
        self.add_files.clicked.connect(self.choose_files)
        self.store = Choice(self)
        self.store.currentIndexChanged.connect(self.changed)
        self.knowledge = text_button("link", self)
        self.knowledge.clicked.connect(self.knowledge_wanted)
        self.changed.connect(self._show)
        self._lay_out()
        self.retranslate()

    def _lay_out(self) -> None:
        self.column.addLayout(self.switch_row("code", self.code))
        self._code_box = QWidget(self)
        box = QVBoxLayout(self._code_box)
        box.setContentsMargins(0, 2, 0, 4)
        box.setSpacing(4)
        self._file_rows = QVBoxLayout()
        self._file_rows.setSpacing(2)
        box.addLayout(self._file_rows)
        last = QHBoxLayout()
        last.addWidget(self.add_files)
        last.addStretch(1)
        box.addLayout(last)
        self.column.addWidget(self._code_box)
        rule = QFrame(self)
        rule.setObjectName("rule")
        self.column.addSpacing(4)
        self.column.addWidget(rule)
        self.column.addSpacing(4)
        self.column.addLayout(self.switch_row("search", self.search))
        self._search_box = QWidget(self)
        row = QHBoxLayout(self._search_box)
        row.setContentsMargins(0, 4, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.store, 1)
        row.addWidget(self.knowledge)
        self.column.addWidget(self._search_box)

    def fill(self, recipe: Recipe, shelf: Shelf) -> None:
        kinds = {tool.get("type") for tool in recipe.tools}
        self._shelf = shelf
        self._files = {file_id: shelf.files[file_id] for file_id in code_files(recipe) if file_id in shelf.files}
        self.code.setChecked("code_interpreter" in kinds)
        self.search.setChecked("file_search" in kinds)
        self._fill_stores(store_of(recipe))
        self._show_files()
        self._show()

    def set_tools(self, kinds: tuple[str, ...]) -> None:
        """Turn the built-in tools on and off."""
        self.code.setChecked("code_interpreter" in kinds)
        self.search.setChecked("file_search" in kinds)

    def share(self, recipe: Recipe) -> Recipe:
        """Return the recipe with these tools before its functions, and what they work on."""
        old: dict[str, JsonObject] = {tool["type"]: tool for tool in recipe.tools if tool.get("type") in _KINDS}
        chosen = [kind for kind, on in zip(_KINDS, (self.code.isChecked(), self.search.isChecked()), strict=True) if on]
        own = tuple(old.get(kind, {"type": kind}) for kind in chosen)
        functions = tuple(tool for tool in recipe.tools if tool.get("type") == "function")
        resources = with_resources(recipe, tuple(self._files), self.store.value())
        return replace(recipe, tools=(*own, *functions), tool_resources=resources)

    def add(self, files: dict[str, str]) -> None:
        """Take files that were stored: id to name."""
        self._files |= files
        self._show_files()
        self.changed.emit()

    def choose_files(self) -> None:
        """Ask for files that the code may read."""
        names, _ = QFileDialog.getOpenFileNames(self, self.tr("Files for the code interpreter"))
        if names:
            self.files_wanted.emit([Path(name) for name in names])

    def _drop(self, file_id: str) -> None:
        self._files.pop(file_id, None)
        self._show_files()
        self.changed.emit()

    def _show_files(self) -> None:
        while (item := self._file_rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for file_id, name in self._files.items():
            line = QWidget(self._code_box)
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(4)
            label = QLabel(name, line)
            label.setProperty("role", "muted")
            remove = IconButton("x", line, size=26, icon_size=13)
            remove.set_name(self.tr("Remove {name}").format(name=name))
            remove.clicked.connect(lambda _=False, chosen=file_id: self._drop(chosen))
            row.addWidget(label)
            row.addWidget(remove)
            row.addStretch(1)
            self._file_rows.addWidget(line)

    def _fill_stores(self, chosen: str) -> None:
        entries = [("", self.tr("Only files attached in the chat")), *self._shelf.stores]
        if chosen and chosen not in {value for value, _ in entries}:
            entries.append((chosen, self.tr("A store without a name")))
        self.store.fill(entries, chosen)

    def _show(self) -> None:
        self._code_box.setVisible(self.code.isChecked())
        self._search_box.setVisible(self.search.isChecked())

    def retranslate(self) -> None:
        self.words(
            code=self.tr("Code interpreter"),
            code_hint=self.tr("Writes Python and runs it behind walls: computes, reads tables, draws"),
            search=self.tr("File search"),
            search_hint=self.tr("Finds passages in files and says where they are from"),
        )
        self.add_files.setText(self.tr("Add files…"))
        self.store.setAccessibleName(self.tr("What is searched"))
        self.knowledge.setText(self.tr("Manage knowledge"))
        self._fill_stores(self.store.value())
        self._show_files()
