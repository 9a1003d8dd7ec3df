"""The libraries inside the child: loaded ahead of the first cell, and the best known ways around the policy closed."""

from __future__ import annotations

import logging
import sys
import warnings
from typing import Any

from engine.sandbox.figures import Figures
from engine.sandbox.guards import Guards, SafeFormatter


class Libraries:
    """Prepares each library once, when it is loaded, be it ahead or by a cell."""

    def __init__(self, figures: Figures) -> None:
        self._guards = Guards({}, _never)
        self._steps = {"matplotlib": figures.install, "numpy": _refuse_pickled_arrays, "pandas": self._guard_pandas}
        self._guard_logging()

    def load(self) -> None:
        """Load what nearly every cell uses."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pandas as pd  # type: ignore[import-untyped]

            for name in tuple(self._steps):
                self.prepare(name)
            pd.DataFrame({"a": [1.0]}).describe().to_html()

    def prepare(self, name: str) -> None:
        """Prepare what has come with a module of that name."""
        for library in tuple(self._steps):
            if library in sys.modules or name.partition(".")[0] == library:
                self._steps.pop(library)()

    def _guard_pandas(self) -> None:
        """Let the expressions of query, eval and agg reach attributes only as code does."""
        import pandas.core.apply as applying  # type: ignore[import-untyped]
        import pandas.core.computation.expr as expressions  # type: ignore[import-untyped]

        for module in (applying, expressions):
            vars(module)["getattr"] = self._guards.builtins()["getattr"]

    def _guard_logging(self) -> None:
        formatter = SafeFormatter(self._guards.getattr)

        def write(style: Any, record: logging.LogRecord) -> str:
            return formatter.vformat(style._fmt, (), {**(style._defaults or {}), **record.__dict__})

        style: Any = logging.StrFormatStyle
        style._format = write


def _refuse_pickled_arrays() -> None:
    import numpy as np

    real_load = np.load

    def load(file: Any, mmap_mode: Any = None, allow_pickle: bool = False, **options: Any) -> Any:
        if allow_pickle:
            raise ValueError("arrays with pickled objects are not read here")
        return real_load(file, mmap_mode=mmap_mode, allow_pickle=False, **options)

    vars(np)["load"] = load


def _never(*_arguments: Any) -> Any:
    raise RuntimeError("these guards compile nothing")
