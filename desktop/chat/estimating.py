"""Asks the engine, a moment after the last change, what the message being written would cost."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.chat.outgoing import Letter
from desktop.tasks import Tasks
from engine.errors import FiresideError
from engine.service import Engine
from engine.service.estimates import Estimate

_PAUSE_MS = 350


class Estimating(QObject):
    """`asked` says for whom and what, or None when there is nothing to estimate now."""

    estimated = Signal(object)

    def __init__(
        self,
        engine: Engine,
        tasks: Tasks,
        asked: Callable[[], tuple[str | None, str, Letter] | None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._tasks = tasks
        self._asked = asked
        self._at_work = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._ask)

    def soon(self) -> None:
        """Ask once nothing has changed for a moment."""
        self._timer.start()

    def _ask(self) -> None:
        if self._at_work:
            self.soon()
            return
        asked = self._asked()
        if asked is None:
            self.estimated.emit(None)
            return
        thread_id, assistant_id, letter = asked
        self._at_work = True

        def op() -> Estimate:
            if letter.text.strip():  # somebody types: the model can get ready meanwhile
                self._engine.warming.warm(thread_id, assistant_id)
            attachments, images = letter.attachments(), letter.images()
            return self._engine.estimates.of(thread_id, assistant_id, letter.text, attachments, images)

        self._tasks.run(op, self._done, self._failed, owner=self)

    def _done(self, estimate: Estimate) -> None:
        self._at_work = False
        self.estimated.emit(estimate)

    def _failed(self, _error: FiresideError) -> None:
        """Without a model, say, there is nothing to fill: no bar is shown."""
        self._at_work = False
        self.estimated.emit(None)
