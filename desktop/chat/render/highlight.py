"""Splits code into lines of coloured stretches with Pygments; a growing text is coloured again only near its end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.lexers.special import TextLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, String
from pygments.util import ClassNotFound

Tone = Literal["ink", "keyword", "name", "string", "number", "comment", "punctuation"]
_TONES: tuple[tuple[object, Tone], ...] = (
    (Comment, "comment"),
    (Keyword, "keyword"),
    (Operator.Word, "keyword"),
    (Name.Function, "name"),
    (Name.Class, "name"),
    (Name.Builtin, "name"),
    (Name.Decorator, "name"),
    (Name.Tag, "keyword"),
    (Name.Attribute, "name"),
    (String, "string"),
    (Number, "number"),
    (Operator, "punctuation"),
    (Punctuation, "punctuation"),
)
_LABELS = {
    "py": "Python", "python": "Python", "js": "JavaScript", "javascript": "JavaScript", "ts": "TypeScript",
    "typescript": "TypeScript", "sh": "Shell", "bash": "Bash", "shell": "Shell", "zsh": "Shell", "json": "JSON",
    "yaml": "YAML", "yml": "YAML", "html": "HTML", "css": "CSS", "sql": "SQL", "cpp": "C++", "c++": "C++", "c": "C",
    "cs": "C#", "csharp": "C#", "java": "Java", "go": "Go", "rust": "Rust", "rs": "Rust", "md": "Markdown",
    "markdown": "Markdown", "xml": "XML", "toml": "TOML", "ini": "INI", "diff": "Diff", "php": "PHP", "rb": "Ruby",
    "ruby": "Ruby", "kt": "Kotlin", "swift": "Swift", "tex": "LaTeX", "latex": "LaTeX", "r": "R",
}  # fmt: skip
_LIMIT = 200_000
_REDO_LINES = 30


@dataclass(frozen=True, slots=True)
class Stretch:
    """`length` characters from `start` of a line in one tone."""

    start: int
    length: int
    tone: Tone


Line = tuple[Stretch, ...]


def label(language: str) -> str:
    """Return how a fence's language is written for people; "" if none was given."""
    return _LABELS.get(language.lower(), language[:24])


class Highlighter:
    """Colours one code block; call `lines` with each longer text of it."""

    def __init__(self, language: str) -> None:
        self._lexer = _lexer(language)
        self._text: list[str] = []
        self._lines: list[Line] = []

    def lines(self, text: str) -> tuple[int, list[Line]]:
        """Return (first line that changed, stretches of every line). Very long code stays in one tone."""
        rows = text.split("\n")
        same = _common(self._text, rows)
        first = max(0, same - _REDO_LINES) if same < len(rows) or same < len(self._text) else len(rows)
        while 0 < first < len(rows) and rows[first - 1].strip():
            first -= 1  # start after a blank line: less likely to be inside a string or a bracket
        if len(text) > _LIMIT:
            fresh: list[Line] = [()] * (len(rows) - first)
        else:
            fresh = list(self._colour("\n".join(rows[first:])))
        self._lines = [*self._lines[:first], *fresh[: len(rows) - first]]
        self._text = rows
        return first, self._lines

    def _colour(self, text: str) -> Iterator[Line]:
        line: list[Stretch] = []
        column = 0
        for kind, value in self._lexer.get_tokens(text):
            tone = _tone(kind)
            for number, piece in enumerate(value.split("\n")):
                if number:
                    yield tuple(line)
                    line, column = [], 0
                if piece and tone != "ink":
                    line.append(Stretch(column, _utf16(piece), tone))
                column += _utf16(piece)
        yield tuple(line)


def _utf16(text: str) -> int:
    """Return the length Qt counts: characters beyond the basic plane are two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def _common(old: list[str], new: list[str]) -> int:
    count = 0
    for before, after in zip(old, new, strict=False):
        if before != after:
            break
        count += 1
    return count


def _tone(kind: object) -> Tone:
    for parent, tone in _TONES:
        if kind in parent:  # type: ignore[operator]
            return tone
    return "ink"


def _lexer(language: str) -> Lexer:
    try:
        return get_lexer_by_name(language.lower(), stripnl=False, ensurenl=False)
    except ClassNotFound:
        return TextLexer(stripnl=False, ensurenl=False)
