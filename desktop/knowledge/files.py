"""The files of a collection: one row each, with what became of it and what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop import icons, wording
from desktop.controls.button import IconButton, text_button
from desktop.controls.flowing import FlowLayout
from desktop.i18n import say
from desktop.knowledge import reading
from desktop.knowledge.reasons import reason
from desktop.theme import colours
from engine.events import VectorStoreFileChanged
from engine.types import HeldFile

AT_ONCE = 100
_TONES = {"completed": "circle-check", "failed": "triangle-alert", "in_progress": "clock", "cancelled": "clock"}


class Mark(QWidget):
    """A small icon in the colour of a state."""

    def __init__(self, parent: QWidget, *, size: int = 17) -> None:
        super().__init__(parent)
        self._icon, self._tone = "file", "muted"
        self.setFixedSize(size, size)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_icon(self, icon: str, tone: str) -> None:
        """Show an icon in a colour of the palette, by its name."""
        self._icon, self._tone = icon, tone
        self.update()

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def paintEvent(self, _event: QPaintEvent) -> None:
        icons.paint(QPainter(self), self._icon, QRectF(self.rect()), getattr(colours(), self._tone))


class FileRow(QFrame):
    """One file. Emits (what, file id): retry, remove."""

    wanted = Signal(str, str)

    def __init__(self, held: HeldFile, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.held = held
        self._done = self._total = 0
        self._phase = "reading"
        self._mark = Mark(self)
        self._name = QLabel(self)
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        self._name.setMinimumWidth(40)
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._facts = QLabel(self)
        self._facts.setTextFormat(Qt.TextFormat.PlainText)
        self._facts.setWordWrap(True)
        self.retry = text_button("link", self)
        self.retry.clicked.connect(lambda: self.wanted.emit("retry", self.held.place.id))
        self.remove = IconButton("x", self, size=28, icon_size=15)
        self.remove.clicked.connect(lambda: self.wanted.emit("remove", self.held.place.id))
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self._name)
        words.addWidget(self._facts)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 9, 10, 9)
        row.setSpacing(12)
        row.addWidget(self._mark)
        row.addLayout(words, 1)
        row.addWidget(self.retry)
        row.addWidget(self.remove)
        self.show_file(held)

    @property
    def text(self) -> str:
        """What the row says below the name."""
        return self._facts.text()

    def show_file(self, held: HeldFile) -> None:
        """Take a new state of the same file."""
        self.held = held
        place = held.place
        self._name.setText(held.filename)
        self._name.setToolTip(held.filename)
        failed = place.status == "failed"
        self.retry.setVisible(failed or place.status == "cancelled")
        self.retry.setText(self.tr("Try again"))
        self.retry.setAccessibleName(self.tr("Try {name} again").format(name=held.filename))
        self.remove.set_name(self.tr("Remove {name}").format(name=held.filename))
        self._facts.setText(self._said())
        role = "danger" if failed else "small"
        if self._facts.property("role") != role:
            self._facts.setProperty("role", role)
            self._facts.style().unpolish(self._facts)
            self._facts.style().polish(self._facts)
        tone = {"completed": "good", "failed": "danger"}.get(place.status, "accent" if self._total else "faint")
        self._mark.show_icon(_TONES[place.status], tone)
        self.setAccessibleName(held.filename)
        self.setAccessibleDescription(self._facts.text())

    def take(self, event: VectorStoreFileChanged) -> None:
        """Take what happened to this file."""
        working = event.what == "in_progress"
        self._done, self._total = (event.done, event.total) if working else (0, 0)
        self._phase = event.phase
        held = self.held
        self.show_file(HeldFile(place=event.file, filename=held.filename, bytes=held.bytes, sha256=held.sha256))

    def _said(self) -> str:
        place = self.held.place
        size = wording.size(self.held.bytes)
        if place.status == "failed":
            return say(reason(place.last_error.message if place.last_error else ""))
        if place.status == "cancelled":
            return self.tr("Given up before it was read") + " · " + size
        if place.status == "completed":
            return f"{say(reading.passages(place.chunk_count or 0))} · {size}"
        if self._total and self._phase == "embedding":
            words = self.tr("Learning its meaning: {done} of {total} passages")
            return words.format(done=f"{self._done:,}", total=f"{self._total:,}")
        if self._total:
            return self.tr("Reading…")
        return self.tr("Waiting") + " · " + size


class FileList(QWidget):
    """Rows in a card, at first a hundred, narrowed to what failed or waits. Emits as its rows do."""

    wanted = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: dict[str, FileRow] = {}
        self._held: tuple[HeldFile, ...] = ()
        self._narrowed = "all"
        self._shown = AT_ONCE
        self._chips = QWidget(self)
        flow = FlowLayout(self._chips, spacing=6)
        self._group = QButtonGroup(self)
        self.chips = {name: text_button("pill", self._chips) for name in ("all", "in_progress", "failed")}
        for name, chip in self.chips.items():
            chip.setCheckable(True)
            chip.setChecked(name == "all")
            chip.clicked.connect(lambda _=False, chosen=name: self.narrow(chosen))
            self._group.addButton(chip)
            flow.addWidget(chip)
        self._card = QFrame(self)
        self._card.setObjectName("card")
        self._box = QVBoxLayout(self._card)
        self._box.setContentsMargins(0, 4, 0, 4)
        self._box.setSpacing(0)
        self.more = text_button("quiet", self)
        self.more.clicked.connect(self._show_more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self._chips)
        column.addWidget(self._card)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignHCenter)

    def show_files(self, held: tuple[HeldFile, ...]) -> None:
        """Show these files, the newest first, in place of those before."""
        self._held = tuple(reversed(held))
        self._refresh()

    def take(self, event: VectorStoreFileChanged) -> None:
        """Take what happened to a file that is listed."""
        row = self.rows.get(event.file.id)
        self._held = tuple(
            HeldFile(place=event.file, filename=each.filename, bytes=each.bytes, sha256=each.sha256)
            if each.place.id == event.file.id
            else each
            for each in self._held
        )
        if row is not None:
            row.take(event)
        if event.what != "in_progress":
            self._refresh()

    def narrow(self, name: str) -> None:
        """Show all files, or only those that wait or failed."""
        self._narrowed, self._shown = name, AT_ONCE
        self.chips[name].setChecked(True)
        self._refresh()

    def retranslate(self) -> None:
        """Take the words of the language now in use."""
        for row in self.rows.values():
            row.show_file(row.held)
        self._refresh()

    def _refresh(self) -> None:
        counts = {name: sum(each.place.status == name for each in self._held) for name in ("in_progress", "failed")}
        if self._narrowed != "all" and not counts[self._narrowed]:
            self._narrowed = "all"
            self.chips["all"].setChecked(True)
        self._chips.setVisible(any(counts.values()) and len(self._held) > 1)
        self.chips["all"].setText(self.tr("All {n}").format(n=f"{len(self._held):,}"))
        self.chips["in_progress"].setText(self.tr("Waiting {n}").format(n=f"{counts['in_progress']:,}"))
        self.chips["failed"].setText(self.tr("Failed {n}").format(n=f"{counts['failed']:,}"))
        for name, count in counts.items():
            self.chips[name].setVisible(count > 0)
        narrowed = [each for each in self._held if self._narrowed in ("all", each.place.status)]
        self._place(narrowed[: self._shown])
        left = len(narrowed) - self._shown
        self.more.setVisible(left > 0)
        self.more.setText(self.tr("Show {n} more").format(n=min(left, AT_ONCE)))
        self._card.setVisible(bool(self._held))

    def _place(self, held: list[HeldFile]) -> None:
        old, self.rows = self.rows, {}
        for each in held:
            row = old.pop(each.place.id, None)
            if row is None:
                row = FileRow(each, self._card)
                row.wanted.connect(self.wanted)
            elif row.held != each:
                row.show_file(each)
            self.rows[each.place.id] = row
        for gone in old.values():
            self._box.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for number, row in enumerate(self.rows.values()):
            if self._box.indexOf(row) != number:
                self._box.removeWidget(row)
                self._box.insertWidget(number, row)
            row.show()

    def _show_more(self) -> None:
        self._shown += AT_ONCE
        self._refresh()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
