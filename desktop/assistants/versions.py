"""Earlier versions of an assistant: when each was, what has changed since, and the way back."""

from __future__ import annotations

import html

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QListView, QTextBrowser, QVBoxLayout, QWidget

from desktop import wording
from desktop.assistants.difference import FIELDS, differences
from desktop.controls.button import text_button
from desktop.i18n import say
from desktop.theme import colours
from engine.recipes import AssistantVersion, Recipe


class VersionsDialog(QDialog):
    """A list at the left, at the right what the assistant of now has that the chosen version has not."""

    restored = Signal(int)

    def __init__(self, name: str, now: Recipe, versions: tuple[AssistantVersion, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(820, 560)
        self._name, self._now, self._versions = name, now, versions
        self._title = QLabel(self)
        self._title.setProperty("role", "title")
        self._lead = QLabel(self)
        self._lead.setProperty("role", "muted")
        self._lead.setWordWrap(True)
        self.list = QListView(self)
        self.list.setObjectName("versions")
        self.list.setFixedWidth(210)
        self._rows = QStandardItemModel(self)
        self.list.setModel(self._rows)
        self.text = QTextBrowser(self)
        self.text.setObjectName("diff")
        self.restore = text_button("primary", self)
        self.restore.clicked.connect(self._restore)
        self.close_button = text_button("quiet", self)
        self.close_button.clicked.connect(self.reject)
        self._lay_out()
        for _ in versions:
            item = QStandardItem()
            item.setEditable(False)
            self._rows.appendRow(item)
        self._retranslate()
        self.list.selectionModel().currentChanged.connect(lambda *_: self._show())
        if versions:
            self.list.setCurrentIndex(self._rows.index(0, 0))
        self._show()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(self.list)
        row.addWidget(self.text, 1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        foot.addWidget(self.restore)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 18)
        column.setSpacing(6)
        column.addWidget(self._title)
        column.addWidget(self._lead)
        column.addSpacing(10)
        column.addLayout(row, 1)
        column.addSpacing(10)
        column.addLayout(foot)

    def _chosen(self) -> AssistantVersion | None:
        row = self.list.currentIndex().row()
        return self._versions[row] if 0 <= row < len(self._versions) else None

    def _restore(self) -> None:
        version = self._chosen()
        if version is not None:
            self.restored.emit(version.number)
            self.accept()

    def _show(self) -> None:
        version = self._chosen()
        found = differences(version.recipe, self._now) if version is not None else ()
        self.restore.setEnabled(bool(found))
        if version is None:
            self.text.setPlainText(self.tr("Nothing has been changed yet. Each save keeps what was there before."))
        elif not found:
            self.text.setPlainText(self.tr("This version is what the assistant is now."))
        else:
            self.text.setHtml("".join(_section(say(FIELDS[each.field]), each.lines) for each in found))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
            self._show()
        elif event.type() == QEvent.Type.PaletteChange:
            self._show()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Versions of {name}").format(name=self._name))
        self._title.setText(self.tr("Versions of {name}").format(name=self._name))
        self._lead.setText(self.tr("Red is what that version had, green is what the assistant has now."))
        self.list.setAccessibleName(self.tr("Versions"))
        self.text.setAccessibleName(self.tr("What changed"))
        self.restore.setText(self.tr("Go back to this version"))
        self.close_button.setText(self.tr("Close"))
        for row, version in enumerate(self._versions):
            item = self._rows.item(row)
            when = wording.clock(version.created_at)
            item.setText(self.tr("Version {n} · {when}").format(n=version.number, when=when))


def _section(title: str, lines: tuple[tuple[str, str], ...]) -> str:
    c = colours()
    tones = {"+": (c.good, "+"), "-": (c.danger, "−"), " ": (c.muted, " ")}
    rows = "".join(
        f'<div style="color:{tones[sign][0]}; white-space:pre-wrap;">{tones[sign][1]} {html.escape(text)}</div>'
        for sign, text in lines
    )
    return f'<p style="margin-top:10px;"><b>{html.escape(title)}</b></p>{rows}'
