"""The folders that a collection follows: where they are, how following goes, and how to end it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop.controls.button import IconButton
from desktop.i18n import say
from desktop.knowledge import reading
from desktop.knowledge.files import Mark
from engine.service.live_folders import FolderState

_TONES = {"following": "accent", "looking": "faint", "missing": "warn", "unreadable": "warn", "full": "warn"}


class FolderRow(QFrame):
    """One folder. Emits (what, folder id): look, unfollow."""

    wanted = Signal(str, str)

    def __init__(self, state: FolderState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.folder_state = state
        self._mark = Mark(self, size=18)
        self._path = QLabel(self)
        self._path.setTextFormat(Qt.TextFormat.PlainText)
        self._path.setProperty("role", "strong")
        self._path.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._said = QLabel(self)
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self._said.setWordWrap(True)
        self.look = IconButton("rotate-ccw", self, size=28, icon_size=15)
        self.look.clicked.connect(lambda: self.wanted.emit("look", self.folder_state.folder.id))
        self.end = IconButton("x", self, size=28, icon_size=15)
        self.end.clicked.connect(lambda: self.wanted.emit("unfollow", self.folder_state.folder.id))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._path)
        words.addWidget(self._said)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 11, 10, 11)
        row.setSpacing(12)
        row.addWidget(self._mark)
        row.addLayout(words, 1)
        row.addWidget(self.look)
        row.addWidget(self.end)
        self.show_state(state)

    @property
    def text(self) -> str:
        """What the row says about how following goes."""
        return self._said.text()

    def show_state(self, state: FolderState) -> None:
        """Take a new state of the same folder."""
        self.folder_state = state
        shown = short_path(state.folder.path)
        self._path.setText(shown)
        self._path.setToolTip(state.folder.path)
        self._said.setText(self._words(state))
        warns = state.state in ("missing", "unreadable", "full") or bool(state.problems)
        self._said.setToolTip("\n".join(each.path for each in state.problems))
        role = "warn" if warns else "small"
        if self._said.property("role") != role:
            self._said.setProperty("role", role)
            self._said.style().unpolish(self._said)
            self._said.style().polish(self._said)
        self._mark.show_icon("triangle-alert" if _TONES[state.state] == "warn" else "folder-sync", _TONES[state.state])
        self.look.set_name(self.tr("Look through {folder} now").format(folder=shown))
        self.end.set_name(self.tr("Stop following {folder}").format(folder=shown))
        self.setAccessibleName(shown)
        self.setAccessibleDescription(self._said.text())

    def _words(self, state: FolderState) -> str:
        if state.state == "missing":
            return self.tr("Not there now: is its disk plugged in? What was read is kept.")
        if state.state == "unreadable":
            return self.tr("It may not be read. What was read before is kept.")
        if state.state == "looking":
            return self.tr("Looking through it…")
        parts = [self.tr("In step"), say(reading.files(state.files))]
        if state.state == "full":
            parts.append(self.tr("there are more files than can be followed"))
        if state.problems:
            count = say(reading.files(len(state.problems)))
            if all(each.problem == "file_too_large" for each in state.problems):
                parts.append(self.tr("{files} too large").format(files=count))
            else:
                parts.append(self.tr("{files} may not be read").format(files=count))
        return " · ".join(parts)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.show_state(self.folder_state)
        super().changeEvent(event)


class FolderList(QWidget):
    """All folders of a collection, under each other. Emits as its rows do."""

    wanted = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: dict[str, FolderRow] = {}
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(8)

    def show_folders(self, folders: tuple[FolderState, ...]) -> None:
        """Show these folders in place of those before."""
        old, self.rows = self.rows, {}
        for state in folders:
            row = old.pop(state.folder.id, None)
            if row is None:
                row = FolderRow(state, self)
                row.wanted.connect(self.wanted)
                self._box.addWidget(row)
            else:
                row.show_state(state)
            self.rows[state.folder.id] = row
        for gone in old.values():
            self._box.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        self.setVisible(bool(self.rows))


def short_path(path: str) -> str:
    """Return a path as people write it: what is below their own folder begins with a tilde."""
    home = Path.home()
    whole = Path(path)
    return str(Path("~") / whole.relative_to(home)) if whole != home and whole.is_relative_to(home) else path
