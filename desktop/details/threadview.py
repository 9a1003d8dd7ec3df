"""The thread in the details panel: identifiers, metadata, tool resources."""

from __future__ import annotations

import json

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop.details.rows import IdRow, Section
from desktop.wording import clock
from engine.service.run_log import RunLog


class ThreadView(QScrollArea):
    """What the API would call the thread; `copied` when an identifier is wanted in the clipboard."""

    copied = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._log: RunLog | None = None
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget(self)
        inner.setObjectName("canvas")
        column = QVBoxLayout(inner)
        column.setContentsMargins(16, 8, 16, 12)
        column.setSpacing(10)
        self.ids = Section("hash", inner)
        self.metadata = Section("list", inner)
        self.resources = Section("library", inner)
        self.sections = (self.ids, self.metadata, self.resources)
        for section in self.sections:
            column.addWidget(section)
        column.addStretch(1)
        self.setWidget(inner)
        self._fill()

    def show_run(self, log: RunLog | None) -> None:
        """Show the thread of a run."""
        self._log = log
        self._fill()

    def _fill(self) -> None:
        log = self._log
        for section in self.sections:
            section.empty()
            section.setVisible(log is not None)
        self.ids.title(self.tr("Identifiers"))
        if log is None:
            self.ids.setVisible(True)
            self.ids.text(self.tr("The thread is made with its first message."))
            return
        names = (
            (self.tr("Thread"), log.thread.id),
            (self.tr("Run"), log.run.id),
            (self.tr("Assistant"), log.run.assistant_id),
        )
        for name, value in names:
            row = IdRow(name, value, self.tr("Copy {id}").format(id=value), self.ids.body)
            row.copied.connect(self.copied)
            self.ids.column.addWidget(row)
        self.ids.row(self.tr("Made"), clock(log.thread.created_at))
        self.metadata.title(self.tr("Metadata"))
        for key, value in log.thread.metadata.items():
            self.metadata.row(key, value)
        if not log.thread.metadata:
            self.metadata.text(self.tr("None"))
        self.resources.title(self.tr("Tool resources"))
        self._fill_resources(log)

    def _fill_resources(self, log: RunLog) -> None:
        owners = [(self.tr("of the thread"), log.thread.tool_resources)]
        if log.assistant is not None:
            owners.append((self.tr("of the assistant"), log.assistant.tool_resources))
        empty = True
        for owner, resources in owners:
            for tool, given in resources.items():
                for value in (value for values in given.values() if isinstance(values, list) for value in values):
                    empty = False
                    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                    row = IdRow(f"{tool} {owner}", shown, self.tr("Copy {id}").format(id=shown), self.resources.body)
                    row.copied.connect(self.copied)
                    self.resources.column.addWidget(row)
        if empty:
            self.resources.text(self.tr("None"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._fill()
        super().changeEvent(event)
