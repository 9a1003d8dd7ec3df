"""The chips of the files that go with a message: what each is for, how far it is, and how to take it off."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget

from desktop import icons, wording
from desktop.chat.outgoing import USES, Attached, Use, usable
from desktop.controls.button import IconButton
from desktop.controls.flowing import FlowLayout
from desktop.errors import explain
from desktop.i18n import say
from desktop.theme import colour, colours, ui_font

_HEIGHT = 34
_MOST = 170.0
_ICONS: dict[Use, str] = {"search": "file-text", "code": "file-code", "image": "image"}


class AttachmentChip(QAbstractButton):
    """A press lets one choose what the file is for; Delete takes it off."""

    removed = Signal()
    use_chosen = Signal(str)

    def __init__(self, file: Attached, parent: QWidget) -> None:
        super().__init__(parent)
        self.file = file
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedHeight(_HEIGHT)
        self.close_button = IconButton("x", self, size=24, icon_size=13)
        self.close_button.clicked.connect(self.removed)
        self.clicked.connect(self._choose)
        self.show_file(file)

    def show_file(self, file: Attached) -> None:
        self.file = file
        self._say()
        self.setFixedWidth(self.sizeHint().width())
        self.close_button.move(self.width() - 29, 5)
        self.update()

    def sizeHint(self) -> QSize:
        name = min(_MOST, QFontMetricsF(ui_font(13)).horizontalAdvance(self.file.name))
        return QSize(int(34 + name + 8 + QFontMetricsF(ui_font(12)).horizontalAdvance(self._words()) + 38), _HEIGHT)

    def _words(self) -> str:
        file = self.file
        if file.problem is not None:
            text = say(explain(*file.problem).text)
            return text if len(text) <= 60 else text[:59] + "…"
        if file.file_id is None:
            return f"{round(100 * file.done)} %"
        return self.use_words(file.use)

    def use_words(self, use: Use) -> str:
        return {"search": self.tr("Search"), "code": self.tr("Code"), "image": self.tr("Picture")}[use]

    def _say(self) -> None:
        words = self._words()
        self.setAccessibleName(f"{self.file.name}, {words}")
        detail = self.file.problem[1] if self.file.problem else wording.size(self.file.size)
        self.setToolTip(f"{self.file.name}\n{words}\n{detail}" if self.file.problem else f"{self.file.name} · {detail}")
        self.close_button.set_name(self.tr("Take {name} off").format(name=self.file.name))

    def _choose(self) -> None:
        if self.file.problem is not None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        titles = {
            "search": self.tr("Search in it"),
            "code": self.tr("Work on it with code"),
            "image": self.tr("Show it as a picture"),
        }
        for use in USES:
            if usable(self.file.name, use):
                name = "check" if use == self.file.use else _ICONS[use]
                action = menu.addAction(icons.icon(name), titles[use])
                action.triggered.connect(lambda _=False, chosen=use: self.use_chosen.emit(chosen))
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.show_file(self.file)
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        c, file = colours(), self.file
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        bad = file.problem is not None
        painter.setPen(QPen(colour(c.accent if self.hasFocus() else c.line), 1))
        painter.setBrush(colour(c.danger_soft if bad else c.hover if self.underMouse() else c.code_head))
        painter.drawRoundedRect(box, 9, 9)
        if not bad and file.file_id is None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(c.accent))
            painter.drawRoundedRect(QRectF(10, _HEIGHT - 5, (self.width() - 20) * file.done, 2), 1, 1)
        tone = c.danger if bad else c.muted
        icons.paint(painter, "triangle-alert" if bad else _ICONS[file.use], QRectF(10, 9, 16, 16), tone)
        font = ui_font(13)
        painter.setFont(font)
        painter.setPen(colour(c.ink))
        name = QFontMetricsF(font).elidedText(file.name, Qt.TextElideMode.ElideMiddle, _MOST)
        room = QRectF(34, 0, self.width() - 34, _HEIGHT)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, name)
        x = 34 + QFontMetricsF(font).horizontalAdvance(name) + 8
        painter.setFont(ui_font(12))
        painter.setPen(colour(tone))
        painter.drawText(QRectF(x, 0, self.width() - x, _HEIGHT), Qt.AlignmentFlag.AlignVCenter, self._words())


class AttachmentRow(QWidget):
    """All chips, as many to a row as there is room for; hidden while there are none."""

    removed = Signal(int)
    use_chosen = Signal(int, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._row = FlowLayout(self, spacing=6)
        self.chips: dict[int, AttachmentChip] = {}
        self.hide()

    def show_files(self, files: tuple[Attached, ...]) -> None:
        """Show these files; chips that stay keep their focus."""
        for key in [key for key in self.chips if key not in {file.key for file in files}]:
            chip = self.chips.pop(key)
            self._row.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        for file in files:
            known = self.chips.get(file.key)
            if known is not None:
                if known.file != file:
                    known.show_file(file)
                continue
            self.chips[file.key] = self._chip(file)
        self.setVisible(bool(files))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Take the height of the rows there are: the box around has none of its own to give."""
        self._row.invalidate()
        height = self._row.heightForWidth(self.width())
        if height != self.height():
            self.setFixedHeight(height)

    def _chip(self, file: Attached) -> AttachmentChip:
        chip = AttachmentChip(file, self)
        chip.removed.connect(lambda: self.removed.emit(file.key))
        chip.use_chosen.connect(lambda use: self.use_chosen.emit(file.key, use))
        self._row.addWidget(chip)
        chip.show()
        return chip
