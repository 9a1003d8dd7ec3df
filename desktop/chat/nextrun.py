"""What the person has set for the next run of a thread; knows no Qt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class NextRun:
    """What the next run of each thread is set to in place of its assistant's settings; kept until the window closes."""

    def __init__(self) -> None:
        self._options: dict[str | None, dict[str, Any]] = {}

    def of(self, thread_id: str | None) -> Mapping[str, Any]:
        """Return fields of `RunRequest`; empty where everything is as the assistant has it."""
        return self._options.get(thread_id, {})

    def set(self, thread_id: str | None, name: str, value: Any) -> None:
        """Set a field, or with None give it back to the assistant."""
        options = self._options.setdefault(thread_id, {})
        if value is None:
            options.pop(name, None)
        else:
            options[name] = value

    def reset(self, thread_id: str | None) -> None:
        """Give everything back to the assistant."""
        self._options.pop(thread_id, None)

    def move(self, thread_id: str) -> None:
        """The new chat has become a thread: what was set for it goes along."""
        if None in self._options:
            self._options[thread_id] = self._options.pop(None)
