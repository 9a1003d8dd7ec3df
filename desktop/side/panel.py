"""The side panel: name, new chat, search, threads by day, and the pages at the foot."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QItemSelectionModel, QPoint, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from desktop import icons
from desktop.room import Room
from desktop.side.painting import ThreadPainter
from desktop.side.threads_list import HitRole, ThreadRole, ThreadsList
from desktop.side.threads_view import ThreadsView
from desktop.theme import colour, colours, ui_font
from engine.events import Event, MessageChanged, RunChanged, ThreadChanged
from engine.service.thread_search import SaidHit
from engine.types import PageRequest, RunStatus, Thread

WIDTH = 248
_ROW = 38
_SEARCH_MS = 180
_MOST_FOLDER = 60


class RowButton(QAbstractButton):
    """A row of the panel: icon, words, and a shortcut at the right."""

    def __init__(self, icon: str, parent: QWidget, *, framed: bool = False) -> None:
        super().__init__(parent)
        self._icon = icon
        self._framed = framed
        self._shortcut = ""
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedHeight(_ROW + 2 if framed else _ROW)

    def say(self, text: str, shortcut: str = "") -> None:
        self.setText(text)
        self.setAccessibleName(text)
        self._shortcut = QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH - 24, self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self._framed or self.isChecked():
            painter.setPen(QPen(colour(c.line), 1))
            painter.setBrush(colour(c.hover if self.underMouse() and self._framed else c.sheet))
            painter.drawRoundedRect(box, 10, 10)
        elif self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(c.hover))
            painter.drawRoundedRect(box, 10, 10)
        if self.hasFocus():
            painter.setPen(QPen(colour(c.accent), 1.2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 10, 10)
        tone = c.accent_ink if self._framed or self.isChecked() else c.muted
        icons.paint(painter, self._icon, QRectF(12, self.height() / 2 - 8.5, 17, 17), tone)
        painter.setFont(ui_font(14, weight=QFont.Weight.Medium if self._framed else QFont.Weight.Normal))
        painter.setPen(colour(c.ink))
        painter.drawText(self.rect().adjusted(39, 0, -12, 0), _LEFT, self.text())
        painter.setFont(ui_font(12))
        painter.setPen(colour(c.muted))
        painter.drawText(self.rect().adjusted(39, 0, -12, 0), _RIGHT, self._shortcut)


class SidePanel(QWidget):
    """Knows all threads by their titles; tells the window what was chosen."""

    thread_chosen = Signal(str)
    message_chosen = Signal(str, str)
    delete_wanted = Signal(str)
    export_wanted = Signal(str, str)

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._after: str | None = None
        self.setFixedWidth(WIDTH)
        self.threads = ThreadsList(self, room.state.folded)
        self.threads.renamed.connect(self.rename)
        self.view = ThreadsView(self)
        self.view.setModel(self.threads)
        painter = ThreadPainter(self.view)
        painter.editing.connect(self.threads.hold)
        self.view.setItemDelegate(painter)
        self.view.chosen.connect(self.thread_chosen)
        self.view.found_chosen.connect(self.message_chosen)
        self.view.fold_wanted.connect(self._fold)
        self.view.pin_wanted.connect(self.toggle_pin)
        self.view.delete_wanted.connect(self.delete_wanted)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._menu)
        self.new = RowButton("plus", self, framed=True)
        self.new.clicked.connect(lambda: room.act("new_chat"))
        self.search = SearchField(self)
        self.search.textChanged.connect(self._search)
        self.search.entered.connect(self._enter_results)
        self._asked = QTimer(self)
        self._asked.setSingleShot(True)
        self._asked.setInterval(_SEARCH_MS)
        self._asked.timeout.connect(self._find)
        self._none = QLabel(self)
        self._none.setProperty("role", "small")
        self._none.setWordWrap(True)
        self._none.setContentsMargins(12, 12, 8, 0)
        self.pages: dict[str, RowButton] = {}
        self._lay_out()
        self._retranslate()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 14, 6, 10)
        column.setSpacing(2)
        column.addWidget(Logo(self))
        column.addSpacing(10)
        column.addWidget(self.new)
        column.addWidget(self.search)
        column.addSpacing(4)
        column.addWidget(self._none)
        column.addWidget(self.view, 1)
        column.addSpacing(6)
        for page, icon in (
            ("assistants", "bot"),
            ("knowledge", "library"),
            ("discussions", "messages-square"),
            ("models", "hard-drive"),
            ("bin", "trash-2"),
            ("settings", "settings"),
        ):
            button = RowButton(icon, self)
            button.setCheckable(True)
            button.clicked.connect(lambda _checked=False, chosen=page: self._room.act("go_" + chosen))
            self.pages[page] = button
            column.addWidget(button)

    # Threads.

    def load(self) -> None:
        """Fetch all threads, a hundred at a time, newest first."""

        def op() -> tuple[tuple[Thread, ...], bool]:
            page = self._room.engine.threads.list(PageRequest(limit=100, order="desc", after=self._after))
            return page.items, page.has_more

        def show(found: tuple[tuple[Thread, ...], bool]) -> None:
            threads, more = found
            self.threads.add(threads, stored=True)
            self._show_none()
            if more:
                self._after = threads[-1].id
                self.load()

        self._room.tasks.run(op, show, owner=self)

    def take(self, events: tuple[Event, ...]) -> None:
        """Take a bundle of events."""
        changed: dict[str, Thread] = {}
        for event in events:
            if isinstance(event, ThreadChanged) and event.thread is not None:
                changed[event.thread.id] = event.thread
                if event.what == "created":  # out of the bin
                    self.threads.hide(event.thread.id, hidden=False)
            elif isinstance(event, ThreadChanged) and event.thread_id is not None:
                changed.pop(event.thread_id, None)
                self.threads.remove(event.thread_id)
        if changed:
            self.threads.add(changed.values())
            self.mark(self._room.state.thread_id)
        if self.threads.searching and any(isinstance(e, MessageChanged) for e in events):
            self._asked.start()
        for event in events:
            if isinstance(event, RunChanged) and event.run.status is RunStatus.COMPLETED:
                self._room.engine.naming.want(event.run.thread_id)
        self.threads.set_busy(set(self._room.live.runs))
        self._show_none()

    def mark(self, thread_id: str) -> None:
        """Show which thread is open."""
        index = self.threads.row_of(thread_id)
        model = self.view.selectionModel()
        if index.isValid():
            model.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        else:
            model.clear()

    def show_page(self, page: str) -> None:
        """Show which page is open."""
        for name, button in self.pages.items():
            button.setChecked(name == page)
        if page != "chat":
            self.view.selectionModel().clear()

    def rename(self, thread_id: str, title: str) -> None:
        self._change(thread_id, title=title)

    def edit_title(self, thread_id: str) -> None:
        """Let the user write another title in its place in the list."""
        if self.view.state() == QAbstractItemView.State.EditingState:
            return
        self.search.clear()
        thread = self.threads.known(thread_id)
        if thread is not None and thread.folder in self.threads.folded:
            self._fold(thread.folder or "")
        index = self.threads.row_of(thread_id)
        if index.isValid():
            self.view.scrollTo(index)
            self.view.edit(index)

    def _change(self, thread_id: str, **changes: Any) -> None:
        self._room.tasks.write(lambda: self._room.engine.threads.update(thread_id, **changes), owner=self)

    def toggle_pin(self, thread_id: str) -> None:
        """Pin a thread to the top of the list, or let it go."""
        thread = self.threads.known(thread_id)
        if thread is not None:
            self._change(thread_id, pinned=thread.pinned_at is None)

    def _fold(self, folder: str) -> None:
        self.threads.fold(folder)
        self._room.state.folded = self.threads.folded
        self.mark(self._room.state.thread_id)

    def _new_folder(self, thread_id: str) -> None:
        name, taken = QInputDialog.getText(self, self.tr("New folder"), self.tr("Name of the folder"))
        if taken and name.strip():
            self._change(thread_id, folder=name.strip()[:_MOST_FOLDER])

    # Search.

    def _search(self, text: str) -> None:
        self.threads.search(text)
        self._asked.start()
        self.mark(self._room.state.thread_id)
        self._show_none()

    def _find(self) -> None:
        """Look for what was said, off this thread; what comes back too late is dropped."""
        words = self.search.text().strip()
        if not words:
            return

        def show(hits: tuple[SaidHit, ...]) -> None:
            if self.search.text().strip() == words:
                self.threads.show_hits(hits)
                self.mark(self._room.state.thread_id)
                self._show_none()

        self._room.tasks.run(lambda: self._room.engine.search.find(words), show, owner=self)

    def _enter_results(self, open_first: bool) -> None:
        """Go from the search field into what was found."""
        if self._asked.isActive():
            self._asked.stop()
            self._find()
        index = self.view.first()
        if index.isValid():
            self.view.setFocus(Qt.FocusReason.TabFocusReason)
            self.view.setCurrentIndex(index)
            if open_first:
                self.view.open(index)

    def _show_none(self) -> None:
        self._none.setVisible(not self.threads.rowCount())
        if self.threads.searching:
            self._none.setText(self.tr("Nobody has said this yet, and no chat is called so."))
        else:
            self._none.setText(self.tr("Your chats will be listed here, newest first."))

    def _menu(self, point: QPoint) -> None:
        index = self.view.indexAt(point)
        thread = self.threads.known(index.data(ThreadRole) or "")
        if thread is None or index.data(HitRole) is not None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._fill_menu(menu, thread)
        menu.popup(self.view.viewport().mapToGlobal(point))

    def _fill_menu(self, menu: QMenu, thread: Thread) -> None:
        pinned = thread.pinned_at is not None
        pin = self.tr("Unpin") if pinned else self.tr("Pin to the top")
        menu.addAction(icons.icon("pin-off" if pinned else "pin"), pin, lambda: self.toggle_pin(thread.id))
        menu.addAction(icons.icon("pencil"), self.tr("Rename"), lambda: self.edit_title(thread.id))
        folders = menu.addMenu(icons.icon("folder"), self.tr("Move to folder"))
        for name in self.threads.folders:
            action = folders.addAction(name.replace("&", "&&"))
            action.setIcon(icons.icon("check" if name == thread.folder else "folder"))
            action.triggered.connect(lambda _=False, chosen=name: self._change(thread.id, folder=chosen))
        if self.threads.folders:
            folders.addSeparator()
        folders.addAction(icons.icon("folder-plus"), self.tr("New folder…"), lambda: self._new_folder(thread.id))
        if thread.folder:
            out = self.tr("Take out of “{name}”").format(name=thread.folder)
            folders.addAction(icons.icon("folder-minus"), out, lambda: self._change(thread.id, folder=None))
        exports = menu.addMenu(icons.icon("file-down"), self.tr("Save as"))
        for ending, words in (("md", "Markdown"), ("json", self.tr("JSON, as the API has it")), ("pdf", "PDF")):
            action = exports.addAction(words)
            action.triggered.connect(lambda _=False, chosen=ending: self.export_wanted.emit(thread.id, chosen))
        menu.addSeparator()
        menu.addAction(icons.icon("trash-2"), self.tr("Delete"), lambda: self.delete_wanted.emit(thread.id))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.new.say(self.tr("New chat"), "Ctrl+N")
        self.search.setPlaceholderText(self.tr("Search all chats"))
        self.search.setAccessibleName(self.tr("Search all chats by title and by what was said"))
        self.view.setAccessibleName(self.tr("Chats"))
        for page, words in (
            ("assistants", self.tr("Assistants")),
            ("knowledge", self.tr("Knowledge")),
            ("discussions", self.tr("Discussions")),
            ("models", self.tr("Models")),
            ("bin", self.tr("Bin")),
            ("settings", self.tr("Settings")),
        ):
            self.pages[page].say(words)
        self.threads.retranslate()
        self._show_none()
        self.mark(self._room.state.thread_id)


class SearchField(QLineEdit):
    """A quiet line with a magnifying glass; `entered` on Enter (True: open the first) or Down."""

    entered = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("search")
        self.setClearButtonEnabled(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        icons.paint(QPainter(self), "search", QRectF(12, self.height() / 2 - 8, 16, 16), colours().muted)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self.entered.emit(event.key() != Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)


class Logo(QWidget):
    """The ember and the name."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(38, 2, 0, 2)
        self._name = QLabel(self)
        self._name.setProperty("role", "heading")
        row.addWidget(self._name)
        self.setFixedHeight(30)
        self._retranslate()

    def paintEvent(self, _event: QPaintEvent) -> None:
        icons.paint(QPainter(self), "fireside", QRectF(8, self.height() / 2 - 11, 22, 22), colours().accent)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self._name.setText(self.tr("Fireside"))


_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
