"""The form for one assistant: name, what it says about itself, instructions, model, temperature, starters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QSlider, QVBoxLayout, QWidget

from desktop.chat.turns import avatar_key
from desktop.controls.avatar import Avatar
from desktop.controls.button import text_button
from desktop.controls.choice import Choice
from desktop.controls.switch import Switch
from engine.types import Assistant

DEFAULT_MODEL = "default"
STARTERS = 4
_STEPS = 20


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form holds, in the shape the engine takes."""

    fields: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.fields.get("name") or "")


class AssistantEditor(QFrame):
    """Shows an assistant or a new one; nothing is stored until `saved`."""

    saved = Signal(object)
    closed = Signal()
    delete_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._assistant: Assistant | None = None
        self._models: list[tuple[str, str]] = []
        self._labels: dict[str, QLabel] = {}
        self._avatar = Avatar(self, size=44)
        self.name = QLineEdit(self)
        self.name.setMaxLength(256)
        self.name.textChanged.connect(self._show_avatar)
        self.about = QLineEdit(self)
        self.about.setMaxLength(512)
        self.instructions = QPlainTextEdit(self)
        self.instructions.setObjectName("field")
        self.instructions.setTabChangesFocus(True)
        self.instructions.setMinimumHeight(150)
        self.model = Choice(self)
        self.own_temperature = Switch(self)
        self.own_temperature.toggled.connect(self._show_temperature)
        self.temperature = QSlider(Qt.Orientation.Horizontal, self)
        self.temperature.setRange(0, 2 * _STEPS)
        self.temperature.valueChanged.connect(self._show_temperature)
        self._temperature_text = QLabel(self)
        self._temperature_text.setProperty("role", "small")
        self.starters = [QLineEdit(self) for _ in range(STARTERS)]
        for line in self.starters:
            line.setMaxLength(200)
        self.save = text_button("primary", self)
        self.save.clicked.connect(self._save)
        self.cancel = text_button("quiet", self)
        self.cancel.clicked.connect(self.closed)
        self.delete = text_button("danger", self)
        self.delete.clicked.connect(self.delete_wanted)
        self._lay_out()
        self._retranslate()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 20)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(self._avatar)
        who = QVBoxLayout()
        who.setSpacing(6)
        who.addWidget(self._label("name", self.name))
        who.addWidget(self.name)
        head.addLayout(who, 1)
        head.setAlignment(self._avatar, Qt.AlignmentFlag.AlignBottom)
        column.addLayout(head)
        for key, control in (("about", self.about), ("instructions", self.instructions), ("model", self.model)):
            column.addSpacing(10)
            column.addWidget(self._label(key, control))
            column.addWidget(control)
        column.addSpacing(10)
        heat = QHBoxLayout()
        heat.setSpacing(12)
        heat.addWidget(self._label("temperature", self.own_temperature))
        heat.addWidget(self.own_temperature)
        heat.addWidget(self._temperature_text)
        heat.addWidget(self.temperature, 1)
        kept = self.temperature.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.temperature.setSizePolicy(kept)
        self._temperature_text.setMinimumWidth(150)
        column.addLayout(heat)
        column.addSpacing(10)
        column.addWidget(self._label("starters", self.starters[0]))
        for line in self.starters:
            column.addWidget(line)
        column.addSpacing(16)
        foot = QHBoxLayout()
        foot.addWidget(self.delete)
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.save)
        column.addLayout(foot)

    def _label(self, key: str, buddy: QWidget) -> QLabel:
        label = QLabel(self)
        label.setProperty("role", "strong")
        label.setBuddy(buddy)
        self._labels[key] = label
        return label

    def edit(self, assistant: Assistant | None, models: list[tuple[str, str]]) -> None:
        """Fill the form; `models` are (name to store, words)."""
        self._assistant, self._models = assistant, models
        self.name.setText((assistant.name or "") if assistant else "")
        self.about.setText((assistant.description or "") if assistant else "")
        self.instructions.setPlainText((assistant.instructions or "") if assistant else "")
        warm = assistant.temperature if assistant else None
        self.own_temperature.setChecked(warm is not None)
        self.temperature.setValue(round((0.7 if warm is None else warm) * _STEPS))
        metadata = assistant.metadata if assistant else {}
        for number, line in enumerate(self.starters, 1):
            line.setText(metadata.get(f"starter_{number}", ""))
        self.delete.setVisible(assistant is not None)
        self._fill_models()
        self._show_avatar()
        self._show_temperature()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def draft(self) -> Draft:
        """Return what the form holds."""
        metadata = dict(self._assistant.metadata) if self._assistant else {}
        for number, line in enumerate(self.starters, 1):
            metadata.pop(f"starter_{number}", None)
            if line.text().strip():
                metadata[f"starter_{number}"] = line.text().strip()
        warm = self.temperature.value() / _STEPS if self.own_temperature.isChecked() else None
        return Draft(
            {
                "name": self.name.text().strip() or self.tr("Assistant"),
                "description": self.about.text().strip() or None,
                "instructions": self.instructions.toPlainText().strip() or None,
                "model": self.model.value() or DEFAULT_MODEL,
                "temperature": warm,
                "metadata": metadata,
            }
        )

    def _save(self) -> None:
        self.saved.emit(self.draft())

    def _fill_models(self) -> None:
        chosen = self._assistant.model if self._assistant else DEFAULT_MODEL
        entries = [(DEFAULT_MODEL, self.tr("The default model")), *self._models]
        if chosen not in {value for value, _ in entries}:
            entries.append((chosen, chosen))
        self.model.fill(entries, chosen)

    def _show_avatar(self) -> None:
        self._avatar.show_assistant(self.name.text(), avatar_key(self._assistant))

    def _show_temperature(self) -> None:
        own = self.own_temperature.isChecked()
        self.temperature.setEnabled(own)
        self.temperature.setVisible(own)
        value = self.temperature.value() / _STEPS
        if not own:
            text = self.tr("As in the settings")
        elif value < 0.4:
            text = self.tr("{value}: sober").format(value=f"{value:.2f}")
        elif value < 1.1:
            text = self.tr("{value}: balanced").format(value=f"{value:.2f}")
        else:
            text = self.tr("{value}: playful").format(value=f"{value:.2f}")
        self._temperature_text.setText(text)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
            self._fill_models()
            self._show_temperature()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        words = {
            "name": self.tr("Name"),
            "about": self.tr("In one sentence"),
            "instructions": self.tr("Instructions"),
            "model": self.tr("Model"),
            "temperature": self.tr("Own temperature"),
            "starters": self.tr("Conversation starters"),
        }
        for key, text in words.items():
            self._labels[key].setText(text)
        for control, key in (
            (self.name, "name"),
            (self.about, "about"),
            (self.instructions, "instructions"),
            (self.model, "model"),
            (self.own_temperature, "temperature"),
        ):
            control.setAccessibleName(words[key])
        self.temperature.setAccessibleName(self.tr("Temperature"))
        for number, line in enumerate(self.starters, 1):
            line.setAccessibleName(self.tr("Conversation starter {n}").format(n=number))
        self.about.setPlaceholderText(self.tr("What it is good at, shown when a chat begins"))
        self.instructions.setPlaceholderText(self.tr("Who it is, how it answers, what it must not do"))
        self.starters[0].setPlaceholderText(self.tr("A question people may begin with"))
        self.save.setText(self.tr("Save"))
        self.cancel.setText(self.tr("Cancel"))
        self.delete.setText(self.tr("Delete"))
