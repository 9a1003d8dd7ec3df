"""A function that always says the same."""

from __future__ import annotations

from engine.tools.functions.base import cut
from engine.types import JsonObject


class Fixed:
    """Answers every call with one text."""

    def __init__(self, text: str) -> None:
        self._text = text

    def run(self, arguments: JsonObject) -> str:  # noqa: ARG002 - as every executor
        """Return the text, whatever the arguments."""
        return cut(self._text)
