"""The card of one model: what it is, whether it runs here, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from desktop import icons, wording
from desktop.controls.button import IconButton, text_button
from desktop.controls.flowing import FlowLayout
from desktop.controls.progress import Bar
from desktop.errors import explain
from desktop.i18n import say
from desktop.models.shelf import LANGUAGES, MANY_LANGUAGES, REASONS, VERDICTS, Card, reasons
from models.fit import Reason

_BYTES = ("needed", "memory", "missing", "free")


class ModelCard(QFrame):
    """Emits (what, model id); the page knows the engine."""

    wanted = Signal(str, str)

    def __init__(self, card: Card, language: str, parent: QWidget | None = None, *, first: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.card = card
        self._language = language
        self._first = first
        self._name = _label(self, "heading")
        self._tags = QWidget(self)
        self._tag_row = FlowLayout(self._tags, spacing=6)
        self._summary = _label(self, "muted", wrap=True)
        self._facts = _label(self, "small", wrap=True)
        self._fit = _label(self, "good", wrap=True)
        self._grade = _label(self, "small", wrap=True)
        self._progress = QWidget(self)
        self._bar = Bar(self._progress)
        self._state = _label(self._progress, "small", wrap=True)
        self._main_wish = "download"
        self.main = text_button("normal", self)
        self.main.clicked.connect(lambda: self.wanted.emit(self._main_wish, card.id))
        self.second = text_button("quiet", self)
        self.second.clicked.connect(lambda: self.wanted.emit("stop_grade" if self.card.graded else "cancel", card.id))
        self.more = IconButton("ellipsis", self)
        self.more.clicked.connect(self._menu)
        self._lay_out()
        self.show_card(card, language)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self._name)
        head.addWidget(self._tags, 1)
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addLayout(head)
        words.addWidget(self._summary)
        words.addWidget(self._facts)
        words.addWidget(self._fit)
        words.addWidget(self._grade)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self.second)
        buttons.addWidget(self.main)
        buttons.addWidget(self.more)
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addLayout(words, 1)
        top.addLayout(buttons)
        top.setAlignment(buttons, Qt.AlignmentFlag.AlignVCenter)
        below = QVBoxLayout(self._progress)
        below.setContentsMargins(0, 8, 0, 0)
        below.setSpacing(6)
        below.addWidget(self._bar)
        below.addWidget(self._state)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 14, 14)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._progress)

    def show_card(self, card: Card, language: str) -> None:
        """Take a new state of the same model."""
        self.card, self._language = card, language
        self._name.setText(card.name(language))
        self._summary.setText(card.summary(language))
        self._summary.setVisible(bool(self._summary.text()))
        self._facts.setText(" · ".join(self._known_facts()))
        self._show_tags()
        self._show_fit()
        self._show_grade()
        self._show_download()
        self._show_buttons()
        self.setAccessibleName(self._name.text())
        self.setAccessibleDescription(f"{self._summary.text()} {self._facts.text()} {self._fit.text()}")

    def _known_facts(self) -> list[str]:
        card, entry = self.card, self.card.entry
        header = card.installed.header if card.installed else None
        facts = []
        count = entry.parameters if entry else header.parameters if header else 0
        if count >= 1_000_000:
            facts.append(wording.parameters(count))
        quantisation = entry.quantisation if entry else header.quantisation if header else ""
        if quantisation:
            facts.append(quantisation)
        facts.append(wording.size(card.size))
        if entry:
            facts.append(entry.licence)
            facts.append(self._spoken(entry.languages))
        return facts

    def _spoken(self, languages: tuple[str, ...]) -> str:
        if len(languages) > 3:
            return say(MANY_LANGUAGES, count=len(languages))
        return self.tr(", ").join(say(LANGUAGES[name]) if name in LANGUAGES else name for name in languages)

    def _show_tags(self) -> None:
        while (item := self._tag_row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        card = self.card
        for shown, role, words in (
            (card.recommended and card.installed is None, "tag-accent", self.tr("Recommended here")),
            (bool(card.entry and card.entry.starter), "tag", self.tr("Starter")),
            (card.default, "tag-accent", self.tr("Default")),
            (card.loaded, "tag-good", self.tr("In memory")),
            (card.kind == "embedding", "tag", self.tr("Search")),
            (card.kind == "reranker", "tag", self.tr("Ranking")),
        ):
            if shown:
                tag = _label(self._tags, role)
                tag.setText(words)
                self._tag_row.addWidget(tag)
                tag.show()

    def _show_fit(self) -> None:
        card = self.card
        if card.installed is not None and card.installed.problem:
            self._fit.setText(card.installed.problem)
            _set_role(self._fit, "danger")
            return
        if card.fit is None:
            self._fit.hide()
            return
        words = [say(VERDICTS[card.fit.verdict])]
        if card.fit.tokens_per_second and card.fit.verdict != "no":
            speed = f"{card.fit.tokens_per_second:.0f}" if card.fit.tokens_per_second >= 2 else "1"
            about = self.tr("{speed} tokens/s, measured") if card.fit.measured else self.tr("about {speed} tokens/s")
            words.append(about.format(speed=speed))
        words += [_why(reason) for reason in reasons(card.fit)]
        self._fit.setText(" · ".join(words))
        _set_role(self._fit, {"well": "good", "tight": "warn", "no": "danger"}[card.fit.verdict])

    def _show_grade(self) -> None:
        grade = self.card.grade
        self._grade.setVisible(grade is not None)
        if grade is None:
            return
        words = [
            self.tr("Function calls: {passed} of {total} right").format(passed=grade.passed, total=grade.total),
            self.tr("several at once: yes") if grade.parallel else self.tr("several at once: no"),
            self.tr("in Chinese: yes") if grade.chinese else self.tr("in Chinese: no"),
        ]
        self._grade.setText(" · ".join(words))

    def _show_grading(self, done: int, total: int) -> None:
        self._progress.show()
        self._bar.set_paused(False)
        self._bar.set_fraction(done / total)
        self._bar.setAccessibleName(self.tr("Grading of {name}").format(name=self._name.text()))
        self._state.setText(self.tr("Grading: case {done} of {total}").format(done=done, total=total))
        _set_role(self._state, "small")

    def _show_download(self) -> None:
        download = self.card.download
        self._progress.setVisible(download is not None)
        if download is None and self.card.graded is not None:
            self._show_grading(*self.card.graded)
        if download is None:
            return
        self._bar.set_fraction(download.done / download.total if download.total else 0.0)
        self._bar.set_paused(download.state in ("paused", "failed"))
        self._bar.setAccessibleName(self.tr("Download of {name}").format(name=self._name.text()))
        moved = self.tr("{done} of {total}").format(
            done=wording.size(download.done), total=wording.size(download.total)
        )
        match download.state:
            case "queued":
                text = self.tr("Waiting for another download")
            case "verifying":
                text = self.tr("Checking what arrived…")
            case "paused":
                text = self.tr("Paused") + " · " + moved
            case "failed":
                text = say(explain(download.error_code, download.error).text)
            case _:
                parts = [moved, f"{wording.size(download.speed)}/s"] if download.speed else [moved]
                if download.eta:
                    parts.append(self.tr("{time} left").format(time=wording.duration(download.eta)))
                text = " · ".join(parts)
        self._state.setText(text)
        _set_role(self._state, "danger" if download.state == "failed" else "small")

    def _show_buttons(self) -> None:
        card, download = self.card, self.card.download
        self.second.setVisible(download is not None or card.graded is not None)
        self.second.setText(self.tr("Cancel"))
        self.more.setVisible(card.installed is not None)
        self.more.set_name(self.tr("More about {name}").format(name=self._name.text()))
        self.main.setVisible(True)
        self.main.setEnabled(True)
        if download is not None and download.state in ("queued", "running"):
            self._main_wish, text, kind = "pause", self.tr("Pause"), "normal"
        elif download is not None and download.state == "verifying":
            self._main_wish, text, kind = "", self.tr("Checking…"), "normal"
            self.main.setEnabled(False)
            self.second.hide()
        elif download is not None:
            self._main_wish, text, kind = "resume", self.tr("Resume"), "primary"
        elif card.installed is not None:
            self._main_wish, text, kind = "default", self.tr("Make default"), "normal"
            self.main.setVisible(not card.default and card.kind in ("chat", "embedding") and not card.installed.problem)
        else:
            fits = card.fit is None or card.fit.verdict != "no"
            self._main_wish, text = "download", self.tr("Download {size}").format(size=wording.size(card.size))
            kind = "primary" if card.recommended or self._first else "normal"
            self.main.setVisible(fits)
        self.main.setText(text)
        self.main.setAccessibleName(f"{text}: {self._name.text()}")
        self.second.setAccessibleName(f"{self.second.text()}: {self._name.text()}")
        if self.main.property("kind") != kind:
            self.main.setProperty("kind", kind)
            self.main.style().unpolish(self.main)
            self.main.style().polish(self.main)

    def _menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chosen = self.card.id
        if self.card.loaded:
            menu.addAction(
                icons.icon("power"), self.tr("Unload from memory"), lambda: self.wanted.emit("unload", chosen)
            )
        elif self.card.kind == "chat" and self.card.installed and not self.card.installed.problem:
            menu.addAction(icons.icon("power"), self.tr("Load into memory"), lambda: self.wanted.emit("load", chosen))
        menu.addAction(
            icons.icon("circle-check"), self.tr("Check the file"), lambda: self.wanted.emit("verify", chosen)
        )
        if self.card.kind == "chat" and self.card.graded is None:
            text = self.tr("Grade its function calls · takes minutes")
            menu.addAction(icons.icon("gauge"), text, lambda: self.wanted.emit("grade", chosen))
        menu.addSeparator()
        remove = self.tr("Remove · frees {size}").format(size=wording.size(self.card.size))
        menu.addAction(icons.icon("trash-2"), remove, lambda: self.wanted.emit("remove", chosen))
        width = menu.sizeHint().width()
        menu.popup(self.more.mapToGlobal(QPoint(self.more.width() - width, self.more.height() + 2)))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.show_card(self.card, self._language)
        super().changeEvent(event)


def _why(reason: Reason) -> str:
    values = {
        name: wording.size(value) if name in _BYTES else wording.tokens(int(value))
        for name, value in reason.values.items()
    }
    return say(REASONS[reason.code], **values) if reason.code in REASONS else ""


def _label(parent: QWidget, role: str, *, wrap: bool = False) -> QLabel:
    label = QLabel(parent)
    label.setProperty("role", role)
    label.setWordWrap(wrap)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _set_role(label: QLabel, role: str) -> None:
    if label.property("role") != role:
        label.setProperty("role", role)
        label.style().unpolish(label)
        label.style().polish(label)
