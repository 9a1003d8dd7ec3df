"""What the person has set for the next run of a thread; knows no Qt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_KINDS: dict[str, type | tuple[type, ...]] = {
    "model": str,
    "temperature": (int, float),
    "top_p": (int, float),
    "max_completion_tokens": int,
    "tool_choice": str,
    "response_format": dict,
    "additional_instructions": str,
}
_MOST_THREADS = 200


class NextRun:
    """What the next run of each thread is set to in place of its assistant's settings; `stored` outlives the window."""

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

    def load(self, untrusted: object) -> None:
        """Take what `stored` returned once, bounded to what makes sense."""
        if not isinstance(untrusted, dict):
            return
        for thread_id, options in untrusted.items():
            if isinstance(thread_id, str) and isinstance(options, dict):
                known = {name: value for name, value in options.items() if _fits(name, value)}
                if known:
                    self._options[thread_id] = known

    def stored(self) -> dict[str, dict[str, Any]]:
        """Return what is set, of the threads set last, for `load`."""
        kept = [(thread, options) for thread, options in self._options.items() if thread is not None and options]
        return dict(kept[-_MOST_THREADS:])

    def move(self, thread_id: str) -> None:
        """The new chat has become a thread: what was set for it goes along."""
        if None in self._options:
            self._options[thread_id] = self._options.pop(None)


def _fits(name: object, value: object) -> bool:
    kind = _KINDS.get(str(name))
    return kind is not None and isinstance(value, kind) and not isinstance(value, bool)
