"""The settings of the next run in the details panel: each is as the assistant has it until it is set here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from desktop.controls.button import text_button
from desktop.controls.choice import Choice
from desktop.details.rows import Section, label
from desktop.settings.fields import Fraction, Whole

_AS_SET = 255  # one less than the least a run may have
_JSON = {"type": "json_object"}


class NextView(QScrollArea):
    """Emits `changed` with a field of `RunRequest` and its value, None for "as the assistant has it"."""

    changed = Signal(str, object)
    reset = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._models: list[tuple[str, str]] = []
        self._options: Mapping[str, Any] = {}
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget(self)
        inner.setObjectName("canvas")
        column = QVBoxLayout(inner)
        column.setContentsMargins(16, 8, 16, 12)
        column.setSpacing(12)
        self._lead = label("", "small", inner, wrap=True)
        column.addWidget(self._lead)
        self.sampling = Section("sliders-horizontal", inner)
        self.sampling.column.setSpacing(6)
        self.words = Section("pencil", inner)
        self._labels: dict[str, Any] = {}
        self._make_fields()
        self.back = text_button("link", inner)
        self.back.clicked.connect(self.reset)
        for widget in (self.sampling, self.words):
            column.addWidget(widget)
        column.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        self.setWidget(inner)
        self._retranslate()

    def _make_fields(self) -> None:
        body = self.sampling.body
        self.model = Choice(body)
        self.model.activated.connect(lambda: self.changed.emit("model", self.model.value() or None))
        self.temperature = _fraction(2.0, body)
        self.temperature.valueChanged.connect(lambda value: self._number("temperature", value))
        self.top_p = _fraction(1.0, body)
        self.top_p.valueChanged.connect(lambda value: self._number("top_p", value))
        self.longest = Whole(body)
        self.longest.setRange(_AS_SET, 131_072)
        self.longest.setKeyboardTracking(False)
        self.longest.lineEdit().setTextMargins(9, 0, 9, 0)
        self.longest.valueChanged.connect(
            lambda value: self.changed.emit("max_completion_tokens", value if value > _AS_SET else None)
        )
        self.tools = Choice(body)
        self.tools.activated.connect(lambda: self.changed.emit("tool_choice", self.tools.value() or None))
        self.form = Choice(body)
        self.form.activated.connect(
            lambda: self.changed.emit("response_format", dict(_JSON) if self.form.value() == "json" else None)
        )
        fields = {
            "model": self.model, "temperature": self.temperature, "top_p": self.top_p,
            "longest": self.longest, "tools": self.tools, "form": self.form,
        }  # fmt: skip
        for key, field in fields.items():
            self._labels[key] = label("", "", body)
            row = QHBoxLayout()
            row.setSpacing(10)
            row.addWidget(self._labels[key], 1)
            field.setFixedWidth(170)
            row.addWidget(field)
            self.sampling.column.addLayout(row)
        self.more = QPlainTextEdit(self.words.body)
        self.more.setObjectName("field")
        self.more.setTabChangesFocus(True)
        self.more.setFixedHeight(96)
        self.more.textChanged.connect(self._wrote)
        self.words.column.addWidget(self.more)

    def show_models(self, models: list[tuple[str, str]]) -> None:
        """Take the models there are, as (id, name)."""
        self._models = models
        self._fill()

    def show_options(self, options: Mapping[str, Any]) -> None:
        """Show what is set for the next run."""
        self._options = dict(options)
        self._fill()

    def _number(self, name: str, value: float) -> None:
        self.changed.emit(name, None if value < 0 else round(value, 2))

    def _wrote(self) -> None:
        self.changed.emit("additional_instructions", self.more.toPlainText().strip() or None)

    def _fill(self) -> None:
        usual, given = self.tr("As the assistant"), self._options
        self.model.fill([("", usual), *self._models], given.get("model") or "")
        tools = [("", usual), ("none", self.tr("No tools")), ("required", self.tr("A tool must be used"))]
        self.tools.fill(tools, given.get("tool_choice") or "")
        self.form.fill([("", usual), ("json", "JSON")], "json" if given.get("response_format") else "")
        for box, name in ((self.temperature, "temperature"), (self.top_p, "top_p")):
            box.blockSignals(True)
            box.setSpecialValueText(usual)
            box.setValue(given.get(name, -0.05) if given.get(name) is not None else -0.05)
            box.blockSignals(False)
        self.longest.blockSignals(True)
        self.longest.setSpecialValueText(self.tr("As in the settings"))
        self.longest.setValue(given.get("max_completion_tokens") or _AS_SET)
        self.longest.blockSignals(False)
        text = given.get("additional_instructions") or ""
        if self.more.toPlainText().strip() != text:
            self.more.blockSignals(True)
            self.more.setPlainText(text)
            self.more.blockSignals(False)
        self.back.setEnabled(bool(given))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self._lead.setText(self.tr("For the next messages of this chat, until Fireside is closed."))
        self.sampling.title(self.tr("Model and sampling"))
        self.words.title(self.tr("More instructions"))
        words = {
            "model": self.tr("Model"),
            "temperature": self.tr("Temperature"),
            "top_p": self.tr("Top-p"),
            "longest": self.tr("Longest answer"),
            "tools": self.tr("Tools"),
            "form": self.tr("Answer as"),
        }
        fields = (self.model, self.temperature, self.top_p, self.longest, self.tools, self.form)
        for (key, text), field in zip(words.items(), fields, strict=True):
            self._labels[key].setText(text)
            field.setAccessibleName(text)
        self.more.setAccessibleName(self.tr("More instructions"))
        self.more.setPlaceholderText(self.tr("Added after the assistant's own"))
        self.back.setText(self.tr("Give everything back to the assistant"))
        self._fill()


def _fraction(most: float, parent: QWidget) -> Fraction:
    """Return a field whose lowest value, just below zero, stands for what the assistant has."""
    box = Fraction(parent)
    box.setDecimals(2)
    box.setSingleStep(0.05)
    box.setRange(-0.05, most)
    box.setKeyboardTracking(False)
    box.lineEdit().setTextMargins(9, 0, 9, 0)
    return box
