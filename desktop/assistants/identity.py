"""Who an assistant is: tile, name, one sentence, instructions and conversation starters."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from desktop.assistants.part import Part, TextField, set_line
from desktop.colours import AVATARS
from desktop.controls.avatar import GLYPHS, paint_avatar
from desktop.theme import colour, colours
from engine.recipes import Recipe

STARTERS = 4
_ACROSS = 8


class Tile(QAbstractButton):
    """An avatar to press; ringed when it is the chosen one."""

    def __init__(self, parent: QWidget, *, size: int = 34) -> None:
        super().__init__(parent)
        self._side = size
        self._name, self._key = "", "0"
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedSize(size, size)

    def set_look(self, name: str, key: str) -> None:
        self._name, self._key = name, key
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        inside = QRectF(self.rect()).adjusted(3, 3, -3, -3)
        paint_avatar(painter, inside, self._name, self._key)
        if self.isChecked() or self.hasFocus() or self.underMouse():
            tone = colours().accent if self.isChecked() or self.hasFocus() else colours().line_strong
            painter.setPen(QPen(colour(tone), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            radius = self._side * 0.3
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)


class LookPicker(QFrame):
    """A popup: a row of colours, a grid of icons, and a sign of one's own."""

    picked = Signal(str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self._colour, self._glyph, self._name = "0", "", ""
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 14, 14, 14)
        column.setSpacing(10)
        self._colours = [Tile(self, size=34) for _ in AVATARS]
        row = QGridLayout()
        row.setSpacing(4)
        for number, tile in enumerate(self._colours):
            tile.setCheckable(True)
            tile.clicked.connect(lambda _=False, n=number: self._pick(colour=str(n)))
            row.addWidget(tile, number // _ACROSS, number % _ACROSS)
        column.addLayout(row)
        self._glyphs = {glyph: Tile(self, size=34) for glyph in GLYPHS}
        grid = QGridLayout()
        grid.setSpacing(4)
        for number, (glyph, tile) in enumerate(self._glyphs.items()):
            tile.setCheckable(True)
            tile.setAccessibleName(glyph.replace("-", " "))
            tile.clicked.connect(lambda _=False, chosen=glyph: self._pick(glyph=chosen))
            grid.addWidget(tile, number // _ACROSS, number % _ACROSS)
        column.addLayout(grid)
        self.own = QLineEdit(self)
        self.own.setMaxLength(2)
        self.own.textEdited.connect(lambda text: self._pick(glyph=text.strip()))
        column.addWidget(self.own)

    def open_at(self, place: QPoint, colour_number: str, glyph: str, name: str) -> None:
        """Show the popup with a look to begin from."""
        self._colour, self._glyph, self._name = colour_number, glyph, name
        self.own.setText("" if glyph in GLYPHS else glyph)
        self.own.setPlaceholderText(self.tr("or a letter, a character, an emoji"))
        self.own.setAccessibleName(self.tr("A sign of your own"))
        for number, tile in enumerate(self._colours):
            tile.setAccessibleName(self.tr("Colour {n}").format(n=number + 1))
        self._show()
        self.move(place)
        self.show()

    def _pick(self, *, colour: str | None = None, glyph: str | None = None) -> None:
        self._colour = self._colour if colour is None else colour
        self._glyph = self._glyph if glyph is None else ("" if glyph == self._glyph else glyph)
        self._show()
        self.picked.emit(self._colour, self._glyph)

    def _show(self) -> None:
        for number, tile in enumerate(self._colours):
            tile.set_look(self._name, f"{number}:{self._glyph}")
            tile.setChecked(str(number) == self._colour)
        for glyph, tile in self._glyphs.items():
            tile.set_look("", f"{self._colour}:{glyph}")
            tile.setChecked(glyph == self._glyph)


class IdentityPart(Part):
    """The first part of the form."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = ("0", "")
        self.look = Tile(self, size=56)
        self.look.clicked.connect(self._open_picker)
        self.picker = LookPicker(self)
        self.picker.picked.connect(self._picked)
        self.name = QLineEdit(self)
        self.name.setMaxLength(256)
        self.about = QLineEdit(self)
        self.about.setMaxLength(512)
        self.instructions = TextField(self, height=220)
        self.length = QLabel(self)
        self.length.setProperty("role", "small")
        self.starters = [QLineEdit(self) for _ in range(STARTERS)]
        for line in (self.name, self.about, *self.starters):
            line.textChanged.connect(self._edited)
        for line in self.starters:
            line.setMaxLength(200)
        self.instructions.textChanged.connect(self._edited)
        self._lay_out()
        self.retranslate()

    def _lay_out(self) -> None:
        who = QVBoxLayout()
        who.setSpacing(6)
        who.addWidget(self.label("name", self.name))
        who.addWidget(self.name)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(self.look, 0, Qt.AlignmentFlag.AlignBottom)
        head.addLayout(who, 1)
        self.column.addLayout(head)
        self.column.addSpacing(10)
        self.column.addWidget(self.label("about", self.about))
        self.column.addWidget(self.about)
        self.column.addSpacing(10)
        row = QHBoxLayout()
        row.addWidget(self.label("instructions", self.instructions), 1)
        row.addWidget(self.length)
        self.column.addLayout(row)
        self.column.addWidget(self.instructions)
        self.column.addSpacing(10)
        self.column.addWidget(self.label("starters", self.starters[0]))
        for line in self.starters:
            self.column.addWidget(line)

    def fill(self, recipe: Recipe) -> None:
        set_line(self.name, recipe.name or "")
        set_line(self.about, recipe.description or "")
        self.instructions.set_text(recipe.instructions or "")
        for number, line in enumerate(self.starters, 1):
            set_line(line, recipe.metadata.get(f"starter_{number}", ""))
        chosen = recipe.metadata.get("avatar", "")
        self._look = (chosen if chosen.isdecimal() else "0", recipe.metadata.get("glyph", ""))
        self._show_look()

    def share(self, recipe: Recipe) -> Recipe:
        """Return the recipe with these fields; metadata that is not ours stays as it is."""
        metadata = {k: v for k, v in recipe.metadata.items() if not k.startswith("starter_") and k != "glyph"}
        if self._look[0] != "0" or "avatar" in recipe.metadata:
            metadata["avatar"] = self._look[0]
        if self._look[1]:
            metadata["glyph"] = self._look[1]
        texts = [line.text().strip() for line in self.starters]
        metadata |= {f"starter_{n}": text for n, text in enumerate(filter(None, texts), 1)}
        return replace(
            recipe,
            name=self.name.text().strip() or None,
            description=self.about.text().strip() or None,
            instructions=self.instructions.text().strip() or None,
            metadata=metadata,
        )

    def _open_picker(self) -> None:
        self.picker.open_at(self.look.mapToGlobal(QPoint(0, self.look.height() + 6)), *self._look, self.name.text())

    def _picked(self, colour_number: str, glyph: str) -> None:
        self._look = (colour_number, glyph)
        self._show_look()
        self.changed.emit()

    def _edited(self) -> None:
        self._show_look()
        self.changed.emit()

    def _show_look(self) -> None:
        self.look.set_look(self.name.text(), f"{self._look[0]}:{self._look[1]}")
        count = len(self.instructions.text())
        self.length.setText(self.tr("{n} characters").format(n=f"{count:,}") if count else "")

    def retranslate(self) -> None:
        self.words(
            name=self.tr("Name"),
            about=self.tr("In one sentence"),
            instructions=self.tr("Instructions"),
            starters=self.tr("Conversation starters"),
        )
        self.look.setAccessibleName(self.tr("Picture and colour"))
        self.look.setToolTip(self.tr("Picture and colour"))
        self.name.setPlaceholderText(self.tr("What it is called"))
        self.about.setPlaceholderText(self.tr("What it is good at, shown when a chat begins"))
        self.instructions.setPlaceholderText(self.tr("Who it is, how it answers, what it must not do"))
        self.starters[0].setPlaceholderText(self.tr("A question people may begin with"))
        for number, line in enumerate(self.starters, 1):
            line.setAccessibleName(self.tr("Conversation starter {n}").format(n=number))
        self._show_look()
