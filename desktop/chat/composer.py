"""The floating box for writing: grows to eight lines, takes files, sends with Enter, leaves input methods alone."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QEvent, QIODevice, QMimeData, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QImage,
    QInputMethodEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextOption,
)
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop import icons
from desktop.chat.attaching import Attaching
from desktop.chat.attachments import AttachmentRow
from desktop.chat.contextbar import ContextBar
from desktop.chat.dropping import holds_files
from desktop.chat.outgoing import Letter, Use
from desktop.controls.button import IconButton
from desktop.theme import TEXT_PIXELS, colour, colours, ui_font

_MOST_LINES = 8
_SHADOW = 14
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Editor(QPlainTextEdit):
    """Plain text that knows its own height and tells Enter from Enter-while-composing."""

    submitted = Signal()
    height_wanted = Signal(int)
    files_pasted = Signal(object)
    earlier_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._composing = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("background: transparent;")
        self.setFont(ui_font(TEXT_PIXELS))
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(2)
        self.viewport().setAutoFillBackground(False)
        self.textChanged.connect(self._measure)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER:
            if self._composing:
                return  # it ends the word being composed, which the input method does itself
            if event.modifiers() & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier):
                self.insertPlainText("\n")
                self.ensureCursorVisible()
            else:
                self.submitted.emit()
            return
        if event.key() == Qt.Key.Key_Up and self.document().isEmpty() and not event.modifiers():
            self.earlier_wanted.emit()
            return
        super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Remember whether a Chinese or Japanese word is being composed: Enter then belongs to it."""
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)
        self._measure()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return holds_files(source) or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Files and pictures become attachments; everything else is pasted as text."""
        if holds_files(source):
            self.files_pasted.emit(source)
        else:
            super().insertFromMimeData(source)

    def wanted_height(self) -> int:
        """Return the height for the lines there are, at most eight."""
        step = QFontMetricsF(self.font()).lineSpacing()
        lines = 0
        block = self.document().firstBlock()
        while block.isValid() and lines < _MOST_LINES:
            lines += max(1, block.layout().lineCount())
            block = block.next()
        return round(min(max(lines, 1), _MOST_LINES) * step + 2 * self.document().documentMargin() + 2)

    def _measure(self) -> None:
        height = self.wanted_height()
        many = self.document().size().height() > _MOST_LINES
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if many else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)
        if height != self.height():
            self.height_wanted.emit(height)


class Composer(QWidget):
    """Emits `submitted` with the text; the page decides whether it was taken and then calls `clear`.

    Without `attaching` it takes no files.
    """

    submitted = Signal(str)
    changed = Signal()
    stop_pressed = Signal()

    def __init__(self, parent: QWidget | None = None, attaching: Attaching | None = None) -> None:
        super().__init__(parent)
        self._attaching = attaching
        self._running = False
        self._name = ""
        self.editor = Editor(self)
        self.editor.submitted.connect(self._submit)
        self.editor.height_wanted.connect(self._grow)
        self.editor.textChanged.connect(self._changed)
        self.editor.files_pasted.connect(self.take_mime)
        self.files = AttachmentRow(self)
        self.attach = IconButton("paperclip", self, size=34, icon_size=17)
        self.attach.clicked.connect(self._open_attach)
        self.attach.setVisible(attaching is not None)
        if attaching is not None:
            attaching.changed.connect(self._files_changed)
            self.files.removed.connect(attaching.remove)
            self.files.use_chosen.connect(attaching.set_use)
        self.context = ContextBar(self)
        self._hint = QLabel(self)
        self._hint.setProperty("role", "small")
        self.stop = IconButton("square", self, size=36, icon_size=14)
        self.stop.clicked.connect(self.stop_pressed)
        self.stop.hide()
        self.send = IconButton("arrow-up", self, size=36, icon_size=19)
        self.send.set_filled(True)
        self.send.clicked.connect(self._submit)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.attach)
        row.addWidget(self.context)
        row.addWidget(self._hint, 1)
        row.addWidget(self.stop)
        row.addSpacing(4)
        row.addWidget(self.send)
        writing = QHBoxLayout()
        writing.setContentsMargins(7, 0, 0, 0)
        writing.addWidget(self.editor)
        column = QVBoxLayout(self)
        column.setContentsMargins(_SHADOW + 9, _SHADOW + 13, _SHADOW + 9, _SHADOW + 9)
        column.setSpacing(4)
        column.addWidget(self.files)
        column.addLayout(writing)
        column.addLayout(row)
        self.setFocusProxy(self.editor)
        self.editor.setAcceptDrops(False)  # the whole page takes drops
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._grow(self.editor.wanted_height())
        self._retranslate()
        self._changed()

    def text(self) -> str:
        return self.editor.toPlainText()

    def set_text(self, text: str) -> None:
        self.editor.setPlainText(text)
        cursor = self.editor.textCursor()
        cursor.movePosition(cursor.MoveOperation.End)
        self.editor.setTextCursor(cursor)

    def letter(self) -> Letter:
        """Return what would be sent now."""
        return Letter(self.text(), self._attaching.ready if self._attaching is not None else ())

    def clear(self) -> None:
        """Forget text and files: they were sent, or are kept elsewhere."""
        if self._attaching is not None:
            self._attaching.take()
        self.editor.clear()

    def put(self, letter: Letter) -> None:
        """Put a letter back to be written on."""
        if self._attaching is not None:
            self._attaching.give_back(letter.files)
        self.set_text(letter.text)

    def take_mime(self, source: QMimeData) -> None:
        """Attach the files or the picture of a drop or the clipboard."""
        if self._attaching is None:
            return
        paths = [Path(url.toLocalFile()) for url in source.urls() if url.isLocalFile()]
        if paths:
            self._attaching.add(paths)
        elif source.hasImage():
            self._attaching.add_bytes(self.tr("picture") + ".png", _png(source.imageData()))

    def set_running(self, running: bool) -> None:
        """While an answer is on its way there is something to stop, and a message sent now waits."""
        self._running = running
        self.stop.setVisible(running)
        self._changed()
        self._retranslate()

    def set_name(self, name: str) -> None:
        """Say who will read this."""
        self._name = name
        self._retranslate()

    def sizeHint(self) -> QSize:
        return QSize(720, self.minimumSizeHint().height())

    def _submit(self) -> None:
        if self._sendable():
            self.submitted.emit(self.text())

    def _sendable(self) -> bool:
        """A letter has words, or a picture that stands for itself; nothing goes while a file is still copied."""
        letter = self.letter()
        busy = self._attaching is not None and self._attaching.busy
        return bool(letter.text.strip() or letter.images()) and not busy

    def _files_changed(self) -> None:
        self.files.show_files(self._attaching.files if self._attaching is not None else ())
        self.updateGeometry()
        self._changed()

    def _open_attach(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        kinds: tuple[tuple[str, str, Use | None], ...] = (
            ("file-text", self.tr("Files to search in…"), "search"),
            ("file-code", self.tr("Files to work on with code…"), "code"),
            ("image", self.tr("Pictures…"), "image"),
        )
        for icon, words, use in kinds:
            action = menu.addAction(icons.icon(icon), words)
            action.triggered.connect(lambda _=False, chosen=use: self.choose_files(chosen))
        menu.popup(self.attach.mapToGlobal(QPoint(0, -menu.sizeHint().height() - 4)))

    def choose_files(self, use: Use | None = None) -> None:
        """Let the user pick files, for a use or for what their names say."""
        pictures = self.tr("Pictures") + " (*.png *.jpg *.jpeg *.gif *.webp *.bmp)" if use == "image" else ""
        chosen, _ = QFileDialog.getOpenFileNames(self, self.tr("Attach files"), "", pictures)
        if self._attaching is not None:
            self._attaching.add([Path(each) for each in chosen], use)

    def _grow(self, height: int) -> None:
        self.editor.setFixedHeight(height)
        self.updateGeometry()

    def _changed(self) -> None:
        written = not self.letter().empty
        self.send.setEnabled(self._sendable())
        self.send.setVisible(not self._running or written)
        self.stop.set_filled(not written)
        self.changed.emit()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        name = self._name or self.tr("Fireside")
        self.editor.setPlaceholderText(self.tr("Message {name}…").format(name=name))
        self.editor.setAccessibleName(self.tr("Message"))
        self.send.set_name(self.tr("Send"))
        self.stop.set_name(self.tr("Stop the answer"))
        self.attach.set_name(self.tr("Attach files"))
        self._hint.setText(self.tr("A new message waits until this answer is done") if self._running else "")
        newline = self.tr("Enter to send · Shift+Enter for a new line")
        self.editor.setToolTip(newline)
        self.send.setToolTip(newline)

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(_SHADOW, _SHADOW - 4, -_SHADOW, -_SHADOW - 0)
        painter.setPen(Qt.PenStyle.NoPen)
        for step in range(_SHADOW, 0, -2):
            painter.setBrush(colour(c.shadow, 0.006 if c.name == "light" else 0.025))
            painter.drawRoundedRect(box.adjusted(-step, -step + 4, step, step), 16 + step, 16 + step)
        painter.setBrush(colour(c.raised))
        focused = self.editor.hasFocus()
        painter.setPen(QPen(colour(c.line_strong if focused else c.line), 1))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 18, 18)


def _png(image: object) -> bytes:
    """Return a picture of the clipboard as a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImage(image).save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())
