"""Composition root of the window: shows it first, opens the engine behind it, and closes everything again."""

from __future__ import annotations

import contextlib
import importlib
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from desktop import windowstate
from desktop.bridge import Bridge
from desktop.collecting import Collecting
from desktop.i18n import Translations
from desktop.opening import OpeningPage
from desktop.problem import ProblemPage
from desktop.single import SingleInstance, hand_over
from desktop.startup import Step, carry_out
from desktop.tasks import Tasks
from desktop.theme import Theme
from desktop.window import Window
from engine.errors import FiresideError
from engine.paths import Paths, default_home, remember_home
from engine.settings import SettingsFile

if TYPE_CHECKING:
    from desktop.pages import Pages
    from engine.service import Engine

log = logging.getLogger(__name__)
Beside = Callable[["Engine"], Callable[[], None]]


class App(QObject):
    """One window on one home folder. `start` shows it; the rest happens behind it."""

    def __init__(self, qt: QApplication, home: Path, *, backend: Any = None, beside: Beside | None = None) -> None:
        super().__init__()
        self._beside = beside
        self._collecting = Collecting(self)
        self._stop_beside: Callable[[], None] = lambda: None
        self.leave: Callable[[int], None] = qt.exit
        self._backend = backend
        self.home = home
        settings = SettingsFile(Paths(home).settings).current
        self.translations = Translations(self)
        self.translations.use(settings.language)
        self.theme = Theme(qt)
        self.theme.use(settings.theme)
        self.tasks = Tasks(self)
        self.bridge = Bridge(self)
        self.window = Window(windowstate.load(home))
        self.window.on_close = self.close
        qt.commitDataRequest.connect(lambda _manager: self.window.prepare_to_quit())
        self.window.add_page("opening", OpeningPage())
        self.window.show_page("opening")
        self.tasks.unhandled.connect(self.window.fail)
        self.engine: Engine | None = None
        self.pages: Pages | None = None
        self._waiting: tuple[Path, ...] = ()
        self._problem: QWidget | None = None

    def start(self) -> None:
        """Show the window now, and open the engine once it has been painted."""
        if self.window.state.maximised:
            self.window.showMaximized()
        else:
            self.window.fit(self.window.screen().availableGeometry())
            self.window.show()
        QTimer.singleShot(0, self.open)

    def bring(self, files: Sequence[Path]) -> None:
        """Come to the front with files: models and shared assistants. Those that come too early wait for the pages."""
        self.window.bring_to_front()
        if self.pages is None:
            self._waiting += tuple(files)
        else:
            self.pages.open_files(files)

    def open(self) -> None:
        """Open the engine on a thread of its own."""
        self.tasks.write(lambda: carry_out(self.steps()), self._opened, self._failed, owner=self.window)

    def steps(self) -> tuple[Step, ...]:
        """Return what has to be done before the window can be used, slowest last."""
        return (
            Step("engine code", lambda _: importlib.import_module("engine.service")),
            Step("home folder", self._open_engine),
            Step("local API", self._start_beside, may_fail=True),
            Step("pages", lambda _: importlib.import_module("desktop.pages")),
            Step("code colours", lambda _: importlib.import_module("pygments.lexers.python"), may_fail=True),
        )

    def _open_engine(self, results: dict[str, Any]) -> Any:
        engine = results["engine code"].Engine(self.home, backend=self._backend)
        self.bridge.attach(engine.subscribe)
        return engine

    def _start_beside(self, results: dict[str, Any]) -> None:
        if self._beside is not None:
            self._stop_beside = self._beside(results["home folder"])

    def _opened(self, results: dict[str, Any]) -> None:
        self.engine = results["home folder"]
        if self.engine.replaced is not None:  # other settings than the ones this window began with
            self.theme.use(self.engine.settings.current.theme)
            self.translations.use(self.engine.settings.current.language)
        if self._problem is not None:
            self.window.stack.removeWidget(self._problem)
            self._problem.deleteLater()
            self._problem = None
        pages = results["pages"].Pages(self.window, self.engine, self.bridge, self.tasks, self.theme, self.translations)
        pages.on_home = self.move_home
        pages.on_restart = self.restart
        self.pages = pages
        waiting, self._waiting = self._waiting, ()
        pages.open_files(waiting)
        self._collecting.settle()

    def _failed(self, error: FiresideError) -> None:
        log.warning("the home folder could not be opened: %s", error.code)
        page = ProblemPage(error.code, error.message)
        page.retry_pressed.connect(self.open)
        page.quit_pressed.connect(self.window.close)
        page.folder_pressed.connect(lambda: self.window.open_folder(str(self.home)))
        if self._problem is not None:
            self.window.stack.removeWidget(self._problem)
            self._problem.deleteLater()
        self._problem = page
        self.window.add_page("problem", page)
        self.window.show_page("problem")
        self.window.show_bare(bare=True)

    def move_home(self, folder: object) -> None:
        """Begin anew with another home folder, and remember it for the next start."""
        home = Path(str(folder))
        try:
            Paths(home).create()
            remember_home(home)
        except OSError as error:
            log.warning("the folder cannot be used: %s", type(error).__name__)
            self.window.fail(FiresideError("This folder cannot be used.", code="disk_failed"))
            return
        language = self.engine.settings.current.language if self.engine else "system"
        self._let_go()
        self.home = home
        with contextlib.suppress(FiresideError):
            SettingsFile(Paths(home).settings).set(language=language)
        self.leave(RESTART)

    def restart(self) -> None:
        """Close the engine and begin anew with the same home folder, where something waits to take its place."""
        self._let_go()
        self.leave(RESTART)

    def close(self) -> None:
        """Store the window's state and close the engine; waits for what is being written."""
        self._let_go()
        self._collecting.close()
        windowstate.save(self.home, self.window.state)

    def _let_go(self) -> None:
        if self.pages is not None:
            self.pages.close()
            self.pages = None
        self.tasks.close()
        self._stop_beside()
        if self.engine is not None:
            self.engine.close()
            self.engine = None


RESTART = 75


def main(home: Path | None = None, *, beside: Beside | None = None, files: Sequence[Path] = ()) -> int:
    """Open the window on a home folder with `files`; returns the exit code once it is closed.

    If a window is open there already, it comes to the front with the files, and this start ends with 0.
    `beside` starts what runs next to the engine (the local API) and returns how to stop it.
    """
    qt = QApplication.instance()
    if not isinstance(qt, QApplication):
        qt = QApplication(sys.argv[:1])
    qt.setApplicationName("Fireside")
    qt.setDesktopFileName("fireside")
    folder = (home or default_home()).absolute()
    while True:
        if hand_over(folder, files):
            return 0
        code, folder = _show(qt, folder, beside, files)
        if code != RESTART:
            return code
        files = ()


def _show(qt: QApplication, home: Path, beside: Beside | None, files: Sequence[Path]) -> tuple[int, Path]:
    """Run one window until it is closed; return the exit code, and the home folder it ended with."""
    app = App(qt, home, beside=beside)
    single = SingleInstance(home)
    single.asked.connect(app.bring)
    app.start()
    if files:
        app.bring(files)
    code = qt.exec()
    single.close()
    app.close()
    app.window.deleteLater()
    app.translations.clear()
    return code, app.home
