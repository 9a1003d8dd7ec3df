"""Remembers window size, side panel and the last thread in a small JSON file of the home folder; knows no Qt."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

_FILE = "window.json"


@dataclass
class WindowState:
    """Sizes in logical pixels. Nothing here matters: a file that cannot be read is a fresh start."""

    width: int = 1200
    height: int = 800
    x: int = -1
    y: int = -1
    maximised: bool = False
    panel: bool = True
    details: bool = False
    thread_id: str = ""
    assistant_id: str = ""
    folded: list[str] = field(default_factory=list)
    next_run: dict[str, Any] = field(default_factory=dict)


def load(home: Path) -> WindowState:
    """Return the state stored in a home folder, bounded to what makes sense."""
    try:
        untrusted = json.loads((home / _FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return WindowState()
    state = WindowState()
    if not isinstance(untrusted, dict):
        return state
    for known in fields(WindowState):
        value = untrusted.get(known.name)
        if type(value) is type(getattr(state, known.name)):
            setattr(state, known.name, value)
    state.folded = [name for name in state.folded if isinstance(name, str)]
    state.width = min(max(state.width, 720), 10_000)
    state.height = min(max(state.height, 480), 10_000)
    return state


def save(home: Path, state: WindowState) -> None:
    """Store the state; a full disk must not keep the window from closing."""
    with contextlib.suppress(OSError):
        temporary = home / (_FILE + ".new")
        temporary.write_text(json.dumps(asdict(state), indent=2) + "\n", "utf-8")
        os.replace(temporary, home / _FILE)
