"""What an empty chat shows: a greeting by the hour and a few ways to begin."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTime, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.controls.button import text_button
from desktop.controls.flowing import FlowLayout


class Greeting(QWidget):
    """The words above the composer of an empty chat."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = QLabel(self)
        self._title.setProperty("role", "greeting")
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title.setWordWrap(True)
        self._text = QLabel(self)
        self._text.setProperty("role", "lead")
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 0, 24, 8)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addWidget(self._text)
        self._description = ""
        self._no_model = False
        self._retranslate()

    def show_assistant(self, description: str) -> None:
        """Show what the assistant says about itself."""
        self._description = description
        self._retranslate()

    def show_no_model(self, missing: bool) -> None:
        """Say that nothing can answer yet."""
        self._no_model = missing
        self._retranslate()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        hour = QTime.currentTime().hour()
        if 5 <= hour < 12:
            title = self.tr("Good morning. What shall we look at?")
        elif 12 <= hour < 18:
            title = self.tr("Good afternoon. What shall we look at?")
        else:
            title = self.tr("Good evening. What shall we look at?")
        self._title.setText(title)
        if self._no_model:
            self._title.setText(self.tr("One thing is missing: a model"))
            self._text.setText(
                self.tr("A model does the thinking. It is fetched once and then works without a network.")
            )
        else:
            self._text.setText(self._description or self.tr("Everything you write stays on this computer."))


class Starters(QWidget):
    """Sentences to begin with; a press puts one into the composer, to be finished and sent."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = FlowLayout(self, spacing=8, centred=True)
        self._own: tuple[str, ...] = ()
        self._fill()

    def show_starters(self, own: tuple[str, ...]) -> None:
        """Show the assistant's own starters, or ours if it has none."""
        if own != self._own:
            self._own = own
            self._fill()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._fill()
        super().changeEvent(event)

    def _fill(self) -> None:
        while (item := self._row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for text in self._own or self._ours():
            button = text_button("pill", self)
            button.setText(text if len(text) <= 48 else text[:47] + "…")
            button.setToolTip(text if len(text) > 48 else "")
            button.clicked.connect(lambda _checked=False, said=text: self.chosen.emit(said))
            self._row.addWidget(button)
            button.show()

    def _ours(self) -> tuple[str, ...]:
        return (
            self.tr("Explain something to me, step by step"),
            self.tr("Write a short, friendly email"),
            self.tr("Help me with some code"),
            self.tr("Make a plan for the weekend"),
        )


def centred(widget: QWidget, most: int) -> QHBoxLayout:
    """Return a row that keeps a widget in the middle and no wider than `most`."""
    widget.setMaximumWidth(most)
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.addStretch(1)
    row.addWidget(widget, 1000)
    row.addStretch(1)
    return row
