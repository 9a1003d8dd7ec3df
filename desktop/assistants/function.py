"""One function of an assistant: what the model is told of it, what answers it, and who allows that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from desktop.assistants.codeedit import CodeEdit
from desktop.assistants.part import TextField, set_line
from desktop.assistants.schema import EMPTY
from desktop.assistants.schemafield import SchemaField
from desktop.controls.button import IconButton, text_button
from desktop.controls.choice import Choice
from desktop.controls.switch import Switch
from engine.recipes import Binding
from engine.types import JsonObject

_APPROVALS = ("ask", "allow", "never")


class FunctionCard(QFrame):
    """Folded: its name and who answers. Open: everything about it."""

    changed = Signal()
    removed = Signal()
    database_wanted = Signal(str)

    def __init__(self, tool: JsonObject, binding: Binding | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._function: dict[str, Any] = dict(tool["function"])
        self._server = dict(binding.config) if binding is not None and binding.kind == "server" else None
        self._database = binding.config.get("path", "") if binding is not None and binding.kind == "sqlite" else ""
        self._server_name = ""
        self._labels: dict[str, QLabel] = {}
        self._make()
        self._lay_out()
        self._fill(binding)
        self._connect()
        self.set_open(False)
        self._retranslate()

    def _make(self) -> None:
        self.title = QLabel(self)
        self.title.setProperty("role", "strong")
        self.summary = QLabel(self)
        self.summary.setProperty("role", "small")
        self.fold = IconButton("chevron-right", self, size=28, icon_size=15)
        self.remove = IconButton("trash-2", self, size=28, icon_size=15)
        self.body = QWidget(self)
        self.name = QLineEdit(self.body)
        self.name.setMaxLength(64)
        self.about = TextField(self.body, height=72)
        self.schema = SchemaField(self.body)
        self.strict = Switch(self.body)
        self.kind = Choice(self.body)
        self.approval = Choice(self.body)
        self.choose_database = text_button("normal", self.body)
        self.database = QLabel(self.body)
        self.database.setProperty("role", "small")
        self.database.setWordWrap(True)
        self.database.setTextFormat(Qt.TextFormat.PlainText)
        self.code = CodeEdit("python", self.body, lines=10)
        self.fixed = TextField(self.body, height=84)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.fold)
        head.addWidget(self.title)
        head.addWidget(self.summary, 1)
        head.addWidget(self.remove)
        inner = QVBoxLayout(self.body)
        inner.setContentsMargins(8, 6, 8, 8)
        inner.setSpacing(6)
        for key, control in (("name", self.name), ("about", self.about)):
            inner.addWidget(self._label(key, control))
            inner.addWidget(control)
            inner.addSpacing(4)
        row = QHBoxLayout()
        row.addWidget(self._label("schema", self.schema.edit), 1)
        row.addWidget(self._label("strict", self.strict, "small"))
        row.addWidget(self.strict)
        inner.addSpacing(4)
        inner.addLayout(row)
        inner.addWidget(self.schema)
        inner.addSpacing(4)
        inner.addWidget(self._label("kind", self.kind))
        inner.addWidget(self.kind)
        database = QHBoxLayout()
        database.setSpacing(10)
        database.addWidget(self.choose_database)
        database.addWidget(self.database, 1)
        inner.addLayout(database)
        inner.addWidget(self.code)
        inner.addWidget(self.fixed)
        self._approval_label = self._label("approval", self.approval)
        inner.addWidget(self._approval_label)
        inner.addWidget(self.approval)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.body)

    def _label(self, key: str, buddy: QWidget, role: str = "strong") -> QLabel:
        label = QLabel(self.body)
        label.setProperty("role", role)
        label.setBuddy(buddy)
        self._labels[key] = label
        return label

    def _fill(self, binding: Binding | None) -> None:
        function = self._function
        set_line(self.name, str(function.get("name", "")))
        self.about.set_text(str(function.get("description") or ""))
        self.strict.setChecked(bool(function.get("strict")))
        self.schema.set_strict(self.strict.isChecked())
        if "parameters" in function:
            self.schema.set_schema(function["parameters"])
        else:
            self.schema.set_text(EMPTY)
        kind = binding.kind if binding is not None else ""
        if binding is not None:
            self.code.set_text(str(binding.config.get("code", "")))
            self.fixed.set_text(str(binding.config.get("text", "")))
        self.kind.fill(self._kinds(), "" if kind == "person" else kind)
        self.approval.fill(self._approvals(), binding.approval if binding is not None else "ask")

    def _connect(self) -> None:
        self.fold.clicked.connect(lambda: self.set_open(not self.body.isVisibleTo(self)))
        self.remove.clicked.connect(self.removed)
        self.choose_database.clicked.connect(self._choose_database)
        self.strict.toggled.connect(self._set_strict)
        for signal in (
            *(self.name.textChanged, self.about.textChanged, self.schema.changed, self.kind.currentIndexChanged),
            *(self.approval.currentIndexChanged, self.code.textChanged, self.fixed.textChanged),
        ):
            signal.connect(self._edited)

    # What it holds.

    def tool(self) -> JsonObject:
        """Return the function as the API has it; a schema that is no JSON stays the last one that was."""
        function = {**self._function, "name": self.name.text().strip()}
        about = self.about.text().strip()
        if about or "description" in function:
            function["description"] = about
        found = self.schema.schema()
        if found is not None:
            function["parameters"] = found
        function.setdefault("parameters", {"type": "object"})
        if self.strict.isChecked():
            function["strict"] = True
        elif function.get("strict"):
            function["strict"] = False
        self._function = function
        return {"type": "function", "function": dict(function)}

    def binding(self) -> Binding | None:
        """Return what answers it, or None for the person."""
        kind = self.kind.value()
        config: dict[str, JsonObject] = {
            "sqlite": {"path": self._database},
            "python": {"code": self.code.toPlainText()},
            "fixed": {"text": self.fixed.text()},
            "server": self._server or {},
        }
        if kind not in config:
            return None
        return Binding(
            name=self.name.text().strip(),
            kind=kind,  # type: ignore[arg-type]
            config=config[kind],
            approval=self.approval.value(),  # type: ignore[arg-type]
        )

    def broken(self) -> bool:
        """Whether it cannot be saved as it stands."""
        return bool(self.schema.problems) or not self.name.text().strip()

    def set_database(self, path: str, tables: dict[str, tuple[str, ...]]) -> None:
        """Take a database that was looked into."""
        self._database = path
        self.show_tables(path, tables)
        self.changed.emit()

    def show_tables(self, path: str, tables: dict[str, tuple[str, ...]]) -> None:
        """Show what is in the database."""
        listed = "\n".join(f"{table} ({', '.join(columns)})" for table, columns in tables.items())
        self.database.setText(f"{Path(path).name}\n{listed}")
        self.database.setToolTip(path)

    def show_no_tables(self, why: str) -> None:
        """Say why the database cannot be used."""
        self.database.setText(f"{Path(self._database).name}\n{why}")

    def set_server_name(self, name: str) -> None:
        self._server_name = name
        self._show()

    def set_open(self, shown: bool) -> None:
        """Fold or unfold."""
        self.body.setVisible(shown)
        self._show()

    # Inside.

    def _choose_database(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("Choose a database"), "", self.tr("SQLite databases (*.db *.sqlite *.sqlite3);;All files (*)")
        )
        if name:
            self.database_wanted.emit(name)

    def _set_strict(self, strict: bool) -> None:
        self.schema.set_strict(strict)
        self._edited()

    def _edited(self) -> None:
        if self.kind.value() == "python" and not self.code.toPlainText():
            self.code.set_text(_outline(self.name.text().strip(), self.schema.schema()))
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        kind, shown = self.kind.value(), self.body.isVisibleTo(self)
        self.choose_database.setVisible(kind == "sqlite")
        self.database.setVisible(kind == "sqlite")
        self.code.setVisible(kind == "python")
        self.fixed.setVisible(kind == "fixed")
        self._approval_label.setVisible(kind != "")
        self.approval.setVisible(kind != "")
        if kind == "sqlite" and not self.database.text():
            self.database.setText(Path(self._database).name if self._database else self.tr("No file chosen yet"))
        name = self.name.text().strip() or self.tr("New function")
        self.title.setText(name)
        parts = [dict(self._kinds()).get(kind, "")]
        if kind:
            parts.append(dict(self._approvals()).get(self.approval.value(), ""))
        self.summary.setText(" · ".join(parts))
        self.summary.setVisible(not shown)
        self.fold.set_icon("chevron-down" if shown else "chevron-right")
        self.fold.set_name((self.tr("Fold {name}") if shown else self.tr("Open {name}")).format(name=name))
        self.remove.set_name(self.tr("Remove {name}").format(name=name))

    def _kinds(self) -> list[tuple[str, str]]:
        kinds = [
            ("", self.tr("You answer; over the API, the program that calls")),
            ("sqlite", self.tr("A database, opened read-only")),
            ("python", self.tr("A piece of Python, run behind walls")),
            ("fixed", self.tr("Always the same text")),
        ]
        if self._server is not None:
            kinds.append(("server", self.tr("A tool server: {name}").format(name=self._server_name or "…")))
        return kinds

    def _approvals(self) -> list[tuple[str, str]]:
        return [
            ("ask", self.tr("Ask me each time")),
            ("allow", self.tr("Allowed for this assistant")),
            ("never", self.tr("Never")),
        ]

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        words = {
            "name": self.tr("Name"),
            "about": self.tr("What it is for, for the model to read"),
            "schema": self.tr("Parameters"),
            "strict": self.tr("Strict"),
            "kind": self.tr("Answered by"),
            "approval": self.tr("Before it runs"),
        }
        for key, text in words.items():
            self._labels[key].setText(text)
            buddy = self._labels[key].buddy()
            if buddy is not None:
                buddy.setAccessibleName(text)
        self.name.setPlaceholderText("get_weather")
        self.choose_database.setText(self.tr("Choose a file…"))
        self.code.setAccessibleName(self.tr("Python code"))
        self.fixed.setAccessibleName(self.tr("The text"))
        self.fixed.setPlaceholderText(self.tr("What the function always returns"))
        self.kind.fill(self._kinds(), self.kind.value())
        self.approval.fill(self._approvals(), self.approval.value() or "ask")
        self._show()


def _outline(name: str, schema: JsonObject | None) -> str:
    """Return a function to begin with, with the parameters of the schema."""
    properties = (schema or {}).get("properties")
    names = [n for n in properties if n.isidentifier()] if isinstance(properties, dict) else []
    return f'def {name.replace("-", "_") or "function"}({", ".join(names)}):\n    return ""\n'
