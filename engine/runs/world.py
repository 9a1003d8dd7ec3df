"""What runs need from the rest of the engine, passed in: nothing here is global."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from engine.bus import Bus
from engine.cancel import CancelToken
from engine.inference.port import InferencePort, LoadedModel, LoadSpec
from engine.runs.counts import TokenCounts
from engine.runs.files_first import FilesFirst
from engine.runs.machine import CallKind, Limits
from engine.settings import Settings
from engine.store import Store
from engine.tools.base import Toolbox
from engine.types import Run


class OpenModel(Protocol):
    """Brings a model into memory and says how it was loaded."""

    def __call__(
        self,
        model_id: str,
        on_progress: Callable[[float], None] | None = None,
        cancel: CancelToken | None = None,
    ) -> tuple[LoadSpec, LoadedModel]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What runs need from the rest of the engine. `now`: Unix seconds; `clock`: monotonic seconds.

    `ask_first` says which kinds of a run's calls a person has to allow, as things stand now; `front` is the thread at
    which somebody looks, "" when there is none.
    """

    store: Store
    bus: Bus
    backend: InferencePort
    settings: Callable[[], Settings]
    open_model: OpenModel
    now: Callable[[], int] = field(default=lambda: int(time.time()))
    front: Callable[[], str] = field(default=lambda: "")
    clock: Callable[[], float] = time.monotonic
    counts: TokenCounts = field(default_factory=TokenCounts)
    tools: Toolbox = field(default_factory=Toolbox)
    files_first: FilesFirst = field(default_factory=FilesFirst)
    ask_first: Callable[[Run], frozenset[CallKind]] = field(default=lambda _run: frozenset())

    def limits(self, run: Run) -> Limits:
        settings = self.settings()
        return Limits(
            answer_tokens=settings.max_answer_tokens,
            max_completion_tokens=run.max_completion_tokens,
            max_prompt_tokens=run.max_prompt_tokens,
            run_seconds=settings.run_minutes * 60,
            tool_wait_seconds=settings.tool_wait_seconds,
        )
