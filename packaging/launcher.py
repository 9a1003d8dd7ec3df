"""Where the frozen app starts: its self-test if asked for, else the app itself."""

from __future__ import annotations

import sys


def start() -> int:
    """Hand over before anything heavy is imported: children of the app come through here too."""
    if sys.argv[1:2] == ["--selftest"]:
        import inside  # beside this file; only the frozen app has it

        return inside.check(sys.argv[2])
    from desktop.__main__ import main

    return main()


if __name__ == "__main__":
    sys.exit(start())
