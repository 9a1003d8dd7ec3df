"""Entry of every child: `python -m engine.workers NAME` from source, `fireside-worker NAME` in the built app."""

from __future__ import annotations

import sys

from engine.workers import child, registry


def main(names: list[str]) -> int:
    """Serve as the child of that name until the app ends; 2 for names outside the table."""
    if len(names) != 1 or names[0] not in registry.WORKERS:
        sys.stderr.write("This program is for Fireside's own child processes.\n")
        return 2
    child.main(names[0])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
