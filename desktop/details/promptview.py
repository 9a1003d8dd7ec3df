"""The exact prompt of each generation of a run, as the model read it, with the marks of its template."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from desktop.chat.codeview import CodeView
from desktop.controls.button import IconButton
from desktop.controls.choice import Choice
from desktop.details.rows import label
from engine.types import GenerationRecord


class PromptView(QWidget):
    """A page over the run's facts; `closed` leads back to them."""

    closed = Signal()
    copied = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._generations: tuple[GenerationRecord, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 10, 12)
        column.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(4)
        self.back = IconButton("arrow-left", self, size=28, icon_size=16)
        self.back.clicked.connect(self.closed)
        self._title = label("", "strong", self)
        self.copy = IconButton("copy", self, size=28, icon_size=15)
        self.copy.clicked.connect(self._copy)
        row.addWidget(self.back)
        row.addWidget(self._title, 1)
        row.addWidget(self.copy)
        column.addLayout(row)
        self.choice = Choice(self)
        self.choice.activated.connect(self._show)
        column.addWidget(self.choice)
        self._note = label("", "small", self, wrap=True)
        column.addWidget(self._note)
        self.view = CodeView("", self)
        self.view.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.view.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.view.set_free()
        self.view.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        column.addWidget(self.view, 1)
        self._retranslate()

    def show_generations(self, generations: tuple[GenerationRecord, ...]) -> None:
        """Show the prompts of a run, the last one first seen."""
        same = [g.number for g in generations] == [g.number for g in self._generations]
        chosen = self.choice.currentIndex() if same else len(generations) - 1
        self._generations = generations
        self._fill(chosen)

    def focus(self) -> None:
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        self.view.verticalScrollBar().setValue(0)

    def _copy(self) -> None:
        self.copied.emit(self.view.toPlainText())

    def _fill(self, chosen: int) -> None:
        entries = [
            (
                str(generation.number),
                self.tr("Generation {number}: {count} tokens").format(
                    number=generation.number, count=f"{generation.measures.get('prompt_tokens', 0):,}"
                ),
            )
            for generation in self._generations
        ]
        self.choice.fill(entries, str(chosen + 1))
        self.choice.setVisible(len(entries) > 1)
        self._show()

    def _show(self, *_: object) -> None:
        index = self.choice.currentIndex()
        generation = self._generations[index] if 0 <= index < len(self._generations) else None
        self.view.set_text(generation.prompt if generation else "")
        self.copy.setEnabled(bool(generation and generation.prompt))
        if generation is None:
            note = self.tr("No prompt was kept: the run was made before Fireside kept them, or had not begun.")
        elif not generation.prompt:
            note = self.tr("This prompt was let go: a message it repeats was deleted, or it was among the oldest.")
        else:
            measures = generation.measures
            note = self.tr(
                "What the model read, to the letter: {count} tokens, {cached} of them still in memory."
            ).format(count=f"{measures.get('prompt_tokens', 0):,}", cached=f"{measures.get('cached_tokens', 0):,}")
        self._note.setText(note)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self._title.setText(self.tr("Exact prompt"))
        self.back.set_name(self.tr("Back to the run"))
        self.copy.set_name(self.tr("Copy the prompt"))
        self.choice.setAccessibleName(self.tr("Generation"))
        self.view.setAccessibleName(self.tr("Exact prompt"))
        self._fill(self.choice.currentIndex())
