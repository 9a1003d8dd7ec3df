"""What an executor is, and how it fails."""

from __future__ import annotations

from typing import Protocol

from engine.types import JsonObject

MOST_OUTPUT = 4000  # characters of an output: the model has to read it


class ExecutorFailed(Exception):
    """The function could not be carried out; the text is short and for the model to read and repair."""


class Executor(Protocol):
    """Answers calls of one function."""

    def run(self, arguments: JsonObject) -> str:
        """Return the output for arguments that were checked against the schema. Raises ExecutorFailed."""


def cut(text: str) -> str:
    """Return the text, or its beginning with a note of what is missing."""
    if len(text) <= MOST_OUTPUT:
        return text
    return f"{text[:MOST_OUTPUT]}\n… ({len(text) - MOST_OUTPUT} more characters)"
