"""The shelf: every collection of files as a card, with how far reading it is and who uses it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from desktop import icons, wording
from desktop.controls.button import IconButton, text_button
from desktop.controls.empty import EmptyState, IconTile
from desktop.controls.pageframe import PageFrame
from desktop.controls.progress import Bar
from desktop.i18n import say
from desktop.knowledge import reading
from desktop.knowledge.drops import dropped, takes
from desktop.knowledge.reading import Summary
from desktop.knowledge.speed import speed_and_time
from engine.events import VectorStoreFileChanged
from engine.service.pace import Pace


class StoreCard(QFrame):
    """One collection. Emits (what, id): open, rename, pause, resume, delete."""

    wanted = Signal(str, str)

    def __init__(self, summary: Summary, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.summary = summary
        self._pace = Pace(summary.held)
        self._name = _label(self, "heading")
        self._facts = _label(self, "small")
        self._state = _label(self, "small")
        self._bar = Bar(self, height=4)
        self.more = IconButton("ellipsis", self)
        self.more.clicked.connect(self._menu)
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addWidget(self._name)
        words.addWidget(self._facts)
        words.addSpacing(2)
        words.addWidget(self._bar)
        words.addWidget(self._state)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 14, 12, 14)
        row.setSpacing(14)
        row.addWidget(IconTile("library", self, size=40), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self.more, 0, Qt.AlignmentFlag.AlignTop)
        self.show_summary(summary)

    @property
    def store_id(self) -> str:
        return self.summary.store.id

    def show_summary(self, summary: Summary) -> None:
        """Take a new state of the same collection."""
        if summary.held != self.summary.held:
            self._pace = Pace(summary.held)
        self.summary = summary
        store = summary.store
        self._name.setText(store.name or say(reading.UNTITLED))
        facts = [say(reading.files(store.file_counts.total))]
        if store.usage_bytes:
            facts.append(wording.size(store.usage_bytes))
        if summary.folders:
            names = self.tr(", ").join(Path(each.folder.path).name for each in summary.folders)
            facts.append(self.tr("follows “{folders}”").format(folders=names))
        users = self.tr(", ").join(user.name or self.tr("Assistant") for user in summary.users[:3])
        if users:
            facts.append(self.tr("used by {names}").format(names=users))
        self._facts.setText(" · ".join(facts))
        self.more.set_name(self.tr("More for {name}").format(name=self._name.text()))
        self._show_state()

    def take(self, event: VectorStoreFileChanged) -> None:
        """Take what happened to a file of this collection."""
        self._pace.take(event)
        self._show_state()

    def _show_state(self) -> None:
        store, progress = self.summary.store, self._pace.progress
        counts = store.file_counts
        role, text = "small", ""
        if counts.in_progress and store.paused_at is not None:
            text = self.tr("Paused · {files} wait").format(files=say(reading.files(counts.in_progress)))
        elif counts.in_progress:
            parts = [self.tr("Reading {done} of {total} files").format(done=progress.files_done, total=progress.files)]
            text = " · ".join(parts + speed_and_time(progress))
        elif store.status == "expired":
            role, text = "warn", self.tr("Expired: it is not searched any more")
        elif any(each.state in ("missing", "unreadable") for each in self.summary.folders):
            role, text = "warn", self.tr("A folder it follows is not there now; what was read is kept")
        elif counts.failed:
            role, text = "warn", self.tr("{files} could not be read").format(files=say(reading.files(counts.failed)))
        self._bar.setVisible(counts.in_progress > 0)
        self._bar.set_fraction(progress.share)
        self._bar.set_paused(store.paused_at is not None)
        self._state.setText(text)
        self._state.setVisible(bool(text))
        _set_role(self._state, role)
        self.setAccessibleName(self._name.text())
        self.setAccessibleDescription(f"{self._facts.text()}. {text}")

    def _menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        paused = self.summary.store.paused_at is not None
        rows = [("open", "folder-open", self.tr("Open")), ("rename", "pencil", self.tr("Rename"))]
        if paused:
            rows.append(("resume", "play", self.tr("Go on reading")))
        elif self.summary.store.file_counts.in_progress:
            rows.append(("pause", "pause", self.tr("Pause reading")))
        rows.append(("delete", "trash-2", self.tr("Delete")))
        for what, icon, words in rows:
            action = menu.addAction(icons.icon(icon), words)
            action.triggered.connect(lambda _=False, chosen=what: self.wanted.emit(chosen, self.store_id))
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height() + 4)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.wanted.emit("open", self.store_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.wanted.emit("open", self.store_id)
        else:
            super().keyPressEvent(event)


class ShelfPage(PageFrame):
    """All collections; emits what is wanted of one, paths that were dropped, and wishes for a new one."""

    wanted = Signal(str, str)
    new_wanted = Signal()
    dropped = Signal(list)
    models_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=720)
        self.cards: dict[str, StoreCard] = {}
        self.setAcceptDrops(True)
        self.new = text_button("primary", self)
        self.new.clicked.connect(self.new_wanted)
        self.beside.addWidget(self.new)
        self._note = QFrame(self)
        self._note.setObjectName("note")
        self._note_text = QLabel(self._note)
        self._note_text.setWordWrap(True)
        self.models = text_button("link", self._note)
        self.models.clicked.connect(self.models_wanted)
        note = QHBoxLayout(self._note)
        note.setContentsMargins(14, 8, 8, 8)
        note.addWidget(self._note_text, 1)
        note.addWidget(self.models)
        self._note.hide()
        self.column.addWidget(self._note)
        self._gap = QWidget(self)
        self._gap.setFixedHeight(12)
        self._gap.hide()
        self.column.addWidget(self._gap)
        self._box = QVBoxLayout()
        self._box.setSpacing(10)
        self.column.addLayout(self._box)
        self.empty = EmptyState("library", self)
        self.empty.button.clicked.connect(self.new_wanted)
        self.empty.hide()
        self.column.addWidget(self.empty, 1)
        self.column.addStretch(1)
        self.retranslate()

    def show_shelf(self, shelf: tuple[Summary, ...], *, by_meaning: bool, hidden: set[str]) -> None:
        """Show all collections but the hidden ones, which may still come back."""
        old, self.cards = self.cards, {}
        shown = [each for each in shelf if each.store.id not in hidden]
        for summary in shown:
            card = old.pop(summary.store.id, None)
            if card is None:
                card = StoreCard(summary, self)
                card.wanted.connect(self.wanted)
            else:
                card.show_summary(summary)
            self._box.removeWidget(card)
            self._box.addWidget(card)
            card.show()
            self.cards[summary.store.id] = card
        for gone in old.values():
            self._box.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        self.empty.setVisible(not shown)
        self.new.setVisible(bool(shown))
        self._note.setVisible(bool(shown) and not by_meaning)
        self._gap.setVisible(self._note.isVisibleTo(self))

    def dragEnterEvent(self, event: QEvent) -> None:
        takes(event)

    def dropEvent(self, event: QEvent) -> None:
        paths: list[Path] = dropped(event)
        if paths:
            self.dropped.emit(paths)

    def retranslate(self) -> None:
        """Take the words of the language now in use."""
        self.say(
            self.tr("Knowledge"),
            self.tr("Files that assistants search before they answer. Nothing leaves this computer."),
        )
        self.new.setText(self.tr("New collection"))
        self._note_text.setText(
            self.tr("Passages are found by their words only. With a model for searching, by their meaning too.")
        )
        self.models.setText(self.tr("Get one"))
        self.empty.say(
            self.tr("Nothing to search yet"),
            self.tr(
                "Put files or a folder here: documents, tables, slides, mail, code. Assistants find the passage that "
                "answers, and show it beside the answer."
            ),
            self.tr("New collection"),
        )
        for card in self.cards.values():
            card.show_summary(card.summary)


def _label(parent: QWidget, role: str) -> QLabel:
    label = QLabel(parent)
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def _set_role(label: QLabel, role: str) -> None:
    if label.property("role") != role:
        label.setProperty("role", role)
        label.style().unpolish(label)
        label.style().polish(label)
