"""Tool servers: programs the person adds, listed, stopped, and what of their tools an assistant gets."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from desktop.assistants.shelf import Shelf, read_shelf
from desktop.controls.button import IconButton, text_button
from desktop.controls.pageframe import PageFrame
from desktop.room import Room
from engine.errors import FiresideError
from engine.types import JsonObject, ToolServer


class ServerCard(QFrame):
    """One server: its command, whether it runs, and its tools once they were listed."""

    listed = Signal()
    stopped = Signal()
    removed = Signal()
    tool_wanted = Signal(object)

    def __init__(self, server: ToolServer, running: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.server = server
        name = QLabel(server.name, self)
        name.setProperty("role", "strong")
        state = QLabel(self.tr("running") if running else self.tr("not running"), self)
        state.setProperty("role", "tag-good" if running else "tag")
        command = QLabel(shlex.join(server.command), self)
        command.setProperty("role", "small")
        command.setTextFormat(Qt.TextFormat.PlainText)
        command.setWordWrap(True)
        self.list = text_button("normal", self)
        self.list.setText(self.tr("Start and list its tools"))
        self.list.clicked.connect(self.listed)
        self.stop = text_button("quiet", self)
        self.stop.setText(self.tr("Stop"))
        self.stop.setVisible(running)
        self.stop.clicked.connect(self.stopped)
        self.remove = IconButton("trash-2", self, size=30, icon_size=15)
        self.remove.set_name(self.tr("Remove {name}").format(name=server.name))
        self.remove.clicked.connect(self.removed)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(name)
        head.addWidget(state)
        head.addStretch(1)
        for button in (self.stop, self.list, self.remove):
            head.addWidget(button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(14, 10, 10, 12)
        self._column.setSpacing(4)
        self._column.addLayout(head)
        self._column.addWidget(command)
        self.tools: dict[str, QCheckBox] = {}

    def show_tools(self, tools: tuple[JsonObject, ...], chosen: frozenset[str]) -> None:
        """Show the server's tools to choose from; those an assistant has already are ticked."""
        for tool in tools:
            function = tool["function"]
            box = QCheckBox(str(function["name"]), self)
            box.setChecked(function["name"] in chosen)
            box.setEnabled(not box.isChecked())
            box.toggled.connect(lambda on, taken=tool: self.tool_wanted.emit(taken) if on else None)
            about = QLabel(str(function.get("description") or ""), self)
            about.setProperty("role", "small")
            about.setTextFormat(Qt.TextFormat.PlainText)
            about.setWordWrap(True)
            about.setContentsMargins(24, 0, 0, 4)
            self._column.addWidget(box)
            self._column.addWidget(about)
            self.tools[str(function["name"])] = box
        self.list.hide()


class ServersDialog(QDialog):
    """Adds servers and hands their tools on: `tool_chosen` with the tool and the server's id."""

    tool_chosen = Signal(object, str)

    def __init__(self, room: Room, chosen: frozenset[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(620, 560)
        self._room, self._chosen = room, chosen
        self.cards: list[ServerCard] = []
        self._page = PageFrame(self, width=640)
        self.name = QLineEdit(self)
        self.command = QLineEdit(self)
        self.add = text_button("primary", self)
        self.add.clicked.connect(self._add)
        self._problem = QLabel(self)
        self._problem.setProperty("role", "danger")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self._box = QVBoxLayout()
        self._box.setSpacing(8)
        self._page.column.addLayout(self._box)
        self._page.column.addSpacing(14)
        fields = QHBoxLayout()
        fields.setSpacing(8)
        fields.addWidget(self.name, 1)
        fields.addWidget(self.command, 3)
        fields.addWidget(self.add)
        self._page.column.addLayout(fields)
        self._page.column.addWidget(self._problem)
        self._page.column.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._page)
        self._retranslate()
        self.load()

    def load(self) -> None:
        """Read the servers."""
        self._room.tasks.run(lambda: read_shelf(self._room.engine), self._show, self._fail, owner=self)

    def _show(self, shelf: Shelf) -> None:
        for card in self.cards:
            self._box.removeWidget(card)
            card.deleteLater()
        self.cards = []
        servers = self._room.engine.tool_servers
        for server in shelf.servers:
            card = ServerCard(server, server.id in shelf.running, self)
            card.listed.connect(lambda chosen=card: self._list(chosen))
            card.stopped.connect(partial(self._write, partial(servers.stop, server.id)))
            card.removed.connect(partial(self._write, partial(servers.remove, server.id)))
            card.tool_wanted.connect(lambda tool, chosen=server.id: self.tool_chosen.emit(tool, chosen))
            self._box.addWidget(card)
            self.cards.append(card)

    def _list(self, card: ServerCard) -> None:
        card.list.setEnabled(False)
        card.list.setText(self.tr("Starting…"))

        def failed(error: FiresideError) -> None:
            self._fail(error)
            self.load()

        self._room.tasks.run(
            lambda: self._room.engine.tool_servers.tools(card.server.id),
            lambda tools: card.show_tools(tools, self._chosen),
            failed,
            owner=card,
        )

    def _add(self) -> None:
        name, line = self.name.text().strip(), self.command.text().strip()
        try:
            command = shlex.split(line)
        except ValueError:
            self._say(self.tr("A quote in the command is not closed."))
            return
        if not name or not command:
            self._say(self.tr("Give the server a name, and the command that starts it."))
            return

        def done(_server: ToolServer) -> None:
            self.name.clear()
            self.command.clear()
            self._problem.hide()
            self.load()

        self._room.tasks.write(
            lambda: self._room.engine.tool_servers.add(name=name, command=command), done, self._fail, owner=self
        )

    def _write(self, op: Callable[[], object]) -> None:
        self._room.tasks.write(op, lambda _done: self.load(), self._fail, owner=self)

    def _fail(self, error: FiresideError) -> None:
        self._say(error.message)

    def _say(self, text: str) -> None:
        self._problem.setText(text)
        self._problem.show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Tool servers"))
        self._page.say(
            self.tr("Tool servers"),
            self.tr(
                "Programs on this computer that offer tools over MCP. Each runs with your own rights, and only what "
                "you add here is ever started."
            ),
        )
        self.name.setPlaceholderText(self.tr("Name"))
        self.name.setAccessibleName(self.tr("Name of the server"))
        self.command.setPlaceholderText("python -m my_server")
        self.command.setAccessibleName(self.tr("Command that starts the server"))
        self.add.setText(self.tr("Add"))
