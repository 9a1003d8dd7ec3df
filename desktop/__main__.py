"""Entry of `fireside` and `python -m desktop`: hands over to the command line, and opens the window if that asks."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from engine.cli.main import Beside
from engine.cli.main import main as run_command


def main() -> int:
    """Run `fireside` with the process's arguments; returns the exit code."""
    return run_command(sys.argv[1:], open_window=_open_window)


def _open_window(home: Path | None, beside: Beside, files: Sequence[Path]) -> int:
    from desktop import app  # Qt, which neither a command nor a child process needs

    return app.main(home, beside=beside, files=files)


if __name__ == "__main__":
    raise SystemExit(main())
