"""Cards above the composer: the person allows code or a function, or answers a function by hand."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import PurePath

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QTextOption
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop import icons
from desktop.chat.asks import is_json, minutes_left, readable
from desktop.chat.codeview import CodeView
from desktop.controls.button import text_button
from desktop.theme import code_font, colours
from engine.events import FunctionAsked

SIDE = 12
_TICK_MS = 10_000
_MOST_HEIGHT = 360
_LEAST_HEIGHT = 150
_SHARE = 0.55  # of the page, at most
_CODE_LINES = 12
_ANSWER_LINES = 3


class AskCard(QFrame):
    """One question. What it shows is the model's own writing: plain text, never markup."""

    allowed = Signal(str, str)
    refused = Signal(str)
    answered = Signal(str, str)

    def __init__(self, asked: FunctionAsked, name: str, *, once: bool, parent: QWidget) -> None:
        """`name`: who asks; `once`: the leave for code holds for the rest of the chat."""
        super().__init__(parent)
        self.setObjectName("asking")
        self.asked = asked
        self._name = name
        self._once = once
        self._is_code = asked.call.kind == "code_interpreter"
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(14, 12, 14, 12)
        self._column.setSpacing(10)
        self._add_head()
        self.code = CodeView("python" if self._is_code else "json", self, most_lines=_CODE_LINES)
        self.code.set_text(asked.call.arguments.strip("\n") if self._is_code else readable(asked.call.arguments))
        self._column.addWidget(self.code)
        self.field: QPlainTextEdit | None = None
        if asked.why == "answer":
            self._add_field()
        self._add_buttons()
        self._retranslate()

    def _add_head(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        self._icon = _Icon("square-terminal" if self._is_code else "braces", self)
        self._title = QLabel(self)
        self._title.setProperty("role", "strong")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setWordWrap(True)
        self._left = QLabel(self)
        self._left.setProperty("role", "small")
        head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._title, 1)
        head.addWidget(self._left, 0, Qt.AlignmentFlag.AlignTop)
        self._column.addLayout(head)

    def _add_field(self) -> None:
        field = QPlainTextEdit(self)
        field.setObjectName("field")
        field.setFont(code_font())
        field.setTabChangesFocus(True)
        field.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        field.setFixedHeight(field.fontMetrics().lineSpacing() * _ANSWER_LINES + 18)
        field.textChanged.connect(self._typed)
        self.field = field
        self._column.addWidget(field)

    def _add_buttons(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        self._hint = QLabel(self)
        self._hint.setProperty("role", "small")
        self._hint.setWordWrap(True)
        row.addWidget(self._hint, 1)
        call = self.asked.call.id
        self.refuse = text_button("quiet", self)
        self.refuse.clicked.connect(lambda: self.refused.emit(call))
        row.addWidget(self.refuse)
        self.for_thread: QPushButton | None = None
        self.always: QPushButton | None = None
        if self.asked.executor is not None and self.asked.why == "approval":
            self.always = text_button("quiet", self)
            self.always.clicked.connect(lambda: self.allowed.emit(call, "always"))
            self.for_thread = text_button("normal", self)
            self.for_thread.clicked.connect(lambda: self.allowed.emit(call, "thread"))
            row.addWidget(self.always)
            row.addWidget(self.for_thread)
        self.accept = text_button("primary", self)
        self.accept.clicked.connect(self._accept)
        row.addWidget(self.accept)
        self._column.addLayout(row)

    def first_focus(self) -> QWidget:
        """Return where the keyboard goes first: what is read before it is allowed, or the field to fill."""
        return self.field or self.code

    def _accept(self) -> None:
        if self.field is None:
            self.allowed.emit(self.asked.call.id, "once")
        else:
            self.answered.emit(self.asked.call.id, self.field.toPlainText())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl or Cmd with Enter takes the main button from anywhere in the card."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier and self.accept.isEnabled():
            self.accept.click()
        else:
            event.accept()  # the page behind would send it to the composer

    def _typed(self) -> None:
        text = self.field.toPlainText() if self.field is not None else ""
        self.accept.setEnabled(bool(text.strip()))
        self._hint.setText(self.tr("Sent as JSON") if is_json(text) else self.tr("Text or JSON; Ctrl+Enter sends it"))

    def tick(self) -> None:
        """Say how long the answer is waited for."""
        left = minutes_left(self.asked.expires_at, time.time())
        if left is None:
            text = ""
        elif left <= 1:
            text = self.tr("less than a minute left")
        else:
            text = self.tr("{count} min left").format(count=left)
        self._left.setText(text)
        role = "warn" if left is not None and left <= 1 else "small"
        if self._left.property("role") != role:
            self._left.setProperty("role", role)
            self._left.style().polish(self._left)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        name, function = self._name or self.tr("The assistant"), self.asked.call.name
        if self._is_code:
            title = self.tr("{name} wants to run this code").format(name=name)
            accept, refuse = self.tr("Run"), self.tr("Don't run")
        elif self.field is None:
            title = self.tr("{name} wants to call {function}").format(name=name, function=function)
            accept, refuse = self.tr("Allow"), self.tr("Don't allow")
        else:
            title = self.tr("{name} called {function}. What does it return?").format(name=name, function=function)
            accept, refuse = self.tr("Send"), self.tr("Decline")
        self._title.setText(title)
        self.setAccessibleName(title)
        self.code.setAccessibleName(self.tr("Code") if self._is_code else self.tr("Arguments"))
        self.accept.setText(accept)
        self.refuse.setText(refuse)
        if self.always is not None and self.for_thread is not None:
            self.always.setText(self.tr("Always allow"))
            self.for_thread.setText(self.tr("Allow in this chat"))
        if self.field is not None:
            self.field.setPlaceholderText(self.tr("What the function returns"))
            self.field.setAccessibleName(self.tr("Result of {function}").format(function=function))
            self._typed()
        elif self._is_code:
            held = self.tr("It runs in the jail, without the network.")
            again = self.tr("You are asked once per chat.") if self._once else ""
            self._hint.setText(f"{held} {again}".strip())
        else:
            self._hint.setText(self._what_answers())
        self.tick()

    def _what_answers(self) -> str:
        """Say what would be done: consent is to something."""
        executor = self.asked.executor
        match executor.kind if executor is not None else "person":
            case "sqlite":
                name = PurePath(str(executor.config.get("path", ""))).name if executor is not None else ""
                return self.tr("Reads from {file}, changes nothing.").format(file=name)
            case "python":
                return self.tr("Runs your Python function in the jail.")
            case "server":
                return self.tr("Asks a program on this computer that you added.")
            case "fixed":
                return self.tr("Answers with a fixed text.")
            case _:
                return ""


class AskingPanel(QScrollArea):
    """The questions of the open thread, one under the other; not there at all while nothing is asked."""

    allowed = Signal(str, str)
    refused = Signal(str)
    answered = Signal(str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inner = QWidget(self)
        self._inner.setObjectName("canvas")
        self._column = QVBoxLayout(self._inner)
        self._column.setContentsMargins(SIDE, 4, SIDE, 10)
        self._column.setSpacing(10)
        self.setWidget(self._inner)
        self.cards: dict[str, AskCard] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)
        self.hide()

    def show_asked(self, asked: Mapping[str, FunctionAsked], name: str, *, once: bool) -> None:
        """Show these and no others; a card that is there already keeps what was typed into it."""
        for key in [key for key in self.cards if key not in asked]:
            card = self.cards.pop(key)
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        for place, (key, each) in enumerate(asked.items()):
            if key not in self.cards:
                card = AskCard(each, name, once=once, parent=self._inner)
                card.allowed.connect(self.allowed)
                card.refused.connect(self.refused)
                card.answered.connect(self.answered)
                self._column.insertWidget(place, card)
                self.cards[key] = card
        self.cards = {key: self.cards[key] for key in asked}
        self.setVisible(bool(self.cards))
        if self.cards:
            self._timer.start()
            self._fit()
        else:
            self._timer.stop()

    def focus_first(self) -> None:
        """Bring the keyboard to the first question."""
        if self.cards:
            next(iter(self.cards.values())).first_focus().setFocus(Qt.FocusReason.OtherFocusReason)

    def _fit(self) -> None:
        self._column.activate()
        width = max(self.viewport().width(), 240)
        wanted = self._column.sizeHint().height()
        if self._column.hasHeightForWidth():
            wanted = self._column.heightForWidth(width)
        page = self.parentWidget()
        most = _MOST_HEIGHT if page is None else min(_MOST_HEIGHT, max(_LEAST_HEIGHT, int(page.height() * _SHARE)))
        self.setFixedHeight(min(wanted + 2, most))

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        if self.cards:
            self._fit()

    def _tick(self) -> None:
        for card in self.cards.values():
            card.tick()


class _Icon(QWidget):
    """A small icon in the accent's colour."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon = name
        self.setFixedSize(18, 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        icons.paint_centred(QPainter(self), self._icon, self.rect().toRectF(), 17, colours().accent_ink)
