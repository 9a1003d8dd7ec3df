"""The incremental parser: text deltas in; text, reasoning and tool calls out, the same at any split of the stream.

Two kinds of calls are caught: those between the markers of a known format, and near misses (fenced JSON after prose, a
bare JSON object, `name(args)`) which count only when they start a line, are whole and name a tool that exists.
Pure; its input is untrusted and bounded by `callsyntax.MAX_CALL_TEXT`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from engine.inference.callsyntax import MAX_CALL_TEXT, Call, Tools, read_calls


@dataclass(frozen=True, slots=True)
class Text:
    """Visible text."""

    text: str


@dataclass(frozen=True, slots=True)
class Reasoning:
    """Text the model thought to itself."""

    text: str


@dataclass(frozen=True, slots=True)
class CallStart:
    """A call of a tool that exists begins."""

    name: str


@dataclass(frozen=True, slots=True)
class CallArguments:
    """A piece of the JSON text of the open call's arguments."""

    text: str


@dataclass(frozen=True, slots=True)
class CallEnd:
    """The open call is over."""


Part = Text | Reasoning | CallStart | CallArguments | CallEnd


@dataclass(frozen=True, slots=True)
class _Marker:
    """What opens a region: `close` ends it ("" = the end of the answer); `keep` is part of the region's content."""

    open: str
    kind: Literal["call", "think", "drop", "code", "program"]
    close: str = ""
    keep: str = ""


# Longest first where one opens another.
_MARKERS = (
    _Marker("<tool_call>", "call", "</tool_call>"),
    _Marker("<tool_calls>", "call", "</tool_calls>"),
    _Marker("<function_call>", "call", "</function_call>"),
    _Marker("<function_calls>", "call", "</function_calls>"),
    _Marker("<tool>", "call", "</tool>"),
    _Marker("<tools>", "call", "</tools>"),
    _Marker("<function=", "call", "</function>", keep="<function="),
    _Marker("<function name=", "call", "</function>", keep="<function name="),
    _Marker("<|tool_call|>", "call", "<|/tool_call|>"),
    _Marker("<|tool_call_start|>", "call", "<|tool_call_end|>"),
    _Marker("<|tool_call>", "call", "<tool_call|>"),
    _Marker("<start_function_call>", "call", "<end_function_call>"),
    _Marker("<｜tool▁call▁begin｜>", "call", "<｜tool▁call▁end｜>"),
    _Marker("<|tool_call_begin|>", "call", "<|tool_call_end|>"),
    _Marker("<TOOLCALL>", "call", "</TOOLCALL>"),
    _Marker("<minimax:tool_call>", "call", "</minimax:tool_call>"),
    _Marker("<｜DSML｜function_calls>", "call", "</｜DSML｜function_calls>"),
    _Marker("<｜DSML｜tool_calls>", "call", "</｜DSML｜tool_calls>"),
    _Marker("<|tools_prefix|>", "call", "<|tools_suffix|>"),
    _Marker("<|function_call|>", "call"),
    _Marker("[TOOL_CALLS]", "call"),
    _Marker("functools[", "call", keep="["),
    _Marker("<|python_tag|>", "call", "<|eom_id|>"),
    _Marker("<|channel|>commentary to=functions.", "call", "<|call|>"),
    _Marker("<|start|>assistant to=functions.", "call", "<|call|>"),
    _Marker(" to=functions.", "call", "<|call|>"),
    _Marker("<|start|>assistant<|channel|>commentary to=functions.", "call", "<|call|>"),
    _Marker("<think>", "think", "</think>"),
    _Marker("<thinking>", "think", "</thinking>"),
    _Marker("[THINK]", "think", "[/THINK]"),
    _Marker("<|START_THINKING|>", "think", "<|END_THINKING|>"),
    _Marker("<|channel|>analysis<|message|>", "think", "<|end|>"),
    _Marker("<|channel|>final<|message|>", "drop"),
    _Marker("<|channel|>commentary<|message|>", "drop"),
    _Marker("<|start|>assistant", "drop"),
    _Marker("<|end|>", "drop"),
    _Marker("<|return|>", "drop"),
    _Marker("<|call|>", "drop"),
    _Marker("<｜tool▁calls▁begin｜>", "drop"),
    _Marker("<｜tool▁calls▁end｜>", "drop"),
    _Marker("<|tool_calls_section_begin|>", "drop"),
    _Marker("<|tool_calls_section_end|>", "drop"),
)
_FIRST = {marker.open[0] for marker in _MARKERS}
_HEADER = re.compile(r'[\s\[\]},;]*\{\s*"name"\s*:\s*"([\w.-]+)"\s*,\s*"(?:arguments|parameters)"\s*:\s*(?=\{)')
_FENCE_HEAD = re.compile(r"```[ \t]*[\w+-]*[ \t]*\n\s*")
_FENCE_START = re.compile(r"```[ \t]*[\w+-]*[ \t]*(?:\n|\Z)")
_PYTHON_HEAD = re.compile(r"```[ \t]*(?:python3?|py|ipython|tool_code)[ \t]*\n")
_CODE = _Marker("", "code", "```")
_PROGRAM = _Marker("", "program", "```")
_AFTER_CALL = " \t\n,;"
_MAX_NEAR_MISS = 16_384


class ToolCallParser:
    """Feed it the stream; it holds back only what may still turn out to be part of a call."""

    def __init__(self, tools: Tools, *, reasoning: bool = False, code_tool: str = "") -> None:
        """`reasoning`: the prompt already opened the model's thinking, so the answer starts inside it.

        `code_tool`: a fence of Python is a call of this tool, with the code itself as its arguments.
        """
        self._tools = tools
        self._code_tool = code_tool
        self._buffer = ""
        self._parts: list[Part] = []
        self._region: _Marker | None = _Marker("", "think", "</think>") if reasoning else None
        self._json: _Brackets | None = None  # set while the arguments of a call are passed on as they come
        self._line_start = True
        self._skip = ""  # characters that say nothing here, dropped until another one comes

    def feed(self, untrusted: str) -> list[Part]:
        """Take the next piece of the stream and return what is now certain."""
        self._buffer += untrusted
        return self._run(final=False)

    def finish(self) -> list[Part]:
        """Return what was held back; the stream is over."""
        return self._run(final=True)

    def _run(self, *, final: bool) -> list[Part]:
        while self._step(final=final):
            pass
        parts, self._parts = self._parts, []
        return parts

    def _step(self, *, final: bool) -> bool:
        """Consume some of the buffer; False when more text is needed."""
        if self._skip and self._json is None:
            self._buffer = self._buffer.lstrip(self._skip)
            self._skip = "" if self._buffer else self._skip
        if not self._buffer and not (final and self._region):
            return False
        if self._json is not None:
            return self._stream_arguments(self._json, final=final)
        if self._region is None:
            return self._text(final=final)
        if self._region.kind == "call":
            return self._call(self._region, final=final)
        return self._passage(self._region, final=final)

    # Text

    def _text(self, *, final: bool) -> bool:
        for position, character in enumerate(self._buffer):
            rest = self._buffer[position:]
            marker, partial = _marker_at(rest) if character in _FIRST else (None, False)
            undecided = partial and not final
            if marker is not None or undecided or (self._line_start and self._near_miss_at(rest, final=final)):
                self._say(self._buffer[:position])
                self._buffer = rest
                if marker is not None:
                    return self._enter(marker)
                return False if undecided else self._near_miss(final=final)
            if character == "\n":
                self._line_start = True
            elif not character.isspace():
                self._line_start = False
        self._say(self._buffer)
        self._buffer = ""
        return False

    def _say(self, text: str) -> None:
        if text:
            self._parts.append(Text(text))

    def _emit(self, calls: tuple[Call, ...]) -> None:
        for call in calls:
            self._parts += (CallStart(call.name), CallArguments(call.arguments), CallEnd())

    def _enter(self, marker: _Marker) -> bool:
        self._buffer = marker.keep + self._buffer[len(marker.open) :]
        self._line_start = True
        if marker.kind != "drop":
            self._region = marker
        return True

    # Near misses, at the start of a line

    def _near_miss_at(self, rest: str, *, final: bool) -> bool:
        """Whether a call without a marker may begin here."""
        if self._code_tool and (rest.startswith("```") or (not final and "```".startswith(rest))):
            return True
        if not self._tools:
            return False
        if rest[0] in "{[":
            return True
        openers = ["```", *(f"{name}(" for name in self._tools.schemas)]
        return any(rest.startswith(opener) or (not final and opener.startswith(rest)) for opener in openers)

    def _near_miss(self, *, final: bool) -> bool:
        if self._buffer.startswith("```"):
            return self._fence(final=final)
        end, whole = _near_miss_end(self._buffer, self._tools, final=final)
        if end is None and not final and len(self._buffer) < _MAX_NEAR_MISS:
            return False
        end = end or len(self._buffer)
        calls = read_calls(self._buffer[:end], self._tools) if whole else ()
        return self._settle(end, calls)

    def _settle(self, end: int, calls: tuple[Call, ...]) -> bool:
        """Take what stands before `end` as these calls, or as text if there are none."""
        if calls:
            self._emit(calls)
            self._line_start, self._skip = True, _AFTER_CALL
        else:
            self._say(self._buffer[:end])
            self._line_start = self._buffer[end - 1] == "\n"
        self._buffer = self._buffer[end:]
        return True

    def _fence(self, *, final: bool) -> bool:
        """A code fence: held back whole if its content may be a call, passed on untouched if not."""
        if not _FENCE_START.match(self._buffer):
            if self._buffer.endswith("\n") or "\n" in self._buffer or not _FENCE_START.match(self._buffer + "\n"):
                return self._settle(3, ())
            return final and self._settle(len(self._buffer), ())
        head = _FENCE_HEAD.match(self._buffer)
        if not head or head.end() == len(self._buffer):
            return final and self._settle(len(self._buffer), ())
        program = _PYTHON_HEAD.match(self._buffer)
        if program and self._code_tool:
            self._parts.append(CallStart(self._code_tool))
            self._buffer, self._region = self._buffer[program.end() :], _PROGRAM
            return True
        content = self._buffer[head.end() :]
        end = content.find("```")
        if not self._may_be_call(content) or (end < 0 and len(content) > _MAX_NEAR_MISS):
            self._say(self._buffer[: head.end()])
            self._buffer, self._region = content, _CODE
            return True
        if end < 0 and not final:
            return False
        body = content[:end] if end >= 0 else content
        return self._settle(head.end() + len(body) + (3 if end >= 0 else 0), read_calls(_unmarked(body), self._tools))

    def _may_be_call(self, content: str) -> bool:
        openers = ["print(", *(f"{name}(" for name in self._tools.schemas)]
        return content[0] in "{[<" or any(content.startswith(o) or o.startswith(content) for o in openers)

    # Regions

    def _passage(self, region: _Marker, *, final: bool) -> bool:
        """Thinking, or code that is no call: passed on as it comes until the region closes."""
        inside, closed = _until(self._buffer, region.close, final=final)
        if region.kind == "code":
            self._say(inside + (region.close if closed else ""))
        elif region.kind == "program":
            self._parts += [CallArguments(inside)] if inside else []
            self._parts += [CallEnd()] if closed or final else []
        elif inside:
            self._parts.append(Reasoning(inside))
        self._buffer = self._buffer[len(inside) + (len(region.close) if closed else 0) :]
        if closed or final:
            self._region, self._line_start = None, region.kind != "code"
            self._skip = {"think": "\n", "program": _AFTER_CALL}.get(region.kind, "")
        return closed

    def _call(self, region: _Marker, *, final: bool) -> bool:
        header = _HEADER.match(self._buffer)
        name = self._tools.known(header[1]) if header else None
        if header and name:
            self._parts.append(CallStart(name))
            self._buffer = self._buffer[header.end() :]
            self._json = _Brackets(quotes='"')
            return True
        inside, closed = _until(self._buffer, region.close, final=final)
        if not closed and not final and len(self._buffer) <= MAX_CALL_TEXT:
            return False
        calls = read_calls(_unmarked(inside), self._tools)
        self._emit(calls)
        leftover = inside.strip(" \t\n[],;}")
        if not calls and leftover:
            self._say(region.open.removesuffix(region.keep) + inside + (region.close if closed else ""))
        self._buffer = self._buffer[len(inside) + (len(region.close) if closed else 0) :]
        self._region, self._line_start, self._skip = None, True, _AFTER_CALL if calls or not leftover else ""
        return True

    def _stream_arguments(self, brackets: _Brackets, *, final: bool) -> bool:
        end = brackets.feed(self._buffer)
        piece = self._buffer if end is None else self._buffer[:end]
        if piece:
            self._parts.append(CallArguments(piece))
        self._buffer = self._buffer[len(piece) :]
        if end is not None or final:
            self._parts.append(CallEnd())
            self._json = None
        return end is not None


class _Brackets:
    """Finds where a bracketed value ends, with strings and escapes minded, over any split of the text."""

    def __init__(self, quotes: str) -> None:
        self._quotes = quotes
        self._depth = 0
        self._quote = ""
        self._escaped = False

    def feed(self, text: str) -> int | None:
        """Return the position after the closing bracket, or None when it is not in this text."""
        for position, character in enumerate(text):
            if self._escaped:
                self._escaped = False
            elif self._quote:
                self._escaped = character == "\\"
                self._quote = "" if character == self._quote else self._quote
            elif character in self._quotes:
                self._quote = character
            elif character in "{[(":
                self._depth += 1
            elif character in "}])":
                self._depth -= 1
                if self._depth <= 0:
                    return position + 1
        return None


def _marker_at(rest: str) -> tuple[_Marker | None, bool]:
    """Return the marker that begins the text, and whether a marker may begin it once more text is there."""
    found = max((m for m in _MARKERS if rest.startswith(m.open)), key=lambda m: len(m.open), default=None)
    longer = any(len(m.open) > len(rest) and m.open.startswith(rest) for m in _MARKERS)
    return (None, True) if longer else (found, False)


def _until(buffer: str, close: str, *, final: bool) -> tuple[str, bool]:
    """Return what surely stands before the closing marker, and whether the marker is there."""
    end = buffer.find(close) if close else -1
    if end >= 0:
        return buffer[:end], True
    held = 0
    if not final:
        held = next((n for n in range(min(len(close) - 1, len(buffer)), 0, -1) if close.startswith(buffer[-n:])), 0)
    return buffer[: len(buffer) - held], False


def _near_miss_end(buffer: str, tools: Tools, *, final: bool) -> tuple[int | None, bool]:
    """Return where a bare object, list or `name(…)` ends (None: not yet), and whether it may be a call."""
    if buffer[0] in "{[":
        inner = buffer[1:].lstrip()
        names = ("{", *tools.schemas) if buffer[0] == "[" else ('"', "'")
        if inner and not any(inner.startswith(n) or n.startswith(inner) for n in names):
            return 1, False
        end = _Brackets(quotes="\"'" if buffer[0] == "[" or inner[:1] == "'" else '"').feed(buffer)
        return end, end is not None or final
    end = _Brackets(quotes="\"'").feed(buffer)
    if end is None:
        return None, final
    after = buffer[end:].lstrip(" \t;")
    if not after:
        return (end, True) if final else (None, False)
    return end, after[0] == "\n"


def _unmarked(text: str) -> str:
    """Return the text without a marker around it, as when a fence holds a tagged call."""
    text = text.strip()
    for marker in _MARKERS:
        if marker.kind == "call" and marker.close and text.startswith(marker.open):
            return marker.keep + text[len(marker.open) :].removesuffix(marker.close)
    return text
