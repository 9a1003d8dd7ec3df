"""The side panel: name, new chat, search, threads by day, and the pages at the foot."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QLineEdit, QListView, QMenu, QVBoxLayout, QWidget

from desktop import icons
from desktop.room import Room
from desktop.side.threads_list import ThreadPainter, ThreadRole, ThreadsList
from desktop.theme import colour, colours, ui_font
from engine.events import Event, ThreadChanged
from engine.types import PageRequest, Thread

WIDTH = 248
_ROW = 38


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


class ThreadsView(QListView):
    """Opens on click and Enter; renames with F2, deletes with Delete."""

    chosen = Signal(str)
    delete_wanted = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setUniformItemSizes(False)
        self.setEditTriggers(QListView.EditTrigger.EditKeyPressed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(20)
        self.clicked.connect(self._open)

    def _open(self, index: QModelIndex) -> None:
        thread_id = index.data(ThreadRole)
        if thread_id:
            self.chosen.emit(thread_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        thread_id = index.data(ThreadRole)
        if (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and thread_id
            and not self.isPersistentEditorOpen(index)
        ):
            self.chosen.emit(thread_id)
        elif event.key() == Qt.Key.Key_Delete and thread_id:
            self.delete_wanted.emit(thread_id)
        else:
            super().keyPressEvent(event)


class SidePanel(QWidget):
    """Knows all threads by their titles; tells the window what was chosen."""

    thread_chosen = Signal(str)
    delete_wanted = Signal(str)

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._after: str | None = None
        self.setFixedWidth(WIDTH)
        self.threads = ThreadsList(self)
        self.threads.renamed.connect(self.rename)
        self.view = ThreadsView(self)
        self.view.setModel(self.threads)
        self.view.setItemDelegate(ThreadPainter(self.view))
        self.view.chosen.connect(self.thread_chosen)
        self.view.delete_wanted.connect(self.delete_wanted)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._menu)
        self.new = RowButton("plus", self, framed=True)
        self.new.clicked.connect(lambda: room.act("new_chat"))
        self.search = SearchField(self)
        self.search.textChanged.connect(self._search)
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
            elif isinstance(event, ThreadChanged) and event.thread_id is not None:
                changed.pop(event.thread_id, None)
                self.threads.remove(event.thread_id)
        if changed:
            self.threads.add(changed.values())
            self.mark(self._room.state.thread_id)
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
        self._room.tasks.write(lambda: self._room.engine.threads.update(thread_id, title=title), owner=self)

    def _search(self, text: str) -> None:
        self.threads.search(text)
        self.mark(self._room.state.thread_id)
        self._show_none()

    def _show_none(self) -> None:
        empty = not self.threads.threads
        self._none.setVisible(empty)
        if self.threads.searching:
            self._none.setText(self.tr("No chat has these words in its title."))
        else:
            self._none.setText(self.tr("Your chats will be listed here, newest first."))

    def _menu(self, point: QPoint) -> None:
        index = self.view.indexAt(point)
        thread_id = index.data(ThreadRole)
        if not thread_id:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(icons.icon("pencil"), self.tr("Rename"), lambda: self.view.edit(index))
        menu.addAction(icons.icon("trash-2"), self.tr("Delete"), lambda: self.delete_wanted.emit(thread_id))
        menu.popup(self.view.viewport().mapToGlobal(point))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.new.say(self.tr("New chat"), "Ctrl+N")
        self.search.setPlaceholderText(self.tr("Search chats"))
        self.search.setAccessibleName(self.tr("Search chats by title"))
        self.view.setAccessibleName(self.tr("Chats"))
        for page, words in (
            ("assistants", self.tr("Assistants")),
            ("knowledge", self.tr("Knowledge")),
            ("discussions", self.tr("Discussions")),
            ("models", self.tr("Models")),
            ("settings", self.tr("Settings")),
        ):
            self.pages[page].say(words)
        self.threads.retranslate()
        self._show_none()
        self.mark(self._room.state.thread_id)


class SearchField(QLineEdit):
    """A quiet line with a magnifying glass."""

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
