"""The main window: side panel and raised sheet; it places pages and performs the actions of the table."""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, QTimer, QUrl
from PySide6.QtGui import QAction, QCloseEvent, QDesktopServices, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QStackedWidget,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from desktop import actions, icons
from desktop.controls.button import IconButton
from desktop.controls.commands import CommandPalette, Entry
from desktop.controls.toast import Toast
from desktop.errors import explain
from desktop.i18n import say
from desktop.windowstate import WindowState
from engine.errors import FiresideError

NARROW = 880
_MENUS = ("file", "chat", "view", "go")


class Window(QMainWindow):
    """Empty at first, so that it can be shown before anything heavy is loaded; `desktop.pages` fills it."""

    def __init__(self, state: WindowState) -> None:
        super().__init__()
        self.state = state
        self.performers: dict[str, Callable[[], None]] = {}
        self.describe: Callable[[], actions.State] = actions.State
        self.on_close: Callable[[], None] = lambda: None
        self.stays: Callable[[], bool] = lambda: False
        self._quitting = False
        self.find_more: Callable[[str], list[Entry]] = lambda _typed: []
        self._actions: dict[str, QAction] = {}
        self._pages: dict[str, QWidget] = {}
        self._page = ""
        self.on_page: Callable[[str], None] = lambda _name: None
        self._wanted_panel = state.panel
        self._narrow = False
        self.setMinimumSize(720, 480)
        self.resize(state.width, state.height)
        if state.x >= 0 and state.y >= 0:
            self.move(state.x, state.y)
        self.setWindowIcon(icons.icon("fireside", size=32))
        self._lay_out()
        self.toast = Toast(self)
        self.commands = CommandPalette(self, self._find_commands)
        self._make_actions()
        self._retranslate()

    def _lay_out(self) -> None:
        root = QWidget(self)
        row = QHBoxLayout(root)
        row.setContentsMargins(0, 0, 8, 8)
        row.setSpacing(0)
        self._side = QWidget(root)
        self._side_column = QVBoxLayout(self._side)
        self._side_column.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._side)
        holder = QVBoxLayout()
        self._holder = holder
        holder.setContentsMargins(2, 8, 0, 0)
        self.sheet = QFrame(root)
        self.sheet.setObjectName("sheet")
        holder.addWidget(self.sheet)
        row.addLayout(holder, 1)
        # What stands beside all of a page, its head too, goes into this row.
        self.beside = QHBoxLayout(self.sheet)
        self.beside.setContentsMargins(1, 1, 1, 1)
        self.beside.setSpacing(0)
        column = QVBoxLayout()
        column.setSpacing(0)
        self.beside.addLayout(column, 1)
        self._head = QWidget(self.sheet)
        self._head.setFixedHeight(54)
        self.head = QHBoxLayout(self._head)
        self.head.setContentsMargins(14, 0, 12, 0)
        self.head.setSpacing(8)
        self._panel_button = IconButton("panel-left", self._head)
        self._panel_button.clicked.connect(self.toggle_panel)
        self.head.addWidget(self._panel_button)
        self.head.addStretch(1)
        self._more = IconButton("ellipsis", self._head)
        self._more.clicked.connect(self._show_menu)
        self.head.addWidget(self._more)
        rule = QFrame(self.sheet)
        rule.setObjectName("rule")
        self.stack = QStackedWidget(self.sheet)
        column.addWidget(self._head)
        column.addWidget(rule)
        column.addWidget(self.stack, 1)
        self.setCentralWidget(root)

    # Pages.

    def set_side(self, panel: QWidget) -> None:
        """Put the side panel in its place."""
        self._side_column.addWidget(panel)
        self._fit_panel()

    def add_page(self, name: str, page: QWidget) -> None:
        self._pages[name] = page
        self.stack.addWidget(page)

    def page(self, name: str) -> QWidget | None:
        return self._pages.get(name)

    def show_page(self, name: str) -> None:
        """Bring a page to the front."""
        if name in self._pages:
            self._page = name
            self.stack.setCurrentWidget(self._pages[name])
            self._pages[name].setFocus(Qt.FocusReason.OtherFocusReason)
            self.on_page(name)
            self.refresh_actions()

    @property
    def current_page(self) -> str:
        return self._page

    def fit(self, room: QRect) -> None:
        """Keep the window with its frame inside the room of a screen: screens change between two starts."""
        if room.width() < NARROW:  # not a screen somebody sits at: where nothing is drawn, one of 800 is reported
            return
        title = self.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight)
        self.resize(self.size().boundedTo(room.size() - QSize(0, title)))
        moved = QRect(self.pos(), self.size())
        if self.state.x >= 0 and not room.contains(moved):
            moved.moveRight(min(moved.right(), room.right()))
            moved.moveBottom(min(moved.bottom(), room.bottom()))
            moved.moveLeft(max(moved.left(), room.left()))
            moved.moveTop(max(moved.top(), room.top()))
            self.move(moved.topLeft())

    def bring_to_front(self) -> None:
        """Show the window as it was, above others as far as the system lets it."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def show_bare(self, *, bare: bool) -> None:
        """Hide side panel and head: at the first start there is one thing to do."""
        self._show_side(not bare and self.panel_shown)
        self._head.setVisible(not bare)

    # Actions.

    def act(self, action_id: str) -> None:
        """Perform an action of the table, if somebody can."""
        perform = self.performers.get(action_id)
        if perform is not None:
            perform()

    def refresh_actions(self) -> None:
        """Enable what makes sense now."""
        state = self.describe()
        for action in actions.ACTIONS:
            self._actions[action.id].setEnabled(action.enabled(state))

    def _make_actions(self) -> None:
        for row in actions.ACTIONS:
            action = QAction(self)
            if row.shortcut:
                action.setShortcut(QKeySequence(row.shortcut))
            action.triggered.connect(lambda _=False, chosen=row.id: self.act(chosen))
            self.addAction(action)
            self._actions[row.id] = action
        self.performers |= {"palette": self.commands.open, "toggle_panel": self.toggle_panel, "quit": self._quit}
        if sys.platform == "darwin":
            for where in _MENUS:
                self._fill_menu(self.menuBar().addMenu(""), where)

    def _fill_menu(self, menu: QMenu, where: str) -> None:
        for row in actions.ACTIONS:
            if row.where == where:
                action = self._actions[row.id]
                if row.icon:
                    action.setIcon(icons.icon(row.icon))
                menu.addAction(action)

    def _show_menu(self) -> None:
        self.refresh_actions()
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self._page == "chat":
            self._fill_menu(menu, "chat")
            menu.addSeparator()
        self._fill_menu(menu, "view")
        menu.addSeparator()
        self._fill_menu(menu, "file")
        width = menu.sizeHint().width()
        menu.popup(self._more.mapToGlobal(QPoint(self._more.width() - width, self._more.height() + 4)))

    def _find_commands(self, typed: str) -> list[Entry]:
        names = {row.id: say(row.text) for row in actions.ACTIONS}
        found = []
        for action_id in actions.matching(typed, names, self.describe()):
            if action_id != "palette":
                row = actions.BY_ID[action_id]
                run = self._actions[action_id].trigger
                found.append(Entry(names[action_id], row.icon, row.shortcut, run))
        return [*found, *self.find_more(typed)]

    # Telling.

    def tell(self, text: str) -> None:
        self.toast.tell(text)

    def fail(self, error: FiresideError) -> None:
        """Say in a toast what went wrong."""
        self.toast.tell(say(explain(error.code, error.message).text))

    def undoable(self, text: str, undo: Callable[[], None], settled: Callable[[], None]) -> None:
        self.toast.offer_undo(text, undo, settled)

    def open_folder(self, folder: str) -> None:
        """Show a folder in the system's file manager."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(folder))

    # The panel.

    @property
    def panel_shown(self) -> bool:
        return self._wanted_panel and not self._narrow

    def toggle_panel(self) -> None:
        """Show or hide the side panel; in a narrow window it is shown until the window's width changes."""
        shown = not self._side.isVisible()
        if not self._narrow:
            self._wanted_panel = shown
        self._show_side(shown)

    def _show_side(self, shown: bool) -> None:
        self._side.setVisible(shown)
        self._holder.setContentsMargins(2 if shown else 8, 8, 0, 0)

    def _fit_panel(self) -> None:
        narrow = self.width() < NARROW
        if narrow != self._narrow or not self._side.isVisibleTo(self):
            self._narrow = narrow
            self._show_side(self.panel_shown and self._head.isVisibleTo(self))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_panel()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep size and place, do what waited for undo, then let go of the engine; or only hide, if it stays."""
        if not self._quitting and self.stays():
            event.ignore()
            self.hide()
            return
        self.state.panel = self._wanted_panel
        self.state.maximised = self.isMaximized()
        if not self.state.maximised:
            self.state.width, self.state.height = self.width(), self.height()
            self.state.x, self.state.y = max(0, self.x()), max(0, self.y())
        self.toast.settle()
        self.hide()
        self.on_close()
        super().closeEvent(event)
        QTimer.singleShot(0, QApplication.quit)

    def _quit(self) -> None:
        self.prepare_to_quit()
        self.close()

    def prepare_to_quit(self) -> None:
        """Let the next closing be the end: somebody quits, or the system logs out."""
        self._quitting = True

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Fireside"))
        self._panel_button.set_name(self.tr("Show or hide the side panel"))
        self._more.set_name(self.tr("More"))
        for row in actions.ACTIONS:
            self._actions[row.id].setText(say(row.text))
        if sys.platform == "darwin":
            titles = (self.tr("File"), self.tr("Chat"), self.tr("View"), self.tr("Go"))
            for action, title in zip(self.menuBar().actions(), titles, strict=True):
                action.setText(title)
