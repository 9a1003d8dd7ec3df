"""Updates on the settings page: choose an installer, see what it is and that it is signed, back up, then start it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QEvent, Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.controls.button import text_button
from desktop.controls.pageframe import heading
from desktop.controls.progress import Bar
from desktop.errors import explain
from desktop.i18n import say
from desktop.room import Room
from desktop.wording import size
from engine.cancel import CancelToken
from engine.errors import FiresideError
from engine.portability.backup import back_up
from engine.portability.backup_file import SUFFIX as BACKUP_SUFFIX
from engine.portability.update import (
    Update,
    look_into_update,
    public_key,
    take_over,
    this_system,
    this_version,
)

_TICK_MS = 100
_NOTES = 900
_FOLDER = "backups"


class Ready(NamedTuple):
    """An installer that was checked byte by byte, and the backup that was made before it is started."""

    installer: Path
    backup: Path


def prepare(room: Room, update: Update, note: list[tuple[int, int]], cancel: CancelToken) -> Ready:
    """Back everything up, then copy and check the installer; how far it is stands last in `note`."""
    folder = room.engine.paths.home / _FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    backup = folder / f"before {update.version} {datetime.now():%Y-%m-%d %H%M}{BACKUP_SUFFIX}"

    def moved(done: int, total: int) -> None:
        note[:] = [(done, total)]

    installer = take_over(update, room.engine.paths.home, on_bytes=moved, cancel=cancel)
    back_up(room.engine, backup, on_progress=moved, cancel=cancel)
    return Ready(installer, backup)


class UpdateSection(QWidget):
    """Nothing is started before somebody has read what it is and pressed the button."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self.key = public_key
        self.open_installer = QDesktopServices.openUrl
        self._cancel = CancelToken()
        self._moved = [(0, 0)]
        self._found: Update | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)
        self.choose = text_button("normal", self)
        self.choose.clicked.connect(self._choose)
        self.install = text_button("primary", self)
        self.install.clicked.connect(self._install)
        self.not_now = text_button("quiet", self)
        self.not_now.clicked.connect(self._forget)
        self.cancel = text_button("normal", self)
        self.cancel.clicked.connect(self.stop)
        self._lay_out()
        self._retranslate()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._head = heading("", self)
        column.addSpacing(24)
        column.addWidget(self._head)
        column.addSpacing(8)
        card = QFrame(self)
        card.setObjectName("card")
        rows = QVBoxLayout(card)
        rows.setContentsMargins(18, 15, 14, 15)
        rows.setSpacing(12)
        self._title, self._about = QLabel(card), _small(card)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self._title)
        words.addWidget(self._about)
        first = QHBoxLayout()
        first.setSpacing(20)
        first.addLayout(words, 1)
        first.addWidget(self.choose, 0, Qt.AlignmentFlag.AlignVCenter)
        rows.addLayout(first)
        self._found_box = self._found_part(card)
        self._work_box = self._work_part(card)
        rows.addWidget(self._found_box)
        rows.addWidget(self._work_box)
        column.addWidget(card)

    def _found_part(self, card: QWidget) -> QWidget:
        box, column = _part(card)
        self._facts, self._warning = QLabel(box), _small(box)
        self._facts.setWordWrap(True)
        self._notes = _small(box)
        self._notes.setTextFormat(Qt.TextFormat.PlainText)
        self._notes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for label in (self._facts, self._notes, self._warning):
            column.addWidget(label)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.not_now)
        buttons.addWidget(self.install)
        column.addLayout(buttons)
        return box

    def _work_part(self, card: QWidget) -> QWidget:
        box, column = _part(card)
        self.state = QLabel(box)
        self.state.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.state, 1)
        row.addWidget(self.cancel)
        column.addLayout(row)
        self.bar = Bar(box)
        column.addWidget(self.bar)
        return box

    # What is done.

    def _choose(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Install update from file"), str(Path.home()))
        if chosen:
            self.look_at(Path(chosen))

    def look_at(self, path: Path) -> None:
        """Show what an installer is; nothing is changed or started by looking."""
        self._forget()

        def found(update: Update) -> None:
            self._found = update
            self._work_box.hide()
            self._found_box.show()
            self._say_found()
            self.install.setFocus(Qt.FocusReason.OtherFocusReason)

        self._room.tasks.run(
            lambda: look_into_update(path, key=self.key(), version=this_version(), system=this_system()),
            found,
            self._failed,
            owner=self,
        )

    def _install(self) -> None:
        update = self._found
        if update is None:
            return
        self._forget()
        self._cancel, self._moved = CancelToken(), [(0, 0)]
        cancel, note = self._cancel, self._moved
        self.choose.setEnabled(False)
        self.cancel.show()
        self.bar.show()
        self._work_box.show()
        self._tick()
        self._timer.start()
        self._room.tasks.run(lambda: prepare(self._room, update, note, cancel), self._start, self._failed, owner=self)

    def _start(self, ready: Ready) -> None:
        if self._cancel.is_set():
            self._end(self.tr("Stopped."))
            return
        if not self.open_installer(QUrl.fromLocalFile(str(ready.installer))):
            self._end(self.tr("The installer could not be started. It lies here: {path}").format(path=ready.installer))
            return
        self._end("")
        self._room.act("quit")

    def stop(self) -> None:
        """Stop what is under way; everything stays as it was."""
        self._cancel.set()

    def _forget(self) -> None:
        self._found = None
        self._found_box.hide()
        self._work_box.hide()

    def _tick(self) -> None:
        done, total = self._moved[0]
        self.bar.set_fraction(done / total if total else 0.0)
        self.state.setText(self.tr("Checking the installer and backing up… {done}").format(done=size(done)))

    def _end(self, text: str) -> None:
        self._timer.stop()
        self.bar.hide()
        self.cancel.hide()
        self.choose.setEnabled(True)
        self.state.setText(text)
        self._work_box.setVisible(bool(text))

    def _failed(self, error: FiresideError) -> None:
        self._end(say(explain(error.code, error.message).text))

    # Words.

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self._head.setText(self.tr("Updates"))
        self._title.setText(self.tr("Fireside {version}").format(version=this_version()))
        self._about.setText(
            self.tr(
                "Fireside never looks for updates by itself. An installer from a stick or a download is checked "
                "before it starts."
            )
        )
        self.choose.setText(self.tr("Install update from file…"))
        self.install.setText(self.tr("Back up and install"))
        self.not_now.setText(self.tr("Not now"))
        self.cancel.setText(self.tr("Stop"))
        self._warning.setText(self.tr("Everything is backed up first. Then Fireside closes, and the installer starts."))
        self.bar.setAccessibleName(self.tr("Progress of the update"))
        self._say_found()

    def _say_found(self) -> None:
        if self._found is None:
            return
        facts = self.tr("Version {version} · signed by the makers of Fireside · {size}")
        self._facts.setText(facts.format(version=self._found.version, size=size(self._found.bytes)))
        notes = self._found.notes
        self._notes.setText(notes if len(notes) <= _NOTES else notes[:_NOTES].rsplit("\n", 1)[0] + "\n…")
        self._notes.setVisible(bool(notes))


def _small(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setProperty("role", "small")
    label.setWordWrap(True)
    return label


def _part(card: QWidget) -> tuple[QWidget, QVBoxLayout]:
    """Return a hidden part of the card, below a rule."""
    box = QWidget(card)
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(10)
    rule = QFrame(box)
    rule.setObjectName("rule")
    column.addWidget(rule)
    box.hide()
    return box, column
