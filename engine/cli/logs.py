"""The log of this process in the home folder: bounded, and without what anybody said."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler

from engine.paths import Paths

_BYTES = 1024 * 1024
_OLD_FILES = 2
_OURS = ("desktop", "engine", "models")


@contextlib.contextmanager
def logged(paths: Paths) -> Iterator[None]:
    """Write warnings of all, and what our own code does, to `logs/fireside.log` while the block runs."""
    handler = RotatingFileHandler(
        paths.logs / "fireside.log", maxBytes=_BYTES, backupCount=_OLD_FILES, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    levels = {name: logging.getLogger(name).level for name in _OURS}
    root = logging.getLogger()
    root.addHandler(handler)
    for name in _OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
