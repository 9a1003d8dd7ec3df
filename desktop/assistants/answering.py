"""How an assistant answers: its model, how freely it writes, and in which form."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSlider, QVBoxLayout, QWidget

from desktop.assistants.part import Part, set_line
from desktop.assistants.schema import EMPTY
from desktop.assistants.schemafield import SchemaField
from desktop.assistants.shelf import Shelf
from desktop.controls.choice import Choice
from desktop.controls.switch import Switch
from engine.recipes import Recipe

DEFAULT_MODEL = "default"
_STEPS = 20


class Dial(QWidget):
    """A number that may be left to the settings: a switch, what the number means, and a slider."""

    def __init__(self, part: Part, key: str, most: float, usual: float) -> None:
        super().__init__(part)
        self._usual = usual
        self.own = Switch(self)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(0, round(most * _STEPS))
        self.text = QLabel(self)
        self.text.setProperty("role", "small")
        self.text.setMinimumWidth(120)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        label = part.label(key, self.own)
        label.setMinimumWidth(110)
        row.addWidget(label)
        row.addWidget(self.own)
        row.addWidget(self.text)
        row.addWidget(self.slider, 1)
        kept = self.slider.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.slider.setSizePolicy(kept)
        self.own.toggled.connect(part.changed)
        self.slider.valueChanged.connect(part.changed)

    def fill(self, value: float | None) -> None:
        self.own.setChecked(value is not None)
        self.slider.setValue(round((self._usual if value is None else value) * _STEPS))

    def value(self) -> float | None:
        return self.slider.value() / _STEPS if self.own.isChecked() else None


class AnsweringPart(Part):
    """Model, temperature, top-p and the form of the answer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models: tuple[tuple[str, str], ...] = ()
        self._chosen = DEFAULT_MODEL
        self.model = Choice(self)
        self.model.currentIndexChanged.connect(self._pick_model)
        self.temperature = Dial(self, "temperature", 2.0, 0.7)
        self.top_p = Dial(self, "top_p", 1.0, 0.95)
        self.form = Choice(self)
        self.form.currentIndexChanged.connect(self._form_changed)
        self.schema_name = QLineEdit(self)
        self.schema_name.setMaxLength(64)
        self.schema_name.textChanged.connect(self.changed)
        self.schema = SchemaField(self, parameters=False)
        self.schema.changed.connect(self.changed)
        self.changed.connect(self._show)
        self._lay_out()
        self.retranslate()

    def _lay_out(self) -> None:
        self.column.addWidget(self.label("model", self.model))
        self.column.addWidget(self.model)
        self.column.addSpacing(10)
        self.column.addWidget(self.temperature)
        self.column.addWidget(self.top_p)
        self.column.addSpacing(10)
        self.column.addWidget(self.label("form", self.form))
        self.column.addWidget(self.form)
        self._schema_box = QWidget(self)
        box = QVBoxLayout(self._schema_box)
        box.setContentsMargins(0, 4, 0, 0)
        box.setSpacing(6)
        box.addWidget(self.schema_name)
        box.addWidget(self.schema)
        self.column.addWidget(self._schema_box)

    def fill(self, recipe: Recipe, shelf: Shelf) -> None:
        self._models, self._chosen = shelf.models, recipe.model
        self._fill_choices()
        self.temperature.fill(recipe.temperature)
        self.top_p.fill(recipe.top_p)
        form = recipe.response_format
        kind = form.get("type", "text") if isinstance(form, dict) else "text"
        described: dict[str, Any] = (form.get("json_schema") or {}) if isinstance(form, dict) else {}
        self.form.fill(self._forms(), kind)
        set_line(self.schema_name, str(described.get("name", "answer")))
        if "schema" in described:
            self.schema.set_schema(described["schema"])
        else:
            self.schema.set_text(EMPTY)
        self._show()

    def share(self, recipe: Recipe) -> Recipe:
        """Return the recipe with these fields."""
        form: dict[str, Any] | str | None = None
        if self.form.value() == "json_object":
            form = {"type": "json_object"}
        elif self.form.value() == "json_schema":
            name = self.schema_name.text().strip() or "answer"
            schema = self.schema.schema() or {"type": "object"}
            form = {"type": "json_schema", "json_schema": {"name": name, "schema": schema}}
            old = recipe.response_format
            if isinstance(old, dict) and "strict" in (old.get("json_schema") or {}):
                form["json_schema"]["strict"] = old["json_schema"]["strict"]
        elif isinstance(recipe.response_format, str) or recipe.response_format == {"type": "text"}:
            form = recipe.response_format
        return replace(
            recipe,
            model=self.model.value() or DEFAULT_MODEL,
            temperature=self.temperature.value(),
            top_p=self.top_p.value(),
            response_format=form,
        )

    def broken(self) -> bool:
        """Whether the schema of the answer cannot be used as it stands."""
        return self.form.value() == "json_schema" and bool(self.schema.problems)

    def _pick_model(self) -> None:
        self._chosen = self.model.value()
        self.changed.emit()

    def _form_changed(self) -> None:
        self.changed.emit()

    def _fill_choices(self) -> None:
        entries = [(DEFAULT_MODEL, self.tr("The default model")), *self._models]
        if self._chosen not in {value for value, _ in entries}:
            entries.append((self._chosen, self._chosen))
        self.model.fill(entries, self._chosen)

    def _forms(self) -> list[tuple[str, str]]:
        return [
            ("text", self.tr("Text")),
            ("json_object", self.tr("JSON of any shape")),
            ("json_schema", self.tr("JSON by a schema")),
        ]

    def _show(self) -> None:
        self._schema_box.setVisible(self.form.value() == "json_schema")
        for dial in (self.temperature, self.top_p):
            dial.slider.setVisible(dial.own.isChecked())
        warm = self.temperature.value()
        if warm is None:
            text = self.tr("As in the settings")
        elif warm < 0.4:
            text = self.tr("{value}: sober").format(value=f"{warm:.2f}")
        elif warm < 1.1:
            text = self.tr("{value}: balanced").format(value=f"{warm:.2f}")
        else:
            text = self.tr("{value}: playful").format(value=f"{warm:.2f}")
        self.temperature.text.setText(text)
        wide = self.top_p.value()
        self.top_p.text.setText(self.tr("As in the settings") if wide is None else f"{wide:.2f}")

    def retranslate(self) -> None:
        self.words(
            model=self.tr("Model"),
            temperature=self.tr("Temperature"),
            top_p=self.tr("Top-p"),
            form=self.tr("Form of the answer"),
        )
        self.temperature.own.setAccessibleName(self.tr("Own temperature"))
        self.temperature.slider.setAccessibleName(self.tr("Temperature"))
        self.top_p.own.setAccessibleName(self.tr("Own top-p"))
        self.top_p.slider.setAccessibleName(self.tr("Top-p"))
        self.schema_name.setAccessibleName(self.tr("Name of the schema"))
        self.schema_name.setPlaceholderText(self.tr("Name of the schema"))
        self.form.fill(self._forms(), self.form.value() or "text")
        self._fill_choices()
        self._show()
