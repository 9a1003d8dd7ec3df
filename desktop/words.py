"""Marks sentences for translation in modules that do not know Qt; `desktop.i18n.say` turns them into words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence in source language, where it belongs, and the values for its `{places}`."""

    context: str
    source: str
    values: dict[str, Any] = field(default_factory=dict)

    def fill(self, **values: Any) -> Words:
        """Return the same sentence with values for its places."""
        return Words(self.context, self.source, {**self.values, **values})


def QT_TRANSLATE_NOOP(context: str, source: str) -> Words:
    """Mark a sentence; lupdate finds calls by this name."""
    return Words(context, source)
