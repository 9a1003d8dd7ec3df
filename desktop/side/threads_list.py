"""The list of threads: pinned, in folders and under their days, or what a search found, as Qt's list view asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.i18n import say
from desktop.side.grouping import grouped
from desktop.words import QT_TRANSLATE_NOOP, Words
from engine.service.thread_search import SaidHit
from engine.types import Thread

Index = QModelIndex | QPersistentModelIndex
ThreadRole = int(Qt.ItemDataRole.UserRole) + 1
BusyRole = int(Qt.ItemDataRole.UserRole) + 2
HitRole = int(Qt.ItemDataRole.UserRole) + 3
FolderRole = int(Qt.ItemDataRole.UserRole) + 4
FoldedRole = int(Qt.ItemDataRole.UserRole) + 5
UNTITLED = QT_TRANSLATE_NOOP("ThreadsList", "New chat")
_TITLES = QT_TRANSLATE_NOOP("ThreadsList", "Chats with this title")
_SAID = QT_TRANSLATE_NOOP("ThreadsList", "In what was said")


@dataclass(frozen=True, slots=True)
class _Row:
    """A heading, a thread, or a message that was found."""

    heading: Words | None = None
    thread: Thread | None = None
    hit: SaidHit | None = None
    folder: str | None = None


class ThreadsList(QAbstractListModel):
    """All threads known, grouped; hidden ones wait to be deleted or brought back."""

    renamed = Signal(str, str)

    def __init__(self, parent: QWidget, folded: Iterable[str] = ()) -> None:
        super().__init__(parent)
        self._threads: dict[str, Thread] = {}
        self._ranks: dict[str, int] = {}
        self._count = 0
        self._hidden: set[str] = set()
        self._busy: set[str] = set()
        self._folded = set(folded)
        self._search = ""
        self._hits: tuple[SaidHit, ...] = ()
        self._rows: list[_Row] = []
        self._held = self._stale = False

    def add(self, threads: Iterable[Thread], *, stored: bool = False) -> None:
        """Take threads, new ones or new states; `stored` ones are read in descending order and rank below."""
        for thread in threads:
            self._count += 1
            if not stored:
                self._ranks[thread.id] = self._count
            self._ranks.setdefault(thread.id, -self._count)
            self._threads[thread.id] = thread
        self._rebuild()

    def remove(self, thread_id: str) -> None:
        if self._threads.pop(thread_id, None) is not None:
            self._rebuild()

    def hide(self, thread_id: str, *, hidden: bool) -> None:
        """Leave a thread out at once, before its deletion is stored, or take it back in."""
        (self._hidden.add if hidden else self._hidden.discard)(thread_id)
        self._rebuild()

    def search(self, text: str) -> None:
        """Show only threads with these words in their title, and no hits until `show_hits`."""
        self._search = text
        self._hits = ()
        self._rebuild()

    def show_hits(self, hits: Sequence[SaidHit]) -> None:
        """Show messages that were found, below the titles."""
        self._hits = tuple(hits)
        self._rebuild()

    def set_busy(self, thread_ids: set[str]) -> None:
        """Mark the threads that are being answered in."""
        if thread_ids != self._busy:
            self._busy = set(thread_ids)
            if self._rows:
                self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1), [BusyRole])

    def fold(self, folder: str) -> None:
        """Hide or show what lies in a folder."""
        (self._folded.discard if folder in self._folded else self._folded.add)(folder)
        self._rebuild()

    @property
    def folded(self) -> list[str]:
        return sorted(self._folded)

    @property
    def folders(self) -> list[str]:
        """The names of all folders that hold a thread."""
        return sorted({thread.folder for thread in self._threads.values() if thread.folder}, key=str.casefold)

    def known(self, thread_id: str) -> Thread | None:
        return self._threads.get(thread_id)

    def retranslate(self) -> None:
        self._rebuild()

    def row_of(self, thread_id: str) -> QModelIndex:
        """Return the index of a thread, invalid if it is not listed."""
        for number, row in enumerate(self._rows):
            if row.thread is not None and row.thread.id == thread_id:
                return self.index(number)
        return QModelIndex()

    @property
    def threads(self) -> tuple[Thread, ...]:
        """The threads listed now, in their order."""
        return tuple(row.thread for row in self._rows if row.thread is not None)

    @property
    def hits(self) -> tuple[SaidHit, ...]:
        return self._hits

    @property
    def searching(self) -> bool:
        return bool(self._search.strip())

    def hold(self, held: bool) -> None:
        """Leave the rows as they are while a title is being edited in one of them."""
        self._held = held
        if not held and self._stale:
            self._rebuild()

    def _rebuild(self) -> None:
        self._stale = self._held
        if self._held:
            return
        shown = [thread for thread in self._threads.values() if thread.id not in self._hidden]
        shown.sort(key=lambda thread: -self._ranks[thread.id])
        self.beginResetModel()
        self._rows = self._found(shown) if self.searching else self._grouped(shown)
        self.endResetModel()

    def _grouped(self, shown: list[Thread]) -> list[_Row]:
        rows: list[_Row] = []
        for group in grouped(shown, date.today()):
            rows.append(_Row(heading=group.title, folder=group.folder))
            if group.folder not in self._folded:
                rows += [_Row(thread=thread) for thread in group.threads]
        return rows

    def _found(self, shown: list[Thread]) -> list[_Row]:
        groups = grouped(shown, date.today(), self._search)
        titles = sorted((t for group in groups for t in group.threads), key=lambda t: -t.last_used_at)
        hits = [hit for hit in self._hits if hit.thread_id not in self._hidden]
        return [
            *([_Row(heading=_TITLES)] if titles else []),
            *(_Row(thread=thread) for thread in titles),
            *([_Row(heading=_SAID)] if hits else []),
            *(_Row(hit=hit) for hit in hits),
        ]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole | Qt.ItemDataRole.AccessibleTextRole:
                return self._words(row)
            case Qt.ItemDataRole.ToolTipRole:
                return self._words(row) if row.heading is None else None
            case _ if role == ThreadRole:
                return row.thread.id if row.thread is not None else row.hit.thread_id if row.hit is not None else None
            case _ if role == BusyRole:
                return row.thread is not None and row.thread.id in self._busy
            case _ if role == HitRole:
                return row.hit
            case _ if role == FolderRole:
                return row.folder
            case _ if role == FoldedRole:
                return row.folder in self._folded
            case _:
                return None

    def _words(self, row: _Row) -> str:
        if row.thread is not None:
            return title_of(row.thread)
        if row.hit is not None:
            return f"{row.hit.title or say(UNTITLED)}: {row.hit.snippet}"
        return say(row.heading) if row.heading is not None else ""

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        thread = self._rows[index.row()].thread if index.isValid() else None
        title = str(value).strip()
        if role != Qt.ItemDataRole.EditRole or thread is None or not title or title == thread.title:
            return False
        self.renamed.emit(thread.id, title[:200])
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        row = self._rows[index.row()] if index.isValid() else _Row()
        selectable = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if row.thread is not None:
            return selectable | Qt.ItemFlag.ItemIsEditable
        return selectable if row.hit is not None or row.folder is not None else Qt.ItemFlag.NoItemFlags


def title_of(thread: Thread) -> str:
    """Return the thread's title, or words for one without."""
    return thread.title or say(UNTITLED)
