"""Grades models in the background: one at a time, with progress, until it is done or stopped."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.room import Room
from engine.cancel import CancelToken
from engine.errors import Cancelled, FiresideError
from engine.types import ModelCard


class Gradings(QObject):
    """`moved` with the model's id, cases done and all cases; (id, 0, 0) when it has ended."""

    moved = Signal(str, int, int)

    def __init__(self, room: Room, parent: QObject) -> None:
        super().__init__(parent)
        self._room = room
        self._cancel: dict[str, CancelToken] = {}

    @property
    def running(self) -> frozenset[str]:
        return frozenset(self._cancel)

    def start(self, model_id: str) -> None:
        """Begin, unless a model is being graded: two at once would only slow each other down."""
        if self._cancel:
            self._room.tell(self.tr("One model is being graded already."))
            return
        self._cancel[model_id] = cancel = CancelToken()
        grading, total = self._room.engine.grading, self._room.engine.grading.cases
        done: list[str] = []

        def count(case: object, _verdict: object) -> None:
            done.append(str(case))
            self.moved.emit(model_id, len(done), total)

        def failed(error: FiresideError) -> None:
            self._end(model_id)
            if not isinstance(error, Cancelled):
                self._room.fail(error)

        def ended(card: ModelCard) -> None:
            self._end(model_id)
            text = self.tr("{model}: {passed} of {total} calls are right.")
            self._room.tell(text.format(model=model_id, passed=card.passed, total=card.total))

        self.moved.emit(model_id, 0, total)
        self._room.tasks.run(lambda: grading.grade(model_id, on_case=count, cancel=cancel), ended, failed, owner=self)

    def stop(self, model_id: str) -> None:
        """Stop, if it is at work; the last card stays."""
        cancel = self._cancel.get(model_id)
        if cancel is not None:
            cancel.set()

    def _end(self, model_id: str) -> None:
        self._cancel.pop(model_id, None)
        self.moved.emit(model_id, 0, 0)
