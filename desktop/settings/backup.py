"""Backup and restore on the settings page: choose a file, see how far it is, stop it, and look before restoring."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.controls.button import text_button
from desktop.controls.pageframe import heading
from desktop.controls.progress import Bar
from desktop.errors import explain
from desktop.i18n import say
from desktop.room import Room
from desktop.wording import clock, size
from engine.cancel import CancelToken
from engine.errors import FiresideError
from engine.portability.backup import BackupMade, back_up, prepare_restore
from engine.portability.backup_file import SUFFIX, BackupContents, look_into_backup

_TICK_MS = 100


class BackupSection(QWidget):
    """One thing at a time is under way; leaving the page does not stop it, closing the window does."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._cancel = CancelToken()
        self._working = ""
        self._moved = (0, 0)
        self._found: BackupContents | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)
        self.save = text_button("normal", self)
        self.save.clicked.connect(self._choose_target)
        self.choose = text_button("normal", self)
        self.choose.clicked.connect(self._choose_backup)
        self.go_on = text_button("primary", self)
        self.go_on.clicked.connect(self._restore)
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
        rows.setContentsMargins(18, 4, 14, 4)
        rows.setSpacing(0)
        self._titles = (QLabel(card), QLabel(card))
        self._abouts = (QLabel(card), QLabel(card))
        for title, about, button in zip(self._titles, self._abouts, (self.save, self.choose), strict=True):
            if button is self.choose:
                rows.addWidget(_rule(card))
            rows.addLayout(_row(title, about, button))
        self._found_box = self._found_part(card)
        rows.addWidget(self._found_box)
        self._work_box = self._work_part(card)
        rows.addWidget(self._work_box)
        column.addWidget(card)

    def _found_part(self, card: QWidget) -> QWidget:
        box = QWidget(card)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 12)
        column.setSpacing(10)
        column.addWidget(_rule(box))
        self._facts = QLabel(box)
        self._facts.setWordWrap(True)
        self._warning = QLabel(box)
        self._warning.setProperty("role", "small")
        self._warning.setWordWrap(True)
        column.addWidget(self._facts)
        column.addWidget(self._warning)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.not_now)
        buttons.addWidget(self.go_on)
        column.addLayout(buttons)
        box.hide()
        return box

    def _work_part(self, card: QWidget) -> QWidget:
        box = QWidget(card)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 12)
        column.setSpacing(10)
        column.addWidget(_rule(box))
        row = QHBoxLayout()
        row.setSpacing(12)
        self.state = QLabel(box)
        self.state.setWordWrap(True)
        row.addWidget(self.state, 1)
        row.addWidget(self.cancel)
        column.addLayout(row)
        self.bar = Bar(box)
        column.addWidget(self.bar)
        box.hide()
        return box

    # Backing up.

    def _choose_target(self) -> None:
        name = f"Fireside {datetime.now():%Y-%m-%d}{SUFFIX}"
        chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Back up"), str(Path.home() / name), f"*{SUFFIX}")
        if chosen:
            self.back_up_to(Path(chosen))

    def back_up_to(self, path: Path) -> None:
        """Write a backup into a file; it is there whole, or not at all."""
        path = path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)
        engine, cancel = self._room.engine, self._begin("backup")

        def done(made: BackupMade) -> None:
            text = self.tr("Backed up and checked: {name}, {size}").format(
                name=made.contents.path.name, size=size(made.contents.bytes)
            )
            if made.damaged:
                text += " " + self.tr("Left out, because the disk damaged them: {count}").format(count=made.damaged)
            self._end(text)

        self._room.tasks.run(
            lambda: back_up(engine, path, on_progress=self._note, cancel=cancel), done, self._failed, owner=self
        )

    # Restoring.

    def _choose_backup(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Restore"), str(Path.home()), f"*{SUFFIX}")
        if chosen:
            self.look_at(Path(chosen))

    def look_at(self, path: Path) -> None:
        """Show what a backup holds; nothing is changed by looking."""
        self._forget()

        def found(contents: BackupContents) -> None:
            self._found = contents
            self._work_box.hide()
            self._found_box.show()
            self._say_found()
            self.go_on.setFocus(Qt.FocusReason.OtherFocusReason)

        self._room.tasks.run(lambda: look_into_backup(path), found, self._failed, owner=self)

    def _restore(self) -> None:
        contents = self._found
        if contents is None:
            return
        home = self._room.engine.paths.home
        self._forget()
        cancel = self._begin("restore")
        self._room.tasks.run(
            lambda: prepare_restore(contents, home, on_progress=self._note, cancel=cancel),
            lambda _: self._room.act("restart"),
            self._failed,
            owner=self,
        )

    def _forget(self) -> None:
        self._found = None
        self._found_box.hide()

    # What is under way.

    def stop(self) -> None:
        """Stop what is under way; everything stays as it was."""
        self._cancel.set()

    def _begin(self, what: str) -> CancelToken:
        self._cancel, self._working, self._moved = CancelToken(), what, (0, 0)
        self.bar.set_fraction(0.0)
        self.bar.show()
        self.cancel.show()
        self._work_box.show()
        self._enable(enabled=False)
        self._tick()
        self._timer.start()
        return self._cancel

    def _note(self, done: int, total: int) -> None:
        """Take how far it is, on the thread that works."""
        self._moved = (done, total)

    def _tick(self) -> None:
        done, total = self._moved
        self.bar.set_fraction(done / total if total else 0.0)
        if self._working == "restore":
            self.state.setText(self.tr("Unpacking and checking… {done}").format(done=size(done)))
        elif self._working:
            self.state.setText(self.tr("Backing up… {done}").format(done=size(done)))

    def _end(self, text: str) -> None:
        self._timer.stop()
        self._working = ""
        self.state.setText(text)
        self.bar.hide()
        self.cancel.hide()
        self._work_box.show()
        self._enable(enabled=True)

    def _failed(self, error: FiresideError) -> None:
        self._end(say(explain(error.code, error.message).text))

    def _enable(self, *, enabled: bool) -> None:
        self.save.setEnabled(enabled)
        self.choose.setEnabled(enabled)

    # Words.

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self._head.setText(self.tr("Backup"))
        titles = (self.tr("Back up"), self.tr("Restore"))
        abouts = (
            self.tr(
                "Chats, assistants, files and settings in one file. Not in it: models, and the files of followed "
                "folders."
            ),
            self.tr("What is here now is moved aside into a folder of its own, not deleted."),
        )
        for label, text in zip((*self._titles, *self._abouts), (*titles, *abouts), strict=True):
            label.setText(text)
        self.save.setText(self.tr("Back up…"))
        self.choose.setText(self.tr("Choose a backup…"))
        self.go_on.setText(self.tr("Restore and start anew"))
        self.not_now.setText(self.tr("Not now"))
        self.cancel.setText(self.tr("Stop"))
        self._warning.setText(
            self.tr(
                "Answers that are being written are stopped. Restore only what you backed up yourself: a backup can "
                "bring programs along that assistants start."
            )
        )
        self.bar.setAccessibleName(self.tr("Progress of the backup"))
        self._say_found()
        if self._working:
            self._tick()

    def _say_found(self) -> None:
        if self._found is None:
            return
        counts = self._found.counts
        self._facts.setText(
            self.tr(
                "Backup of {made} · chats: {chats} · messages: {messages} · assistants: {assistants} · "
                "files: {files} · {size}"
            ).format(
                made=clock(self._found.made_at),
                chats=counts.get("threads", 0),
                messages=counts.get("messages", 0),
                assistants=counts.get("assistants", 0),
                files=counts.get("files", 0),
                size=size(self._found.bytes),
            )
        )


def _rule(parent: QWidget) -> QFrame:
    rule = QFrame(parent)
    rule.setObjectName("rule")
    return rule


def _row(title: QLabel, about: QLabel, button: QWidget) -> QHBoxLayout:
    about.setProperty("role", "small")
    about.setWordWrap(True)
    words = QVBoxLayout()
    words.setSpacing(1)
    words.addWidget(title)
    words.addWidget(about)
    row = QHBoxLayout()
    row.setContentsMargins(0, 11, 0, 11)
    row.setSpacing(20)
    row.addLayout(words, 1)
    row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
    return row
