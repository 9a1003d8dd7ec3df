"""A JSON schema to edit: checked as it is typed, with a sentence and a line for what is wrong."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.assistants.codeedit import CodeEdit
from desktop.assistants.schema import Problem, check
from desktop.controls.button import text_button
from desktop.i18n import say

_PAUSE_MS = 250
_SHOWN = 3


class SchemaField(QWidget):
    """`changed` at every key; `problems` is current after each."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None, *, parameters: bool = True) -> None:
        super().__init__(parent)
        self._parameters = parameters
        self._strict = False
        self.problems: tuple[Problem, ...] = ()
        self.edit = CodeEdit("json", self)
        self.edit.textChanged.connect(self._typed)
        self.verdict = QLabel(self)
        self.verdict.setWordWrap(True)
        self.tidy = text_button("link", self)
        self.tidy.clicked.connect(self._tidy)
        row = QHBoxLayout()
        row.addWidget(self.verdict, 1)
        row.addWidget(self.tidy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.edit)
        column.addLayout(row)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._show)
        self._retranslate()

    def set_schema(self, schema: Any) -> None:
        """Show a schema as it is stored, or what was being written when it was no JSON."""
        self.set_text(schema if isinstance(schema, str) else json.dumps(schema, ensure_ascii=False, indent=2))

    def set_text(self, text: str) -> None:
        self.edit.set_text(text)
        self.check()

    def set_strict(self, strict: bool) -> None:
        """Ask for what strict mode asks for."""
        self._strict = strict
        self.check()

    def schema(self) -> dict[str, Any] | None:
        """Return the schema, or None while it is no JSON object."""
        try:
            found = json.loads(self.edit.toPlainText())
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None

    def check(self) -> None:
        """Look for problems now and show them."""
        self.problems = check(self.edit.toPlainText(), strict=self._strict, parameters=self._parameters)
        self._show()

    def _typed(self) -> None:
        self.problems = check(self.edit.toPlainText(), strict=self._strict, parameters=self._parameters)
        self._pause.start()
        self.changed.emit()

    def _show(self) -> None:
        self._pause.stop()
        self.edit.mark(self.problems[0].line if self.problems else 0)
        if not self.problems:
            text, role = self.tr("The schema is valid."), "good"
        else:
            told = [
                self.tr("Line {n}: {problem}").format(n=problem.line, problem=say(problem.text))
                for problem in self.problems[:_SHOWN]
            ]
            if len(self.problems) > _SHOWN:
                told.append(self.tr("and {n} more").format(n=len(self.problems) - _SHOWN))
            text, role = "\n".join(told), "danger"
        self.verdict.setText(text)
        if self.verdict.property("role") != role:
            self.verdict.setProperty("role", role)
            self.verdict.style().unpolish(self.verdict)
            self.verdict.style().polish(self.verdict)
        self.tidy.setEnabled(self.schema() is not None)

    def _tidy(self) -> None:
        found = self.schema()
        if found is not None:
            self.set_schema(found)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.edit.setAccessibleName(self.tr("JSON schema"))
        self.tidy.setText(self.tr("Tidy up"))
        self._show()
