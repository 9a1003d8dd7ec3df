"""The run in the details panel: steps, why this answer, tokens, what was dropped, model, events, raw record."""

from __future__ import annotations

import dataclasses
import json

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.chat.codeview import CodeView
from desktop.controls.button import IconButton, text_button
from desktop.details.facts import Passage, Quote, RunFacts, StepFacts
from desktop.details.rows import Scores, Section, StepHead, clear, label
from desktop.wording import clock
from engine.service.run_log import RunLog
from engine.types import RunStatus

_MOST_TEXT = 20_000
_MOST_QUOTES = 12
_TONES = {RunStatus.FAILED: "danger", RunStatus.EXPIRED: "danger", RunStatus.INCOMPLETE: "warn"}


class RunView(QWidget):
    """Shows one run; says what was asked of it by signals."""

    older_wanted = Signal()
    newer_wanted = Signal()
    prompt_wanted = Signal()
    code_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._log: RunLog | None = None
        self._facts: RunFacts | None = None
        self._opened: set[str] = set()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(self._make_head())
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget(self._scroll)
        inner.setObjectName("canvas")
        column = QVBoxLayout(inner)
        column.setContentsMargins(16, 4, 16, 12)
        column.setSpacing(10)
        self.steps = Section("activity", inner)
        self.why = Section("search", inner)
        self.tokens = Section("hash", inner)
        self.dropped = Section("scissors", inner, folds=True)
        self.model = Section("cpu", inner)
        self.timeline = Section("list", inner, folds=True)
        self.record = Section("braces", inner, folds=True)
        self.sections = (self.steps, self.why, self.tokens, self.model, self.dropped, self.timeline, self.record)
        for section in self.sections:
            column.addWidget(section)
        column.addStretch(1)
        self._scroll.setWidget(inner)
        outer.addWidget(self._scroll, 1)
        outer.addLayout(self._make_foot())
        self.record.head.toggled.connect(self._show_raw)
        self._retranslate()
        self.show_run(None, None, older=False, newer=False)

    def _make_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(16, 6, 10, 4)
        row.setSpacing(2)
        self.status = label("", "strong", self)
        self.when = label("", "small", self)
        self.older = IconButton("chevron-left", self, size=26, icon_size=15)
        self.newer = IconButton("chevron-right", self, size=26, icon_size=15)
        self.older.clicked.connect(self.older_wanted)
        self.newer.clicked.connect(self.newer_wanted)
        row.addWidget(self.status)
        row.addSpacing(6)
        row.addWidget(self.when, 1)
        row.addWidget(self.older)
        row.addWidget(self.newer)
        return row

    def _make_foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(16, 8, 16, 14)
        row.setSpacing(8)
        self.prompt = text_button("pill", self)
        self.prompt.clicked.connect(self.prompt_wanted)
        self.code = text_button("pill", self)
        self.code.clicked.connect(self.code_wanted)
        row.addWidget(self.prompt)
        row.addWidget(self.code)
        row.addStretch(1)
        return row

    def show_run(self, log: RunLog | None, facts: RunFacts | None, *, older: bool, newer: bool) -> None:
        """Show a run, or that there is none yet."""
        if log is None or self._log is None or log.run.id != self._log.run.id:
            self._opened.clear()
        self._log, self._facts = log, facts
        self.older.setEnabled(older)
        self.newer.setEnabled(newer)
        self._fill()

    def _fill(self) -> None:
        log, facts = self._log, self._facts
        self._say_head()
        for section in self.sections:
            section.empty()
            section.setVisible(log is not None)
        for button in (self.prompt, self.code):
            button.setEnabled(log is not None)
        if log is None or facts is None:
            self.steps.setVisible(True)
            self.steps.title(self.tr("No run yet"))
            self.steps.text(self.tr("Send a message: its steps, prompt, scores and timings will appear here."))
            return
        self._fill_steps(facts)
        self._fill_why(facts)
        self._fill_tokens(log, facts)
        self._fill_dropped(log)
        self._fill_model(log, facts)
        self._fill_events(facts)
        self.record.title(self.tr("Stored record"))
        self._show_raw(self.record.head.isChecked())

    def _say_head(self) -> None:
        run = self._log.run if self._log else None
        self.status.setText(self._status_words(run.status) if run else self.tr("Run"))
        role = _TONES.get(run.status, "strong") if run else "strong"
        if self.status.property("role") != role:
            self.status.setProperty("role", role)
            self.status.style().polish(self.status)
        self.when.setText(clock(run.created_at) if run else "")

    def _status_words(self, status: RunStatus) -> str:
        return {
            RunStatus.QUEUED: self.tr("Queued"),
            RunStatus.IN_PROGRESS: self.tr("At work"),
            RunStatus.REQUIRES_ACTION: self.tr("Waiting"),
            RunStatus.CANCELLING: self.tr("Stopping"),
            RunStatus.CANCELLED: self.tr("Stopped"),
            RunStatus.FAILED: self.tr("Failed"),
            RunStatus.COMPLETED: self.tr("Completed"),
            RunStatus.INCOMPLETE: self.tr("Incomplete"),
            RunStatus.EXPIRED: self.tr("Expired"),
        }[status]

    # Sections.

    def _fill_steps(self, facts: RunFacts) -> None:
        self.steps.title(self.tr("Steps"))
        for number, step in enumerate(facts.steps):
            self._add_step(step, last=number == len(facts.steps) - 1)
        error = self._log.run.last_error if self._log else None
        if error is not None:
            self.steps.text(error.message, "danger")
        elif not facts.steps:
            self.steps.text(self.tr("Nothing was written yet."))

    def _add_step(self, step: StepFacts, *, last: bool) -> None:
        opens = step.kind != "message"
        seconds = "" if step.seconds is None else self.tr("{n} s").format(n=f"{step.seconds:.1f}")
        head = StepHead(
            self._title_of(step), self._note_of(step), seconds, step.state, self.steps.body, last=last, opens=opens
        )
        self.steps.column.addWidget(head)
        if not opens:
            return
        exchange = QWidget(self.steps.body)
        column = QVBoxLayout(exchange)
        column.setContentsMargins(26, 0, 0, 8)
        column.setSpacing(4)
        exchange.hide()
        self.steps.column.addWidget(exchange)

        def unfold(shown: bool) -> None:
            (self._opened.add if shown else self._opened.discard)(step.id)
            if shown and column.count() == 0:
                self._add_exchange(column, step, exchange)
            exchange.setVisible(shown)

        head.toggled.connect(unfold)
        if step.id in self._opened:
            head.setChecked(True)

    def _add_exchange(self, column: QVBoxLayout, step: StepFacts, parent: QWidget) -> None:
        language = "python" if step.kind == "code_interpreter" else "json" if step.kind == "function" else ""
        asked = self.tr("The model wrote") if step.kind != "file_search" else self.tr("The model searched for")
        for words, text, coloured in ((asked, step.given, language), (self.tr("What came back"), step.came, "")):
            if text:
                column.addWidget(label(words, "small", parent))
                view = CodeView(coloured, parent, most_lines=12, wrap=True)
                view.setAccessibleName(words)
                view.set_text(text[:_MOST_TEXT])
                column.addWidget(view)

    def _title_of(self, step: StepFacts) -> str:
        return self.tr("Answer") if step.kind == "message" else step.name

    def _note_of(self, step: StepFacts) -> str:
        if step.declined:
            return self.tr("not allowed by you")
        match step.kind:
            case "file_search":
                found = self.tr("1 passage") if step.passages == 1 else self.tr("{n} passages").format(n=step.passages)
                return f"{found} · {step.query}" if step.query else found
            case "code_interpreter":
                lines = self.tr("1 line") if step.lines == 1 else self.tr("{n} lines").format(n=step.lines)
                if not step.images:
                    return lines
                drawn = self.tr("1 image") if step.images == 1 else self.tr("{n} images").format(n=step.images)
                return f"{lines} · {drawn}"
            case "function":
                return step.query
            case _:
                parts = []
                if step.first_token is not None:
                    parts.append(self.tr("first token {n} s").format(n=f"{step.first_token:.1f}"))
                if step.reused is not None:
                    parts.append(self.tr("{n} % reused").format(n=round(100 * step.reused)))
                return " · ".join(parts)

    def _fill_why(self, facts: RunFacts) -> None:
        self.why.setVisible(bool(facts.passages))
        self.why.title(self.tr("Why this answer"))
        if facts.passages:
            heads = (self.tr("Passage"), self.tr("words"), self.tr("sense"), self.tr("rank"))
            self.why.column.addWidget(Scores(facts.passages, heads, self._place, self.tr("cut"), self.why.body))
        if facts.quotes:
            self.why.text(self.tr("Sentences it rests on"), "plain-small")
        for quote in facts.quotes[:_MOST_QUOTES]:
            share = self.tr("{n} % of what was said").format(n=round(100 * quote.support))
            self.why.text(f"[{quote.number}] {' '.join(quote.text.split())}", "quote")
            self.why.text(f"{self._place(quote)} · {share}")
        if facts.unsupported:
            self.why.text(self.tr("Said without a source"), "warn-small")
        for sentence in facts.unsupported[:_MOST_QUOTES]:
            self.why.text(" ".join(sentence.split()), "quote")

    def _place(self, found: Passage | Quote) -> str:
        if found.page is None:
            return found.file
        return self.tr("{file} p. {page}").format(file=found.file, page=found.page)

    def _fill_tokens(self, log: RunLog, facts: RunFacts) -> None:
        tokens, section = facts.tokens, self.tokens
        section.title(self.tr("Tokens and time"))
        section.row(self.tr("Read"), f"{tokens.read:,}")
        section.row(self.tr("Reused"), f"{tokens.reused:,}")
        written = f"{tokens.written:,}"
        if tokens.per_second is not None:
            written = f"{written} · {self.tr('{n}/s').format(n=f'{tokens.per_second:.1f}')}"
        section.row(self.tr("Written"), written)
        more = "+" if log.more_dropped else ""
        section.row(self.tr("Dropped for context"), f"{tokens.dropped:,}{more}", tone="warn" if tokens.dropped else "")
        seconds = self.tr("{n} s")
        if tokens.first_token is not None:
            section.row(self.tr("First token after"), seconds.format(n=f"{tokens.first_token:.2f}"))
        if tokens.read_seconds or tokens.write_seconds:
            spent = " + ".join(f"{part:.2f}" for part in (tokens.read_seconds, tokens.write_seconds))
            section.row(self.tr("Reading + writing"), seconds.format(n=spent))
        if tokens.load_seconds:
            section.row(self.tr("Loading the model"), seconds.format(n=f"{tokens.load_seconds:.1f}"))

    def _fill_dropped(self, log: RunLog) -> None:
        section = self.dropped
        section.setVisible(bool(log.dropped))
        section.title(self.tr("What the model did not see"), f"{len(log.dropped)}{'+' if log.more_dropped else ''}")
        reasons = {
            "context": self.tr("no room in the context"),
            "max_prompt_tokens": self.tr("over max_prompt_tokens"),
            "last_messages": self.tr("older than the newest messages asked for"),
        }
        for message in log.dropped:
            text = " ".join(message.text.split())[:160] or self.tr("(deleted)")
            section.column.addWidget(label(text, "plain-small", section.body, wrap=True))
            why = self.tr("{count} tokens, {reason}").format(
                count=message.tokens, reason=reasons.get(message.reason, message.reason)
            )
            section.text(why)

    def _fill_model(self, log: RunLog, facts: RunFacts) -> None:
        section, sampling = self.model, facts.sampling
        section.title(self.tr("Model"))
        section.row(self.tr("Model"), str(log.run.trace.get("model", log.run.model)))
        names = {
            "temperature": self.tr("Temperature"),
            "top_p": self.tr("Top-p"),
            "seed": self.tr("Seed"),
            "context": self.tr("Context"),
            "backend": self.tr("Runs on"),
            "template": self.tr("Chat template"),
            "loop_broken": self.tr("Calls were ended"),
        }
        for key, value in sampling.items():
            shown = f"{value:,}" if key == "context" and isinstance(value, int) else str(value)
            section.row(names[key], shown)

    def _fill_events(self, facts: RunFacts) -> None:
        section = self.timeline
        section.setVisible(bool(facts.events))
        section.title(self.tr("Events"), str(sum(event.count for event in facts.events)))
        for event in facts.events:
            name = event.name.removeprefix("thread.")
            times = f"{event.at:.2f}" if event.until is None else f"{event.at:.2f}–{event.until:.2f}"
            section.row(f"{name} × {event.count}" if event.count > 1 else name, times)

    def _show_raw(self, shown: bool) -> None:
        clear(self.record.column)
        if shown and self._log is not None:
            view = CodeView("json", self.record.body, most_lines=24, wrap=True)
            view.setAccessibleName(self.tr("Stored record"))
            kept = {"run": dataclasses.asdict(self._log.run), "steps": list(map(dataclasses.asdict, self._log.steps))}
            view.set_text(json.dumps(kept, ensure_ascii=False, indent=1, default=str)[: 4 * _MOST_TEXT])
            self.record.column.addWidget(view)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
            self._fill()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.older.set_name(self.tr("Run before this one"))
        self.newer.set_name(self.tr("Run after this one"))
        self.prompt.setText(self.tr("Exact prompt"))
        self.code.setText(self.tr("Copy as Python"))
