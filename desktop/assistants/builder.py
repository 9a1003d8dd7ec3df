"""The page where one assistant is made or changed: talk or form at the left, the preview at the right."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.assistants.create import CreateTab
from desktop.assistants.form import ConfigureForm
from desktop.assistants.preview import Preview
from desktop.assistants.shelf import Opened
from desktop.controls.button import IconButton, text_button
from desktop.room import Room
from engine.errors import FiresideError
from engine.events import Event
from engine.recipes import Recipe
from engine.types import Assistant

_KEEP_MS = 800
_NARROW = 780


class BuilderPage(QWidget):
    """Nothing is stored as the assistant until Save; what is written is kept as a draft all the time."""

    closed = Signal()
    saved = Signal(str)
    more_wanted = Signal(object)

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._room = room
        self.assistant_id: str | None = None
        self._stored = Recipe()
        self._filling = False
        self._wants_preview = True
        self._keep = QTimer(self)
        self._keep.setSingleShot(True)
        self._keep.setInterval(_KEEP_MS)
        self._keep.timeout.connect(self.keep)
        self._make()
        self._lay_out()
        here = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence.StandardKey.Save, self, self.store, context=here)
        self._retranslate()

    def _make(self) -> None:
        self.back = IconButton("arrow-left", self)
        self.back.clicked.connect(self.leave)
        self._title = QLabel(self)
        self._title.setProperty("role", "heading")
        self._state = QLabel(self)
        self._state.setProperty("role", "small")
        self.discard = text_button("link", self)
        self.discard.clicked.connect(self._discard)
        self.show_preview = IconButton("eye", self)
        self.show_preview.clicked.connect(self._toggle_preview)
        self.more = IconButton("ellipsis", self)
        self.more.clicked.connect(lambda: self.more_wanted.emit(self.more))
        self.save = text_button("primary", self)
        self.save.clicked.connect(self.store)
        self.tabs = [self._tab(0), self._tab(1)]
        self._group = QButtonGroup(self)
        for number, tab in enumerate(self.tabs):
            self._group.addButton(tab, number)
        self._group.idClicked.connect(self.show_tab)
        self.form = ConfigureForm(self._room, self)
        self.form.changed.connect(self._edited)
        self.talk = CreateTab(self._room, self.form.recipe, self._fill_from_talk, self)
        self.preview = Preview(self._room, self.form.recipe, self)

    def _tab(self, _number: int) -> QPushButton:
        tab = text_button("normal", self)
        tab.setProperty("kind", "tab")
        tab.setCheckable(True)
        return tab

    def _lay_out(self) -> None:
        rule = QFrame(self)
        rule.setObjectName("rule")
        self._left, self._right = self._working_side(), self._preview_side()
        self._split = QSplitter(Qt.Orientation.Horizontal, self)
        self._split.setChildrenCollapsible(False)
        self._split.setHandleWidth(1)
        self._split.addWidget(self._left)
        self._split.addWidget(self._right)
        self._split.setStretchFactor(0, 11)
        self._split.setStretchFactor(1, 9)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head())
        column.addWidget(rule)
        column.addSpacing(8)
        column.addWidget(self._split, 1)

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 14, 8)
        head.setSpacing(8)
        for widget in (self.back, self._title, self._state, self.discard):
            head.addWidget(widget)
        head.addStretch(1)
        for widget in (self.show_preview, self.more, self.save):
            head.addWidget(widget)
        return head

    def _working_side(self) -> QWidget:
        tabs = QHBoxLayout()
        tabs.setContentsMargins(20, 0, 20, 6)
        tabs.setSpacing(4)
        for tab in self.tabs:
            tabs.addWidget(tab)
        tabs.addStretch(1)
        canvas = QWidget()
        canvas.setObjectName("canvas")
        inner = QVBoxLayout(canvas)
        inner.setContentsMargins(24, 10, 24, 28)
        inner.addWidget(self.form)
        inner.addStretch(1)
        self.area = QScrollArea(self)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(canvas)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.talk)
        self._stack.addWidget(self.area)
        left = QWidget(self)
        left.setMinimumWidth(380)
        side = QVBoxLayout(left)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(0)
        side.addLayout(tabs)
        side.addWidget(self._stack, 1)
        return left

    def _preview_side(self) -> QFrame:
        right = QFrame(self)
        right.setObjectName("beside")
        right.setMinimumWidth(320)
        beside = QVBoxLayout(right)
        beside.setContentsMargins(1, 0, 0, 0)
        beside.addWidget(self.preview)
        return right

    # Coming and going.

    def open(self, opened: Opened) -> None:
        """Show an assistant, with what was written and not saved."""
        self._keep.stop()
        self.assistant_id, self._stored = opened.assistant_id, opened.stored
        self._filling = True
        self.form.fill(opened.draft or opened.stored, opened.shelf)
        self._filling = False
        self.talk.reset()
        self.preview.reset()
        self.preview.show_recipe(self.form.recipe())
        self.show_tab(0 if opened.assistant_id is None and opened.draft is None else 1)
        self.area.verticalScrollBar().setValue(0)
        self._show_state()

    def take(self, events: tuple[Event, ...]) -> None:
        """Take a bundle of events."""
        self.preview.take(events)

    @property
    def changed(self) -> bool:
        """Whether the form differs from what is stored."""
        return self.form.recipe() != self._stored

    def leave(self) -> None:
        """Go back to the gallery; what was not saved is kept."""
        self.keep()
        self.talk.stop()
        self.preview.reset()
        self.closed.emit()

    def keep(self) -> None:
        """Keep what is written now, for another time."""
        self._keep.stop()
        recipe, assistant_id, engine = self.form.recipe(), self.assistant_id, self._room.engine
        self._room.tasks.write(lambda: engine.recipes.keep_draft(assistant_id, recipe), None, self._room.fail)

    def store(self) -> None:
        """Save, unless something in the form cannot be saved as it stands."""
        problem = self.form.problem()
        if problem:
            self.show_tab(1)
            self.form.show_problem(self.area)
            self._room.tell(problem)
            return
        self._keep.stop()
        recipe, assistant_id, engine = self.form.recipe(), self.assistant_id, self._room.engine

        def done(found: tuple[Assistant, Recipe]) -> None:
            self.assistant_id, self._stored = found[0].id, found[1]
            self._show_state()
            self._room.tell(self.tr("{name} was saved.").format(name=found[0].name or self.tr("Assistant")))
            self.saved.emit(found[0].id)

        def failed(error: FiresideError) -> None:
            if error.code == "bad_executor":
                self._room.tell(error.message)
            else:
                self._room.fail(error)

        def op() -> tuple[Assistant, Recipe]:
            made = engine.recipes.save(recipe, assistant_id)
            return made, engine.recipes.of(made.id)

        self._room.tasks.write(op, done, failed, owner=self)

    def _discard(self) -> None:
        """Go back to what is stored; the toast brings the changes back."""
        lost = self.form.recipe()

        def undo() -> None:
            self.form.set_recipe(lost)

        self.form.set_recipe(self._stored)
        self._room.undoable(self.tr("The changes were dropped."), undo, lambda: None)

    # Inside.

    def show_tab(self, number: int) -> None:
        """Show the talk (0) or the form (1)."""
        self.tabs[number].setChecked(True)
        self._stack.setCurrentIndex(number)

    def _fill_from_talk(self, recipe: Recipe) -> None:
        self.form.set_recipe(recipe)

    def _edited(self) -> None:
        if self._filling:
            return
        self._keep.start()
        self.preview.show_recipe(self.form.recipe())
        self._show_state()

    def _toggle_preview(self) -> None:
        self._wants_preview = not self._right.isVisibleTo(self)
        self._right.setVisible(self._wants_preview)
        self._left.setVisible(not (self._wants_preview and self.width() < _NARROW))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        self._left.show()
        self._right.setVisible(self._wants_preview and not narrow)

    def _show_state(self) -> None:
        recipe = self.form.recipe()
        changed = recipe != self._stored
        self._title.setText(recipe.name or self.tr("New assistant"))
        self._state.setText(self.tr("not saved yet") if changed else "")
        self.discard.setVisible(changed)
        self.save.setEnabled(changed)
        self.more.setVisible(self.assistant_id is not None)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.back.set_name(self.tr("Back to all assistants"))
        self.discard.setText(self.tr("Drop the changes"))
        self.show_preview.set_name(self.tr("Show or hide the preview"))
        self.more.set_name(self.tr("More"))
        self.save.setText(self.tr("Save"))
        self.tabs[0].setText(self.tr("Create"))
        self.tabs[1].setText(self.tr("Configure"))
        self._show_state()
