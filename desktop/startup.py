"""Start-up as a list of named steps, run in order off the Qt thread; some may fail. Knows no Qt."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do before the window can be used; what it returns is kept under its name."""

    name: str
    run: Callable[[dict[str, Any]], Any]
    may_fail: bool = False


def carry_out(steps: Sequence[Step]) -> dict[str, Any]:
    """Run the steps; a failure of one that may fail is logged, any other ends the start and is raised."""
    results: dict[str, Any] = {}
    for step in steps:
        began = time.perf_counter()
        try:
            results[step.name] = step.run(results)
        except Exception:
            if not step.may_fail:
                log.info("start-up stopped at %s", step.name)
                raise
            log.exception("start-up step %s failed; going on without it", step.name)
        log.info("start-up: %s took %.2f s", step.name, time.perf_counter() - began)
    return results
