"""The details panel beside the chat: the Playground of the open thread, in three tabs."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout

from desktop.chat.nextrun import NextRun
from desktop.controls.button import IconButton, text_button
from desktop.details.nextview import NextView
from desktop.details.presenter import Details
from desktop.details.promptview import PromptView
from desktop.details.runview import RunView
from desktop.details.threadview import ThreadView
from desktop.room import Room
from desktop.theme import colour, colours
from engine.events import Event, LibraryChanged


class DetailsPanel(QFrame):
    """Reads nothing while it is hidden; `closed` when the person is done with it."""

    closed = Signal()

    def __init__(self, room: Room, next_run: NextRun) -> None:
        super().__init__()
        self.setObjectName("details")
        self._room = room
        self._next = next_run
        self.presenter = Details(room.engine, room.tasks, self._show)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._make_tabs())
        rule = QFrame(self)
        rule.setObjectName("rule")
        column.addWidget(rule)
        self.stack = QStackedWidget(self)
        column.addWidget(self.stack, 1)
        self.run_view = RunView(self)
        self.thread_view = ThreadView(self)
        self.next_view = NextView(self)
        self.prompt_view = PromptView(self)
        for view in (self.run_view, self.thread_view, self.next_view, self.prompt_view):
            self.stack.addWidget(view)
        self._connect()
        self._retranslate()
        self.hide()

    def _make_tabs(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(12, 0, 10, 0)
        row.setSpacing(2)
        self.tabs: list[QPushButton] = []
        self._group = QButtonGroup(self)
        for number in range(3):
            tab = text_button("quiet", self)
            tab.setProperty("tab", "true")
            tab.setCheckable(True)
            self._group.addButton(tab, number)
            row.addWidget(tab)
            self.tabs.append(tab)
        self.tabs[0].setChecked(True)
        self._group.idClicked.connect(self.show_tab)
        row.addStretch(1)
        self.close_button = IconButton("x", self, size=28, icon_size=15)
        self.close_button.clicked.connect(self.closed)
        row.addWidget(self.close_button)
        row.addStrut(54)  # as tall as the head of the chat beside it
        return row

    def _connect(self) -> None:
        self.run_view.older_wanted.connect(self.presenter.older)
        self.run_view.newer_wanted.connect(self.presenter.newer)
        self.run_view.prompt_wanted.connect(self._show_prompt)
        self.run_view.code_wanted.connect(self.copy_code)
        self.thread_view.copied.connect(lambda text: self._copy(text, self.tr("Copied.")))
        self.prompt_view.copied.connect(lambda text: self._copy(text, self.tr("Prompt copied.")))
        self.prompt_view.closed.connect(lambda: self.show_tab(0))
        self.next_view.changed.connect(self._set_option)
        self.next_view.reset.connect(self._reset)

    # What the window asks for.

    def open_thread(self, thread_id: str | None) -> None:
        """Follow the chat to another thread."""
        if self.stack.currentWidget() is self.prompt_view:
            self.show_tab(0)
        self.presenter.turn_to(thread_id)
        self.next_view.show_options(self._next.of(thread_id))

    def take(self, events: tuple[Event, ...]) -> None:
        """Take a bundle of events."""
        self.presenter.take(events)
        if self.presenter.shown and any(isinstance(event, LibraryChanged) for event in events):
            self._find_models()

    def set_over(self, *, over: bool) -> None:
        """Lie over the page, opaque and with corners, or stand beside it."""
        self.setProperty("over", "true" if over else "false")
        self.style().polish(self)

    def set_shown(self, *, shown: bool) -> None:
        """Open or close the panel."""
        self.setVisible(shown)
        self.presenter.show(shown=shown)
        if shown:
            self.next_view.show_options(self._next.of(self.presenter.thread_id))
            self._find_models()

    def show_tab(self, number: int) -> None:
        """Show the run, the thread, or the settings of the next run."""
        self.tabs[number].setChecked(True)
        self.stack.setCurrentIndex(number)

    # Inside.

    def _show(self) -> None:
        details = self.presenter
        older, newer = details.has_older, details.has_newer
        self.run_view.show_run(details.log, details.facts, older=older, newer=newer)
        self.thread_view.show_run(details.log)
        if self.stack.currentWidget() is self.prompt_view:
            self.prompt_view.show_generations(details.log.generations if details.log else ())

    def _show_prompt(self) -> None:
        log = self.presenter.log
        self.prompt_view.show_generations(log.generations if log else ())
        self.stack.setCurrentWidget(self.prompt_view)
        self.prompt_view.focus()

    def copy_code(self) -> None:
        """Put the run shown, or the newest of the thread, into the clipboard as a Python script."""
        port = self._room.engine.settings.current.api_port
        said = self.tr("Python copied. Switch the local API on to run it.")
        self.presenter.code(f"http://127.0.0.1:{port}/v1", lambda code: self._copy(code, said), self._room.fail)

    def _copy(self, text: str, said: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._room.tell(said)

    def _set_option(self, name: str, value: object) -> None:
        self._next.set(self.presenter.thread_id, name, value)
        self.next_view.back.setEnabled(bool(self._next.of(self.presenter.thread_id)))

    def _reset(self) -> None:
        self._next.reset(self.presenter.thread_id)
        self.next_view.show_options({})

    def _find_models(self) -> None:
        engine = self._room.engine

        def op() -> list[tuple[str, str]]:
            found = engine.models.installed()
            return [(model.id, model.name) for model in found if model.kind == "chat" and model.problem is None]

        self._room.tasks.run(op, self.next_view.show_models, lambda _error: None, owner=self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves the prompt, then the panel; other keys are not the composer's."""
        if event.key() == Qt.Key.Key_Escape:
            if self.stack.currentWidget() is self.prompt_view:
                self.show_tab(0)
            else:
                self.closed.emit()
        else:
            event.accept()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(colour(colours().line))
        painter.drawLine(0, 0, 0, self.height())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.setAccessibleName(self.tr("Details"))
        for tab, text in zip(self.tabs, (self.tr("Run"), self.tr("Thread"), self.tr("Next run")), strict=True):
            tab.setText(text)
        self.close_button.set_name(self.tr("Close details"))
