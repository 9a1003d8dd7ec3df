"""What a `.fireside` file holds, shown before anything is taken in: it came from somebody else."""

from __future__ import annotations

import json

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop import wording
from desktop.assistants.codeedit import CodeEdit
from desktop.chat.turns import avatar_key
from desktop.controls.avatar import Avatar
from desktop.controls.button import text_button
from desktop.controls.pageframe import PageFrame
from engine.portability.assistant_file import Contents, Packed
from engine.recipes import Binding
from engine.types import Assistant

_ACROSS = 88  # characters in a line


class ImportPage(PageFrame):
    """Everything in the file, as plain text: instructions, tools, functions with their code, files."""

    taken = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=760)
        self.contents: Contents | None = None
        self.cancel = text_button("quiet", self)
        self.cancel.clicked.connect(self.closed)
        self.take = text_button("primary", self)
        self.take.clicked.connect(self.taken)
        self.beside.addWidget(self.cancel)
        self.beside.addWidget(self.take)
        self._body: QWidget | None = None
        self.column.addStretch(1)
        self._retranslate()

    def show_contents(self, contents: Contents) -> None:
        """Show what a file holds."""
        self.contents = contents
        if self._body is not None:
            self._body.hide()
            self._body.setParent(None)
            self._body.deleteLater()
        self._body = QWidget(self)
        self._rows = QVBoxLayout(self._body)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(6)
        self._add_who(contents)
        self._add_abilities(contents)
        recipe = contents.recipe
        if recipe.instructions:
            self._head(self.tr("Instructions"))
            self._code("", recipe.instructions)
        functions = {t["function"]["name"]: t["function"] for t in recipe.tools if t.get("type") == "function"}
        bindings = {binding.name: binding for binding in recipe.bindings}
        if functions:
            self._head(self.tr("Functions"))
        for name, function in functions.items():
            self._add_function(name, function, bindings.get(name), contents)
        if isinstance(recipe.response_format, dict):
            self._head(self.tr("Form of the answer"))
            self._code("json", json.dumps(recipe.response_format, ensure_ascii=False, indent=2))
        self._add_files(contents)
        self.column.insertWidget(self.column.count() - 1, self._body)
        self._body.show()
        self.verticalScrollBar().setValue(0)

    def _add_who(self, contents: Contents) -> None:
        recipe = contents.recipe
        name = recipe.name or self.tr("Assistant")
        card = QFrame(self._body)
        card.setObjectName("card")
        avatar = Avatar(card, size=48)
        avatar.show_assistant(
            name, avatar_key(Assistant(id="new", created_at=0, model=recipe.model, metadata=recipe.metadata))
        )
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._text(name, "heading", card))
        if recipe.description:
            words.addWidget(self._text(recipe.description, "muted", card))
        where = self.tr("from {file}").format(file=contents.path.name)
        words.addWidget(self._text(where, "small", card))
        row = QHBoxLayout(card)
        row.setContentsMargins(18, 14, 18, 14)
        row.setSpacing(14)
        row.addWidget(avatar, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self._rows.addWidget(card)

    def _add_abilities(self, contents: Contents) -> None:
        """Say what the assistant could do once it is taken in."""
        kinds = {tool.get("type") for tool in contents.recipe.tools}
        functions = sum(tool.get("type") == "function" for tool in contents.recipe.tools)
        answered = sum(binding.kind != "person" for binding in contents.recipe.bindings)
        bound = {binding.kind for binding in contents.recipe.bindings if binding.approval != "never"}
        lines = [
            *([self.tr("It writes Python and runs it behind walls.")] if "code_interpreter" in kinds else []),
            *([self.tr("It searches the files it is given.")] if "file_search" in kinds else []),
            *([self.tr("It queries a database from this file, read-only, after asking you.")] * ("sqlite" in bound)),
            *([self.tr("It runs the Python below behind walls, after asking you.")] * ("python" in bound)),
            *([self.tr("It may ask you to answer a function.")] if answered < functions else []),
        ]
        self._head(self.tr("What it could do"))
        if not lines:
            lines = [self.tr("It only talks: it has no tools.")]
        for line in lines:
            self._rows.addWidget(self._text("•  " + line, ""))
        never = self.tr("Nothing in it starts a program, opens a connection or reads other files of yours.")
        self._rows.addWidget(self._text(never, "small"))
        for server in contents.missing_servers:
            missing = self.tr(
                "It was made with the tool server “{name}”, which does not come along: you answer instead."
            )
            self._rows.addWidget(self._text(missing.format(name=server), "warn"))

    def _add_function(self, name: str, function: dict[str, object], binding: Binding | None, file: Contents) -> None:
        self._rows.addSpacing(4)
        self._rows.addWidget(self._text(name, "strong"))
        about = str(function.get("description") or "")
        if about:
            self._rows.addWidget(self._text(about, "muted"))
        self._code("json", json.dumps(function.get("parameters") or {}, ensure_ascii=False, indent=2))
        match binding.kind if binding is not None else "person":
            case "sqlite" if binding is not None:
                held = {packed.place: packed for packed in file.databases}[str(binding.config["path"])]
                text = self.tr("Answered by the database {file}, {size}, opened read-only")
                self._rows.addWidget(
                    self._text(text.format(file=held.filename, size=wording.size(held.bytes)), "small")
                )
            case "python" if binding is not None:
                self._rows.addWidget(self._text(self.tr("Answered by this Python"), "small"))
                self._code("python", str(binding.config["code"]))
            case "fixed" if binding is not None:
                self._rows.addWidget(self._text(self.tr("Always answers this text"), "small"))
                self._code("", str(binding.config["text"]))
            case _:
                self._rows.addWidget(self._text(self.tr("You answer"), "small"))

    def _add_files(self, contents: Contents) -> None:
        groups: list[tuple[str, tuple[Packed, ...]]] = [
            (self.tr("Files for the code interpreter"), contents.code_files),
            (self.tr("Knowledge: {name}").format(name=contents.knowledge_name), contents.knowledge),
        ]
        for title, files in groups:
            if files:
                self._head(title)
                for packed in files:
                    self._rows.addWidget(self._text(f"{packed.filename} · {wording.size(packed.bytes)}", "muted"))

    def _head(self, text: str) -> None:
        self._rows.addSpacing(16)
        self._rows.addWidget(self._text(text, "heading"))

    def _text(self, text: str, role: str, parent: QWidget | None = None) -> QLabel:
        label = QLabel(text, parent or self._body)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        if role:
            label.setProperty("role", role)
        return label

    def _code(self, language: str, text: str) -> None:
        view = CodeEdit(language, self._body, lines=_height(text, wraps=not language))
        view.setReadOnly(True)
        view.set_text(text)
        view.setAccessibleName(self.tr("Contents"))
        self._rows.addWidget(view)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
            if self.contents is not None:
                self.show_contents(self.contents)
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.say(
            self.tr("Import an assistant"),
            self.tr(
                "This is all the file holds. Nothing has been taken in yet; its functions will ask before they run."
            ),
        )
        self.cancel.setText(self.tr("Cancel"))
        self.take.setText(self.tr("Take it in"))


def _height(text: str, *, wraps: bool) -> int:
    """Return about how many lines a text takes, from 2 to 14; Chinese characters take twice the room."""
    lines = text.count("\n") + 1
    if wraps:
        lines += sum((len(line) + len(line.encode())) // 2 // _ACROSS for line in text.split("\n"))
    else:
        lines += 1  # for the bar under lines that are longer
    return min(14, max(2, lines))
