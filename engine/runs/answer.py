"""What a model writes in one generation, told apart: text for the message, thoughts, and calls; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from engine.ids import new_id
from engine.inference import toolcalls as t
from engine.inference.callsyntax import Tools
from engine.retrieval.citations import Source
from engine.retrieval.citing import Citer, reviewed
from engine.runs import machine as m
from engine.runs.mentions import Mentions
from engine.types import JsonObject


class Answer:
    """Turns the stream of a generation into the machine's events; `reasoning` collects the thoughts."""

    def __init__(
        self,
        tools: Sequence[JsonObject],
        *,
        now: Callable[[], int],
        kinds: Mapping[str, m.CallKind] | None = None,
        files: Mapping[str, str] | None = None,
        sources: Sequence[Source] = (),
        code_tool: str = "",
    ) -> None:
        """`tools` as the model was told of them; `kinds`: which of their names Fireside answers itself.

        `files`: what the text may name, markers of passages and paths of produced files, to the ids of files.
        `sources`: the passages the model was given; lines that say the same get their markers.
        `code_tool`: a fence of Python is a call of it.
        """
        schemas = {tool["function"]["name"]: tool["function"].get("parameters") or {} for tool in tools}
        self._parser = t.ToolCallParser(Tools(schemas), code_tool=code_tool)
        self._words_only = t.ToolCallParser(Tools({}), code_tool=code_tool)
        self._kinds = dict(kinds or {})
        self._now = now
        self._sources = sources
        self._mentions = Mentions(files or {}, Citer(sources).markers if sources else None)
        self._said: list[str] = []
        self._blank = ""  # white space that opens no message: often all that stands before a call
        self._spoke = self._calls = False
        self.reasoning = ""
        self._told = 0  # of the thoughts, in characters
        self._thinking: tuple[float, float] | None = None  # first and last clock of the thoughts

    def feed(self, text: str, clock: float, *, words: bool = False) -> list[m.Event]:
        """Take the next piece of the stream; `clock` as in `machine.TextDelta`; `words`: no calls in it."""
        if words:
            self._parser = self._words_only
        return self._events(self._parser.feed(text), clock)

    def finish(self, clock: float) -> list[m.Event]:
        """Return what was held back."""
        events = self._events(self._parser.finish(), clock)
        text, annotations = self._mentions.finish(name_all=not self._calls)
        self._said.append(text)
        if text:
            events.append(m.TextDelta(text=text, clock=clock, annotations=annotations))
        return events

    def fresh_thoughts(self) -> str:
        """Return the thoughts that came since this was asked last; white space before the first word waits for it."""
        if not self.reasoning.strip():
            return ""
        fresh, self._told = self.reasoning[self._told :], len(self.reasoning)
        return fresh

    @property
    def thought_seconds(self) -> float:
        """How long the thoughts took to write."""
        return self._thinking[1] - self._thinking[0] if self._thinking else 0.0

    def review(self) -> JsonObject:
        """Return as `citations`, for the run's trace, how far the passages hold the answer; nothing without them."""
        said = "".join(self._said)
        return {"citations": reviewed(said, self._sources)} if self._sources and said else {}

    def _events(self, parts: Sequence[t.Part], clock: float) -> list[m.Event]:
        events: list[m.Event] = []
        for part in parts:
            match part:
                case t.Text(text=text):
                    events += self._text(text, clock)
                case t.Reasoning(text=text):
                    self.reasoning += text
                    self._thinking = (self._thinking[0] if self._thinking else clock, clock)
                case t.CallStart(name=name):
                    call = m.ToolCall(
                        id=new_id("call"), kind=self._kinds.get(name, "function"), name=name, arguments=""
                    )
                    self._calls = True
                    events.append(m.CallOpened(call=call, now=self._now()))
                case t.CallArguments(text=text):
                    events.append(m.CallGrew(text=text))
                case t.CallEnd():
                    pass
        return events

    def _text(self, text: str, clock: float) -> list[m.Event]:
        if not self._spoke and not text.strip():
            self._blank += text
            return []
        whole = (self._blank + text).lstrip() if not self._spoke else text
        self._spoke, self._blank = True, ""
        passed, annotations = self._mentions.feed(whole)
        self._said.append(passed)
        return [m.TextDelta(text=passed, clock=clock, annotations=annotations)] if passed or annotations else []
