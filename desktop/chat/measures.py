"""Puts the measures of an answer into one line."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.chat.turns import Figures

translate = QCoreApplication.translate


def figures(found: Figures) -> str:
    """Return one line about an answer: how fast, how soon, how much."""
    parts = []
    if found.per_second:
        parts.append(translate("Measures", "{speed} tokens/s").format(speed=f"{found.per_second:.1f}"))
    if found.first_token is not None:
        parts.append(translate("Measures", "first token after {seconds} s").format(seconds=f"{found.first_token:.1f}"))
    parts.append(
        translate("Measures", "{read} read, {written} written").format(
            read=found.prompt_tokens, written=found.written_tokens
        )
    )
    if found.cached_tokens:
        parts.append(translate("Measures", "{cached} reused").format(cached=found.cached_tokens))
    return " · ".join(parts)
