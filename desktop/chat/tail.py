"""What stands under the last message: the run's phase, or a failure."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop import icons
from desktop.controls.button import text_button
from desktop.controls.progress import Bar, Pulse
from desktop.errors import STEPS, Step, explain
from desktop.i18n import say
from desktop.live import Phase
from desktop.theme import colour, colours

_LEFT = 42


class PhaseLine(QWidget):
    """Says what the user is waiting for, with progress while the model loads or the prompt is read."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._phase: Phase | None = None
        self._model_name = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(_LEFT, 4, 0, 4)
        row.setSpacing(10)
        row.addWidget(Pulse(self))
        self._text = QLabel(self)
        self._text.setProperty("role", "muted")
        row.addWidget(self._text)
        self._bar = Bar(self, height=4)
        self._bar.setFixedWidth(140)
        row.addWidget(self._bar)
        row.addStretch(1)
        self.hide()

    def show_phase(self, phase: Phase | None, model_name: str) -> None:
        self._phase, self._model_name = phase, model_name
        self._say()

    def text(self) -> str:
        return self._text.text()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
        super().changeEvent(event)

    def _say(self) -> None:
        phase = self._phase
        self.setVisible(phase is not None)
        if phase is None:
            return
        match phase.what:
            case "sending" | "queued":
                text = self.tr("Waiting for its turn…")
            case "loading":
                text = self.tr("Loading {model}…").format(model=self._model_name or phase.model)
            case "reading":
                text = self.tr("Reading {done} of {total} tokens…").format(done=phase.done, total=phase.total)
            case "writing":
                text = self.tr("Writing…")
            case "stopping":
                text = self.tr("Stopping…")
            case "waiting":
                text = self.tr("Waiting for a tool's result…")
        self._text.setText(text)
        self._bar.setVisible(phase.what in ("loading", "reading") and phase.total > 0)
        if phase.total > 0:
            self._bar.set_fraction(phase.done / phase.total)
        self._bar.setAccessibleName(text)
        self.setAccessibleName(text)


class FailureNote(QWidget):
    """A failure that left no message behind: a clear sentence and the next step."""

    step_pressed = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._error: tuple[str, str] | None = None
        self._step: Step | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(40, 10, 12, 10)
        row.setSpacing(12)
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        row.addWidget(self._text, 1)
        self._button = text_button("normal", self)
        self._button.clicked.connect(lambda: self.step_pressed.emit(self._step or ""))
        row.addWidget(self._button)
        self.hide()

    def show_error(self, error: tuple[str, str] | None) -> None:
        self._error = error
        self._say()

    def text(self) -> str:
        return self._text.text()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
        super().changeEvent(event)

    def _say(self) -> None:
        self.setVisible(self._error is not None)
        if self._error is None:
            return
        explained = explain(*self._error)
        self._step = explained.step
        self._text.setText(say(explained.text))
        self.setToolTip(explained.detail)
        self.setAccessibleName(self._text.text())
        self._button.setVisible(explained.step is not None)
        if explained.step is not None:
            self._button.setText(say(STEPS[explained.step]))
            self._button.setAccessibleName(self._button.text())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(colours().danger_soft))
        painter.drawRoundedRect(QRectF(self.rect()), 10, 10)
        icons.paint(painter, "triangle-alert", QRectF(14, self.height() / 2 - 9, 18, 18), colours().danger)
