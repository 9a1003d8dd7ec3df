"""Draws formulas off the Qt thread and keeps them; what cannot be drawn is written in letters and signs."""

from __future__ import annotations

import logging
import re
import warnings
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import lru_cache

from PySide6.QtCore import QByteArray, QObject, QRectF, QTimer, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtSvg import QSvgRenderer

from desktop.chat.render import mathwords
from desktop.tasks import Tasks

log = logging.getLogger(__name__)
_KEPT = 2000
_AT_ONCE = 6
_LONGEST = 500
_SIZE = 100.0
# The letters of the formula font look smaller than those of the text around them.
_GROWN = 1.14
_INK = "#010203"
_VIEW = re.compile(r'viewBox="(\S+) (\S+) (\S+) (\S+)"')
_UNKNOWN = re.compile(r"\\[A-Za-z]")
# What the libraries raise on a formula that makes no sense; their own kinds have no common parent.
_NONSENSE = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A picture of a formula; sizes count in hundredths of the text's size, the baseline is `ascent` from the top."""

    svg: str
    width: float
    height: float
    ascent: float
    per_pixel: float = _GROWN / _SIZE
    _renderers: dict[str, QSvgRenderer] = field(default_factory=dict)

    def paint(self, painter: QPainter, area: QRectF, ink: QColor) -> None:
        """Draw it into a rectangle in one colour."""
        name = ink.name()
        renderer = self._renderers.get(name)
        if renderer is None:
            renderer = QSvgRenderer(QByteArray(self.svg.replace(_INK, name).encode()))
            self._renderers.clear()
            self._renderers[name] = renderer
        renderer.render(painter, area)


def draw(source: str, *, display: bool) -> Drawn | None:
    """Return the picture of a formula, or None for what cannot be drawn. Takes some hundredths of a second."""
    if len(source) > _LONGEST or not source.strip() or mathwords.has_chinese(source):
        return None
    converter, math, nonsense = _libraries()
    try:
        mathml = converter.convert(source, display="block" if display else "inline")
        if _UNKNOWN.search(mathml):
            return None  # it would show the command's name
        svg = math(mathml, size=_SIZE).svg()
    except nonsense as error:
        log.info("a formula could not be drawn: %s", type(error).__name__)
        return None
    view = _VIEW.search(svg)
    if view is None:
        return None
    _, top, width, height = (float(number) for number in view.groups())
    return Drawn(svg, width, height, -top)


@lru_cache(maxsize=1)
def _libraries():  # type: ignore[no-untyped-def]
    """Import what draws when the first formula comes: it takes most of a second."""
    from latex2mathml import converter, exceptions

    with warnings.catch_warnings():  # its way to its own font is an old one
        warnings.simplefilter("ignore", DeprecationWarning)
        from ziafont.config import config
        from ziamath.config import config as look
        from ziamath.zmath import Math

    config.svg2 = False
    look.math.color = _INK
    kinds = [kind for kind in vars(exceptions).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    return converter, Math, (*_NONSENSE, *kinds)


class Formulas(QObject):
    """Hands out what is drawn already, and has the rest drawn; `ready` when more is there."""

    ready = Signal()

    def __init__(self, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._known: OrderedDict[tuple[str, bool], Drawn | None] = OrderedDict()
        self._wanted: dict[tuple[str, bool], None] = {}
        self._busy = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._next)

    def get(self, source: str, *, display: bool) -> tuple[Drawn | None, bool]:
        """Return the picture, and whether it is known already; a known formula without one cannot be drawn."""
        key = (source, display)
        if key in self._known:
            self._known.move_to_end(key)
            return self._known[key], True
        self._wanted[key] = None
        if not self._busy:
            self._soon.start(0)
        return None, False

    def _next(self) -> None:
        """Draw the newest few: the end of a conversation is looked at first."""
        batch = list(self._wanted)[-_AT_ONCE:]
        if self._busy or not batch:
            return
        self._busy = True
        for key in batch:
            del self._wanted[key]
        self._tasks.run(
            lambda: [(key, draw(key[0], display=key[1])) for key in batch], self._take, self._give_up, owner=self
        )

    def _take(self, found: list[tuple[tuple[str, bool], Drawn | None]]) -> None:
        self._busy = False
        for key, drawn in found:
            self._known[key] = drawn
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        self.ready.emit()
        self._next()

    def _give_up(self, _error: object) -> None:
        self._busy = False
        self._next()
