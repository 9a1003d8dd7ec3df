"""One window in a process of its own, for the bench: a bare one of PySide6, or Fireside's; prints what it measures.

Called as `python -m tests.bench.desktop_window bare|fireside HOME SECONDS`. Prints the clock when the window could be
used, and after SECONDS of rest the resident memory, the processor time of that rest, and which packages are loaded.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QPlainTextEdit, QVBoxLayout, QWidget

SIZE = (1280, 820)
LOOK_MS = 5
SETTLE_MS = 1500
TOLD = ("numpy", "torch", "llama_cpp", "uvicorn", "starlette", "mcp", "pydantic", "alembic", "jsonschema", "httpx2")


def say(**words: object) -> None:
    """Hand a line to the bench."""
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


def memory() -> float:
    """Return the resident memory of this process in MiB."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def rest(qt: QApplication, seconds: float) -> None:
    """Wait until the start has settled, then measure a while of doing nothing, and end."""

    def begin() -> None:
        clock, used = time.monotonic(), time.process_time()

        def end() -> None:
            share = (time.process_time() - used) / (time.monotonic() - clock)
            loaded = [name for name in TOLD if name in sys.modules]
            say(memory=memory(), cpu=share, loaded=loaded)
            qt.quit()

        QTimer.singleShot(int(seconds * 1000), end)

    QTimer.singleShot(SETTLE_MS, begin)


class _Bare(QMainWindow):
    """A text field in a window; says when it was painted first."""

    def __init__(self, painted: Callable[[], None]) -> None:
        super().__init__()
        self._painted: Callable[[], None] | None = painted
        middle = QWidget(self)
        QVBoxLayout(middle).addWidget(QPlainTextEdit(middle))
        self.setCentralWidget(middle)
        self.resize(*SIZE)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._painted is not None:
            painted, self._painted = self._painted, None
            QTimer.singleShot(0, painted)


def bare(seconds: float) -> None:
    """Show what any program with PySide6 has at least."""
    qt = QApplication(sys.argv[:1])

    def usable() -> None:
        say(usable=time.monotonic())
        rest(qt, seconds)

    window = _Bare(usable)
    window.show()
    qt.exec()


def fireside(home: Path, seconds: float) -> None:
    """Show Fireside's window as `python -m desktop` does, with all that runs beside it."""
    from desktop import app
    from engine.cli.main import main

    class Watched(app.App):
        """Says when it is seen, and when one could write into it."""

        def start(self) -> None:
            super().start()
            QTimer.singleShot(0, lambda: say(seen=time.monotonic()))
            self.look = QTimer(self)
            self.look.timeout.connect(self._look)
            self.look.start(LOOK_MS)

        def _look(self) -> None:
            if self.pages is not None and self.pages.chat.composer.editor.hasFocus() and self.tasks.idle:
                self.look.stop()
                say(usable=time.monotonic())
                rest(QApplication.instance(), seconds)  # type: ignore[arg-type]

    app.App = Watched  # type: ignore[misc]
    main(["--home", str(home)], open_window=lambda folder, beside, files: app.main(folder, beside=beside, files=files))


if __name__ == "__main__":
    if sys.argv[1] == "bare":
        bare(float(sys.argv[3]))
    else:
        fireside(Path(sys.argv[2]), float(sys.argv[3]))
