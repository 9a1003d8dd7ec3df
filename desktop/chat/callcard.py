"""The card of one tool call: what it did on its line; opened, what it was given and what came of it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QWidget

from desktop.chat import callwords
from desktop.chat.calls import Call, pretty
from desktop.chat.card import Card, CardState
from desktop.chat.passage import PassageView
from desktop.chat.picture import PictureRow
from desktop.chat.render.blocks import Block, Code, Paragraph, Span
from desktop.chat.render.body import MessageBody
from desktop.chat.render.dataframe import table_of, without_table
from desktop.chat.render.flow import TextStyle
from desktop.chat.render.markdown import parse
from desktop.chat.stored import StoredFiles

_THUMB = QSize(260, 170)
_MOST_OUTPUT = 20_000
_MOST_THOUGHT = 3_000  # characters that are laid out again with every word while they are written
_STATES: dict[str, CardState] = {"working": "working", "failed": "failed"}
Sections = dict[str, tuple[Block, ...]]


class CallCard(Card):
    """Grows while the call is written; what is shown is laid out again only where it changed.

    With `open_code` code that is being written is seen from the start, and stays open: nothing jumps.
    """

    enlarged = Signal(str)
    saved = Signal(str)
    cited = Signal(object)

    def __init__(
        self, call: Call, style: TextStyle, parent: QWidget, files: StoredFiles | None, *, open_code: bool = False
    ) -> None:
        super().__init__(parent, icon=callwords.ICONS[call.kind], style=style)
        self.call = call
        self._files = files
        self._bodies: dict[str, MessageBody] = {}
        self._shown: tuple[str, ...] = ()
        self.asked = False
        self._was_open = False
        self.fill = self._fill
        self.retranslate()
        if open_code and call.kind == "code_interpreter" and call.state == "working":
            self.open()

    def show_call(self, call: Call) -> None:
        """Take a new state of the same call."""
        if call == self.call:
            return
        self.call = call
        self.retranslate()
        if self.parts:
            self._fill()
            self.relayout()

    def show_asked(self, asked: bool) -> None:
        """Fold while a person is asked about this call: the question shows what it is given, and once is enough."""
        if asked == self.asked:
            return
        self.asked = True  # until it is folded or open again: nobody pressed it
        if asked:
            self._was_open = self.opened
        self.open(self._was_open and not asked)
        self.asked = asked
        self.retranslate()

    def retranslate(self) -> None:
        """Say on the line what the call did, in the language in use."""
        call = self.call
        state = _STATES.get(call.state, "done")
        note = "" if call.kind == "thought" else callwords.took(call.seconds)
        if self.asked:
            note = self.tr("waits for you")
        self.tell(callwords.summary(call), note, state=state)

    def _fill(self) -> None:
        sections = self._sections()
        wanted = tuple(sections)
        if wanted[: len(self._shown)] != self._shown:
            self.clear()
            self._bodies, self._shown = {}, ()
        for key in wanted:
            blocks = sections[key]
            if key in self._bodies:
                self._bodies[key].set_blocks(blocks)
            elif key not in self._shown:
                self._add(key, blocks)
        self._shown = wanted

    def _add(self, key: str, blocks: tuple[Block, ...]) -> None:
        if key == "images":
            self._add_images()
        elif key.startswith("passage"):
            passage = self.call.passages[int(key[7:])]
            view = PassageView(passage, self)
            view.opened.connect(self.cited)
            self.put(view, ruled=True)
        else:
            small = key == "query"  # of a search, and thoughts: not what was said
            body = MessageBody(self, style=TextStyle.now(13) if small else self.style_of_text)
            body.set_blocks(blocks)
            code = isinstance(blocks[0], Code)
            self._bodies[key] = body
            self.put(body, inset=1 if code else 14, ruled=True, sunken=key == "given")

    def _add_images(self) -> None:
        if self._files is None:
            return
        row = PictureRow(self.call.images, self._files, self, most=_THUMB)
        row.enlarged.connect(self.enlarged)
        row.saved.connect(self.saved)
        self.put(row, ruled=True)

    def _sections(self) -> Sections:
        """Return what is shown, in order; the values are blocks where it is text."""
        match self.call.kind:
            case "function":
                return self._function()
            case "code_interpreter":
                return self._code()
            case "file_search":
                return self._search()
            case "thought":
                return {"query": parse(_newest(self.call))}

    def _function(self) -> Sections:
        call = self.call
        found: Sections = {}
        text, language = pretty(call.given)
        if text not in ("", "{}"):
            found["given"] = (Code(text, language or "json", manner="bare"),)
        if call.output is not None:
            text, language = pretty(call.output[:_MOST_OUTPUT])
            found["output"] = (Code(text or "—", language, manner="bare" if language else "output"),)
        return found

    def _code(self) -> Sections:
        call = self.call
        found: Sections = {}
        if call.given:
            closed = call.state != "working"
            found["given"] = (Code(call.given.strip("\n"), "python", closed=closed, manner="bare"),)
        table = table_of(call.table) if call.table else None
        output = (call.output or "")[:_MOST_OUTPUT].strip("\n")
        if table is not None:
            output = without_table(output, table)
        if output:
            found["output"] = (Code(output, manner="output"),)
        if table is not None:
            found["table"] = (table,)
        if call.images and self._files is not None:
            found["images"] = ()
        return found

    def _search(self) -> Sections:
        call = self.call
        found: Sections = {}
        if call.given:
            asked = self.tr("Searched for: {query}").format(query=call.given)
            found["query"] = (Paragraph((Span(asked),)),)
        for number in range(len(call.passages)):
            found[f"passage{number}"] = ()
        return found


def _newest(call: Call) -> str:
    """Return thoughts whole, or their last lines while more come."""
    if call.state != "working" or len(call.given) <= _MOST_THOUGHT:
        return call.given
    end = call.given[-_MOST_THOUGHT:]
    return "…\n\n" + (end.partition("\n")[2] or end)
