"""The bin page: deleted chats and messages, restored with one press, or deleted for ever."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop import icons
from desktop.controls.button import IconButton, text_button
from desktop.controls.empty import EmptyState
from desktop.controls.pageframe import PageFrame
from desktop.room import Room
from desktop.theme import colours
from engine.events import BinChanged, Event
from engine.service.bin import KEPT_DAYS, Binned

_DAY = 86_400


class BinRow(QFrame):
    """One thing that was deleted."""

    def __init__(self, binned: Binned, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.binned = binned
        row = QHBoxLayout(self)
        row.setContentsMargins(48, 10, 10, 10)
        row.setSpacing(6)
        words = QVBoxLayout()
        words.setSpacing(2)
        self._text = QLabel(self)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setProperty("role", "strong" if binned.kind == "thread" else "")
        self._left = QLabel(self)
        self._left.setProperty("role", "small")
        words.addWidget(self._text)
        words.addWidget(self._left)
        row.addLayout(words, 1)
        self.restore = text_button("normal", self)
        self.remove = IconButton("trash-2", self)
        row.addWidget(self.restore)
        row.addWidget(self.remove)
        self._retranslate()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        name = "messages-square" if self.binned.kind == "thread" else "message-square"
        icons.paint(QPainter(self), name, QRectF(18, self.height() / 2 - 9, 18, 18), colours().muted)

    def _retranslate(self) -> None:
        text = self.binned.text or self.tr("New chat")
        self._text.setText(text if len(text) <= 72 else text[:71] + "…")
        gone = max(0, int(time.time()) - self.binned.deleted_at) // _DAY
        left = max(0, KEPT_DAYS - gone)
        kind = self.tr("Chat") if self.binned.kind == "thread" else self.tr("Message")
        when = self.tr("deleted today") if gone == 0 else self.tr("deleted {n} days ago").format(n=gone)
        stays = self.tr("stays {n} more days").format(n=left)
        self._left.setText(f"{kind} · {when} · {stays}")
        self.restore.setText(self.tr("Restore"))
        self.restore.setAccessibleName(self.tr("Restore “{text}”").format(text=text[:60]))
        self.remove.set_name(self.tr("Delete for ever"))
        self.setAccessibleName(f"{text}. {self._left.text()}")


class BinPage(QWidget):
    """Reads the bin whenever it is shown and whenever something in it changes."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._room = room
        self._leaving: set[str] = set()
        self.rows: list[BinRow] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._frame = PageFrame(self)
        self.empty = text_button("danger", self._frame)
        self.empty.clicked.connect(self._empty)
        self._frame.beside.addWidget(self.empty)
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        self._frame.column.addLayout(self._list)
        self._frame.column.addStretch(1)
        self.nothing = EmptyState("trash-2", self)
        column.addWidget(self._frame)
        column.addWidget(self.nothing)
        self._show(())
        self._retranslate()

    def load(self) -> None:
        """Read what is in the bin."""
        self._room.tasks.run(self._room.engine.bin.list, self._show, owner=self)

    def take(self, events: tuple[Event, ...]) -> None:
        """Take a bundle of events."""
        if self.isVisible() and any(isinstance(event, BinChanged) for event in events):
            self.load()

    def _show(self, found: tuple[Binned, ...]) -> None:
        for row in self.rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = []
        for binned in found:
            if binned.id not in self._leaving:
                self.rows.append(self._row(binned))
        self._frame.setVisible(bool(self.rows))
        self.nothing.setVisible(not self.rows)

    def _row(self, binned: Binned) -> BinRow:
        row = BinRow(binned, self)
        row.restore.clicked.connect(lambda: self._restore(binned))
        row.remove.clicked.connect(lambda: self._remove([binned]))
        self._list.addWidget(row)
        return row

    def _restore(self, binned: Binned) -> None:
        done = self.tr("Restored.")
        self._room.tasks.write(
            lambda: self._room.engine.bin.take_out(binned.id), lambda _: self._room.tell(done), owner=self
        )

    def _empty(self) -> None:
        self._remove([row.binned for row in self.rows])

    def _remove(self, gone: list[Binned]) -> None:
        """Take things from the list at once; they are deleted for ever when undo is no longer offered."""
        ids = [binned.id for binned in gone]
        self._leaving.update(ids)
        self._show(tuple(row.binned for row in self.rows))

        def undo() -> None:
            self._leaving.difference_update(ids)
            self.load()

        def settled() -> None:
            for object_id in ids:
                self._room.tasks.write(lambda chosen=object_id: self._room.engine.bin.remove(chosen))  # type: ignore[misc]

        text = self.tr("Deleted for ever.") if len(ids) == 1 else self.tr("The bin is empty.")
        self._room.undoable(text, undo, settled)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        lead = self.tr("Chats and messages you delete stay here for {n} days. Then they are gone for ever.")
        self._frame.say(self.tr("Bin"), lead.format(n=KEPT_DAYS))
        self.empty.setText(self.tr("Empty the bin"))
        nothing = self.tr("What you delete stays here for {n} days and can be restored until then.")
        self.nothing.say(self.tr("The bin is empty"), nothing.format(n=KEPT_DAYS))
        self.setAccessibleName(self.tr("Bin"))
