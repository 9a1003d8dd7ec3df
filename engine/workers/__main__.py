"""Entry of a child started from source: `python -m engine.workers NAME`."""

from __future__ import annotations

import sys

from engine.workers.child import main

if __name__ == "__main__":
    main(sys.argv[1])
