"""The sheet beside the conversation that shows where a citation leads: the page, or the text, with its sentence lit."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QHideEvent,
    QImage,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QScrollArea,
    QStackedWidget,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop.chat.calls import Cited
from desktop.chat.stored import StoredFiles
from desktop.controls.button import IconButton
from desktop.errors import explain
from desktop.i18n import say
from desktop.tasks import Tasks
from desktop.theme import colour, colours, ui_font
from engine.errors import FiresideError
from engine.service import Engine
from engine.service.sources import PagePicture, SourceText

_ZOOMS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0)
_SETTLE_MS = 180
_MARGIN = 12


class PageView(QWidget):
    """One page of a document, with the lines of the quote lit as by a marker pen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._marks: tuple[tuple[float, float, float, float], ...] = ()

    @property
    def marks(self) -> tuple[tuple[float, float, float, float], ...]:
        return self._marks

    def show_page(self, picture: PagePicture) -> None:
        """Take a page that was drawn."""
        image = QImage(picture.pixels, picture.width, picture.height, picture.stride, QImage.Format.Format_RGB32).copy()
        painter = QPainter(image)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
        for left, top, width, height in picture.marks:
            box = QRectF(left * image.width(), top * image.height(), width * image.width(), height * image.height())
            more = box.height() * 0.16
            painter.fillRect(box.adjusted(-more, -more, more, more), colour("#ffd5a8"))
        painter.end()
        self._image, self._marks = image, picture.marks
        self.update()

    def height_at(self, width: int) -> int:
        """Return the height of the page at a width."""
        return round(width * self._image.height() / max(1, self._image.width())) if not self._image.isNull() else width

    def lit(self) -> QRect:
        """Return where the first lit line is."""
        if not self._marks:
            return QRect()
        left, top, width, height = self._marks[0]
        return QRectF(
            left * self.width(), top * self.height(), width * self.width(), height * self.height()
        ).toAlignedRect()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), colour("#ffffff"))
        if not self._image.isNull():
            painter.drawImage(QRectF(self.rect()), self._image)


class SourceSheet(QFrame):
    """Opened by a citation, closed by Escape; `closed` when it goes."""

    closed = Signal()

    def __init__(self, engine: Engine, tasks: Tasks, files: StoredFiles, parent: QWidget) -> None:
        super().__init__(parent)
        self._engine, self._tasks, self._files = engine, tasks, files
        self._cited: Cited | None = None
        self._quote = ""
        self._name = ""
        self._page, self._pages = 1, 0
        self._lit_page = 1
        self._zoom = _ZOOMS.index(1.0)
        self._visit = 0
        self._kind: Literal["page", "text"] = "text"
        self._error: FiresideError | None = None
        self.page_view = PageView()
        self.text_view = QPlainTextEdit(self)
        self._build()
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._draw)
        self._retranslate()
        self.hide()

    def _build(self) -> None:
        self._title = QLabel(self)
        self._title.setProperty("role", "strong")
        self._title.setMinimumWidth(40)
        self._where = QLabel(self)
        self._where.setProperty("role", "small")
        self.back = self._button("chevron-left", lambda: self._turn(-1))
        self.forth = self._button("chevron-right", lambda: self._turn(1))
        self.smaller = self._button("zoom-out", lambda: self._scale(-1))
        self.larger = self._button("zoom-in", lambda: self._scale(1))
        self.open_file = self._button("external-link", self._open_outside)
        self.close_button = self._button("x", self.close)
        row = QHBoxLayout()
        row.setContentsMargins(18, 8, 8, 8)
        row.setSpacing(2)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self._title)
        names.addWidget(self._where)
        row.addLayout(names, 1)
        for button in (self.back, self.forth, self.smaller, self.larger, self.open_file, self.close_button):
            row.addWidget(button)
        self._message = QLabel(self)
        self._message.setProperty("role", "muted")
        self._message.setWordWrap(True)
        self._message.setMargin(24)
        self._message.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self._scroll = QScrollArea(self)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._scroll.setWidget(self.page_view)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.text_view.setReadOnly(True)
        self.text_view.setFrameShape(QFrame.Shape.NoFrame)
        self.text_view.document().setDocumentMargin(18)
        self._stack = QStackedWidget(self)
        for widget in (self._message, self._scroll, self.text_view):
            self._stack.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self._stack, 1)

    def _button(self, icon: str, act: object) -> IconButton:
        button = IconButton(icon, self, size=32, icon_size=16)
        button.clicked.connect(act)
        return button

    # Showing.

    @property
    def cited(self) -> Cited | None:
        return self._cited

    def show_source(self, cited: Cited) -> None:
        """Open the file of a citation where it stands."""
        self._visit += 1
        visit, passage = self._visit, cited.passage
        self._cited, self._error, self._quote = cited, None, ""
        self._name = passage.filename
        self._page, self._pages = passage.page or 1, 0
        self._lit_page = self._page
        self._say_loading()
        self._retranslate()
        self.show()
        self.raise_()
        self._scroll.setFocus(Qt.FocusReason.OtherFocusReason)

        def op() -> tuple[str, str, int]:
            name = self._engine.files.get(passage.file_id).filename
            if not cited.said or not passage.text:
                return name, passage.text, passage.page or 1
            start, stop = self._engine.sources.quote(cited.said, passage.text)
            return name, passage.text[start:stop], passage.page_at(start) or 1

        def found(result: tuple[str, str, int]) -> None:
            if visit == self._visit:
                self._name, self._quote, self._page = result
                self._lit_page = self._page
                self._kind = "page" if self._name.lower().endswith(".pdf") else "text"
                self._draw()

        self._tasks.run(op, found, lambda error: self._fail(visit, error), owner=self)

    def _draw(self) -> None:
        """Fetch what is to be seen now."""
        cited, visit, quote = self._cited, self._visit, self._quote
        if cited is None or not self.isVisible():
            return
        file_id, page = cited.passage.file_id, self._page
        if self._kind == "text":
            self._tasks.run(
                lambda: self._engine.sources.text(file_id, quote),
                lambda text: self._show_text(visit, text),
                lambda error: self._fail(visit, error),
                owner=self,
            )
            return
        width = round(self._page_width() * self.devicePixelRatioF())
        quote = quote if self._pages == 0 or page == self._lit_page else ""
        self._tasks.run(
            lambda: self._engine.sources.page(file_id, page, width=width, quote=quote),
            lambda picture: self._show_page(visit, picture),
            lambda error: self._fail(visit, error),
            owner=self,
        )

    def _show_page(self, visit: int, picture: PagePicture) -> None:
        if visit != self._visit:
            return
        fresh = self._pages == 0
        self._page, self._pages = picture.page, picture.pages
        self.page_view.show_page(picture)
        self._size_page()
        self._stack.setCurrentWidget(self._scroll)
        if fresh:
            self._lit_page = picture.page  # the words may go on to stand on a later one
            lit = self.page_view.lit()
            self._scroll.ensureVisible(0, lit.center().y(), 0, self._scroll.viewport().height() // 3)
        self._retranslate()

    def _show_text(self, visit: int, found: SourceText) -> None:
        if visit != self._visit:
            return
        self.text_view.setFont(ui_font(14))
        self.text_view.setPlainText(found.text)
        cursor = self.text_view.textCursor()
        # Qt counts characters beyond the basic plane twice.
        start, stop = (len(found.text[:place].encode("utf-16-le")) // 2 for place in (found.start, found.stop))
        cursor.setPosition(start)
        self.text_view.setTextCursor(cursor)
        cursor.setPosition(stop, QTextCursor.MoveMode.KeepAnchor)
        lit = QTextEdit.ExtraSelection()
        lit.cursor = cursor
        manner = QTextCharFormat()
        manner.setBackground(colour(colours().selection))
        lit.format = manner
        self.text_view.setExtraSelections([lit] if stop > start else [])
        self._stack.setCurrentWidget(self.text_view)
        self.text_view.centerCursor()
        self._retranslate()

    def lit_text(self) -> str:
        """Return the words that are lit in a text."""
        lit = self.text_view.extraSelections()
        return lit[0].cursor.selectedText() if lit else ""

    def _fail(self, visit: int, error: FiresideError) -> None:
        if visit == self._visit:
            self._error = error
            self._retranslate()
            self._stack.setCurrentWidget(self._message)

    def _say_loading(self) -> None:
        self._message.setText(self.tr("Opening the source…"))
        self._stack.setCurrentWidget(self._message)

    # Moving about in it.

    def _turn(self, by: int) -> None:
        wanted = self._page + by
        if 1 <= wanted <= self._pages:
            self._page = wanted
            self._scroll.verticalScrollBar().setValue(0)
            self._draw()

    def _scale(self, by: int) -> None:
        self._zoom = min(max(0, self._zoom + by), len(_ZOOMS) - 1)
        self._size_page()
        self._settle.start()

    def _page_width(self) -> int:
        room = self.width() - 2 * _MARGIN - self._scroll.verticalScrollBar().sizeHint().width()
        return max(120, round(room * _ZOOMS[self._zoom]))

    def _size_page(self) -> None:
        width = self._page_width()
        self.page_view.resize(QSize(width, self.page_view.height_at(width)))

    def _open_outside(self) -> None:
        if self._cited is not None:
            self._files.open(self._cited.passage.file_id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.isVisible() and self._kind == "page" and self._pages:
            self._size_page()
            self._settle.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes; the rest is no typing for the composer."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        event.accept()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._visit += 1
        self._cited = None
        super().closeEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._cited is None:
            self.closed.emit()
            self._tasks.run(self._engine.sources.rest, None, lambda _error: None)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.setAccessibleName(self.tr("Source: {file}").format(file=self._name))
        self._title.setText(self._title.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideMiddle, 260))
        self._title.setToolTip(self._name)
        paged = self._kind == "page" and self._pages > 0
        self._where.setText(
            self.tr("Page {n} of {total}").format(n=self._page, total=self._pages) if paged else self._heading()
        )
        self._where.setVisible(bool(self._where.text()))
        for button in (self.back, self.forth, self.smaller, self.larger):
            button.setVisible(paged)
        self.back.setEnabled(self._page > 1)
        self.forth.setEnabled(self._page < self._pages)
        self.back.set_name(self.tr("Previous page"))
        self.forth.set_name(self.tr("Next page"))
        self.smaller.set_name(self.tr("Smaller"))
        self.larger.set_name(self.tr("Larger"))
        self.open_file.set_name(self.tr("Open with another program"))
        self.close_button.set_name(self.tr("Close the source"))
        self._scroll.setAccessibleName(self.tr("Page"))
        self.text_view.setAccessibleName(self.tr("Text of the source"))
        if self._error is not None:
            self._message.setText(say(explain(self._error.code, self._error.message).text))

    def _heading(self) -> str:
        return " › ".join(self._cited.passage.heading) if self._cited is not None else ""

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = colours()
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(c.backdrop))
        painter.fillRect(QRect(0, 0, 1, self.height()), colour(c.line))
