"""Formulas in Markdown, and how they read in letters and signs where they cannot be drawn; pure."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

_CHINESE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
_ENDS = {"\\(": "\\)", "\\[": "\\]", "$$": "$$"}
_MOST_LINES = 60
_SIGNS = {
    "times": "×", "cdot": "·", "div": "÷", "pm": "±", "mp": "∓", "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥",
    "neq": "≠", "ne": "≠", "approx": "≈", "equiv": "≡", "infty": "∞", "sum": "Σ", "prod": "∏", "int": "∫",
    "sqrt": "√", "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "theta": "θ", "lambda": "λ",
    "mu": "μ", "pi": "π", "sigma": "σ", "phi": "φ", "omega": "ω", "Delta": "Δ", "Sigma": "Σ", "Omega": "Ω",
    "to": "→", "rightarrow": "→", "Rightarrow": "⇒", "leftarrow": "←", "in": "∈", "notin": "∉", "subset": "⊂",
    "cup": "∪", "cap": "∩", "forall": "∀", "exists": "∃", "partial": "∂", "nabla": "∇", "ldots": "…", "cdots": "⋯",
    "dots": "…", "quad": " ", "qquad": "  ", "circ": "°", "angle": "∠", "perp": "⊥", "therefore": "∴",
    "left": "", "right": "", "displaystyle": "", "limits": "", "bigl": "", "bigr": "", "big": "",
}  # fmt: skip
_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_NAMED = re.compile(r"\\(?:text|mathrm|mathbf|textbf|mathit|operatorname|boxed|overline)\s*\{([^{}]*)\}")
_ROOT = re.compile(r"\\sqrt\s*\{([^{}]*)\}")
_COMMAND = re.compile(r"\\([A-Za-z]+)\s?")
_HIGH = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")
_LOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_POWER = re.compile(r"\^\{?([0-9n+-]+)\}?")
_INDEX = re.compile(r"_\{?([0-9]+)\}?")


def has_chinese(source: str) -> bool:
    """Return whether there are letters the formula font does not have."""
    return _CHINESE.search(source) is not None


def readable(source: str) -> str:
    """Return a formula in letters and signs."""
    text = source
    for _ in range(4):  # from the inside out
        text = _NAMED.sub(r"\1", text)
        text = _FRACTION.sub(lambda m: f"{_grouped(m[1])}/{_grouped(m[2])}", text)
        text = _ROOT.sub(lambda m: f"√{_grouped(m[1])}", text)
    text = re.sub(r"\\(?:begin|end)\{[^{}]*\}", "", text).replace("\\\\", "; ").replace("&", " ")
    text = re.sub(r"\\[,;:! ]", " ", text)
    text = _COMMAND.sub(lambda m: _SIGNS.get(m[1], m[1]), text)
    text = _POWER.sub(lambda m: m[1].translate(_HIGH), text)
    text = _INDEX.sub(lambda m: m[1].translate(_LOW), text)
    return " ".join(re.sub(r"\\([%$#_{}&])", r"\1", text).replace("{", "").replace("}", "").split())


def plugin(parser: MarkdownIt) -> None:
    r"""Teach a parser \( \), \[ \] and $$ $$: tokens `math_inline` and `math_block`; what is not closed is text."""
    parser.inline.ruler.before("escape", "math_inline", _inline)
    parser.block.ruler.before("fence", "math_block", _block, {"alt": ["paragraph", "blockquote", "list"]})


def _inline(state: StateInline, silent: bool) -> bool:
    opened = state.src[state.pos : state.pos + 2]
    closing = _ENDS.get(opened)
    if closing is None:
        return False
    end = state.src.find(closing, state.pos + 2)
    source = state.src[state.pos + 2 : end].strip()
    if end < 0 or end + 2 > state.posMax or not source:
        return False
    if not silent:
        token = state.push("math_inline", "", 0)
        token.content, token.markup = source, state.src[state.pos : end + 2]
        token.meta = {"display": opened != "\\("}
    state.pos = end + 2
    return True


def _block(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    if state.is_code_block(first):
        return False
    begin = state.bMarks[first] + state.tShift[first]
    opened = state.src[begin : begin + 2]
    if opened not in ("\\[", "$$"):
        return False
    closing = _ENDS[opened]
    for line in range(first, min(last, first + _MOST_LINES)):
        text = state.src[(begin + 2 if line == first else state.bMarks[line]) : state.eMarks[line]].rstrip()
        if closing in text:
            if not text.endswith(closing):
                return False  # more follows on the line: a paragraph with a formula in it
            break
    else:
        return False
    written = state.getLines(first, line + 1, state.blkIndent, False).strip()
    source = written[2:-2].strip()
    if not source:
        return False
    if not silent:
        token = state.push("math_block", "", 0)
        token.content, token.markup, token.map = source, written, [first, line + 1]
        state.line = line + 1
    return True


def _grouped(text: str) -> str:
    text = text.strip()
    return text if re.fullmatch(r"[\w.]*", text) else f"({text})"
