"""Hears from the system that something below a folder has changed; only this module knows watchfiles."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

log = logging.getLogger(__name__)

_TOGETHER_MS = 400  # changes within it are heard as one
_STEP_MS = 50
_JOIN_SECONDS = 5.0


class FolderWatch:
    """Calls `on_change` on a thread of its own after something changed, until closed.

    It is a hint and no more: systems drop events, and folders of other machines send none. `deaf` says that nothing
    will be heard any more, because the folder went away or the system has no more watches to give.
    """

    def __init__(self, folder: Path, on_change: Callable[[], None]) -> None:
        self._folder = folder
        self._on_change = on_change
        self._stop = threading.Event()
        self._deaf = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
        self._thread.start()

    @property
    def deaf(self) -> bool:
        return self._deaf.is_set()

    def close(self) -> None:
        """Stop listening."""
        self._stop.set()
        if self._thread is not threading.current_thread():
            self._thread.join(_JOIN_SECONDS)

    def _run(self) -> None:
        import watchfiles  # here: only who has live folders needs it

        try:
            if not self._folder.is_dir():
                raise FileNotFoundError  # which watchfiles would wait for in silence
            for _ in watchfiles.watch(
                self._folder,
                watch_filter=None,
                debounce=_TOGETHER_MS,
                step=_STEP_MS,
                stop_event=self._stop,
                raise_interrupt=False,
                ignore_permission_denied=True,
            ):
                self._on_change()
        except (OSError, RuntimeError) as error:
            # Gone, or no more watches: the folder is looked through from time to time instead.
            log.info("a folder cannot be watched: %s", type(error).__name__)
        self._deaf.set()
        if not self._stop.is_set():
            self._on_change()
