"""The list of threads as it is used with keys and mouse."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListView, QWidget

from desktop.side.threads_list import FolderRole, HitRole, ThreadRole

_OPENING = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ThreadsView(QListView):
    """Opens on click and Enter; renames with F2, deletes with Delete, pins with P; folds folders."""

    chosen = Signal(str)
    found_chosen = Signal(str, str)
    delete_wanted = Signal(str)
    pin_wanted = Signal(str)
    fold_wanted = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setUniformItemSizes(False)
        self.setEditTriggers(QListView.EditTrigger.EditKeyPressed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(20)
        self.clicked.connect(self.open)

    def first(self) -> QModelIndex:
        """Return the first row that can be opened."""
        model = self.model()
        rows = (model.index(number, 0) for number in range(model.rowCount()))
        return next((index for index in rows if index.data(ThreadRole)), QModelIndex())

    def open(self, index: QModelIndex) -> None:
        """Do what a click on a row does."""
        hit, folder, thread_id = index.data(HitRole), index.data(FolderRole), index.data(ThreadRole)
        if hit is not None:
            self.found_chosen.emit(hit.thread_id, hit.message_id)
        elif folder is not None:
            self.fold_wanted.emit(folder)
        elif thread_id:
            self.chosen.emit(thread_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.state() == QListView.State.EditingState:
            return  # the key belongs to the title that is being edited, which has had it
        index = self.currentIndex()
        thread_id = index.data(ThreadRole) if index.data(HitRole) is None else None
        if event.key() in _OPENING and index.isValid():
            self.open(index)
        elif event.key() == Qt.Key.Key_Delete and thread_id:
            self.delete_wanted.emit(thread_id)
        elif event.key() == Qt.Key.Key_P and thread_id and not event.modifiers():
            self.pin_wanted.emit(thread_id)
        else:
            super().keyPressEvent(event)
