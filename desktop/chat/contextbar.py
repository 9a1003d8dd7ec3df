"""How full the model's context will be when the message goes, and what that is made of."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget

from desktop.theme import colour, colours, ui_font
from engine.service.estimates import Estimate

_BAR = 104
_HEIGHT = 32


class ContextBar(QAbstractButton):
    """A narrow bar and a few words; a press lists the parts. Hidden while nothing is known."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.estimate: Estimate | None = None
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedHeight(_HEIGHT)
        self.clicked.connect(self.open_parts)
        self.hide()

    def show_estimate(self, estimate: Estimate | None) -> None:
        self.estimate = estimate
        self.setVisible(estimate is not None)
        self._say()

    def words(self) -> str:
        """Return what stands beside the bar."""
        estimate = self.estimate
        if estimate is None:
            return ""
        used = f"{_short(estimate.used)} / {_short(estimate.context)}"
        text = used if estimate.exact else self.tr("about {tokens}").format(tokens=used)
        if estimate.too_long:
            return self.tr("{tokens}: too long").format(tokens=text)
        if estimate.dropped:
            number = f"{estimate.dropped}+" if estimate.more_dropped else str(estimate.dropped)
            return self.tr("{tokens} · {n} oldest left out").format(tokens=text, n=number)
        return text

    def parts(self) -> list[tuple[str, str]]:
        """Return names and tokens of the parts, for the list."""
        estimate = self.estimate
        if estimate is None:
            return []
        rows = [
            (self.tr("Instructions"), estimate.instructions),
            (self.tr("Tools"), estimate.tools),
            (self.tr("Earlier messages"), estimate.history),
            (self.tr("This message"), estimate.message),
            (self.tr("Files, when searched"), estimate.files),
            (self.tr("Kept free for the answer"), estimate.reserve),
        ]
        shown = [(name, f"{tokens:,}") for name, tokens in rows if tokens]
        return [*shown, (self.tr("Context of the model"), f"{estimate.context:,}")]

    def open_parts(self) -> None:
        """List what fills the context."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name, tokens in self.parts():
            menu.addAction(f"{name}\t{tokens}")
        estimate = self.estimate
        if estimate is not None and (estimate.too_long or estimate.dropped):
            menu.addSeparator()
            menu.addAction(self._consequence(estimate)).setEnabled(False)
        elif estimate is not None and not estimate.exact:
            menu.addSeparator()
            menu.addAction(self.tr("Guessed: the model is not loaded, or is at work")).setEnabled(False)
        menu.popup(self.mapToGlobal(QPoint(0, -menu.sizeHint().height() - 4)))

    def _consequence(self, estimate: Estimate) -> str:
        if estimate.too_long:
            return self.tr("Shorten the message, or choose a longer context in the settings")
        return self.tr("The oldest messages stay in the chat, but the model does not read them")

    def sizeHint(self) -> QSize:
        return QSize(int(_BAR + 26 + QFontMetricsF(ui_font(12)).horizontalAdvance(self.words())), _HEIGHT)

    def _say(self) -> None:
        text = ", ".join(f"{name} {tokens}" for name, tokens in self.parts())
        self.setAccessibleName(self.tr("Context: {words}").format(words=self.words()))
        self.setAccessibleDescription(text)
        self.setToolTip(self.tr("What the model will read, in tokens"))
        self.setFixedWidth(self.sizeHint().width())
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        estimate = self.estimate
        if estimate is None:
            return
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus() or self.underMouse():
            painter.setPen(QPen(colour(c.accent), 1) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(colour(c.hover))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 2.5, -0.5, -2.5), 8, 8)
        bar = QRectF(8, _HEIGHT / 2 - 2.5, _BAR, 5)
        outline = QPainterPath()
        outline.addRoundedRect(bar, 2.5, 2.5)
        painter.setClipPath(outline)
        painter.fillRect(bar, colour(c.pressed))
        full = estimate.too_long
        tones = (
            (estimate.instructions + estimate.tools, c.danger if full else c.accent, 1.0),
            (estimate.history, c.danger if full else c.accent, 0.5),
            (estimate.message, c.muted, 0.9),
            (estimate.files, c.muted, 0.4),
        )
        x = bar.left()
        for tokens, tone, alpha in tones:
            width = bar.width() * tokens / max(1, estimate.context)
            painter.fillRect(QRectF(x, bar.top(), width, bar.height()), colour(tone, alpha))
            x += width
        painter.setClipping(False)
        painter.setFont(ui_font(12))
        painter.setPen(colour(c.danger if full else c.warn if estimate.dropped else c.muted))
        room = QRectF(bar.right() + 9, 0, self.width() - bar.right() - 9, _HEIGHT)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self.words())


def _short(tokens: int) -> str:
    """Return tokens in thousands where there are many."""
    if tokens < 1000:
        return str(tokens)
    return f"{tokens / 1000:.1f}".removesuffix(".0") + "k" if tokens < 20_000 else f"{tokens / 1000:.0f}k"
