"""A store, a scripted model and a world for runs, without the front door."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from engine.bus import Bus
from engine.cancel import CancelToken
from engine.inference.port import InferencePort, LoadedModel, LoadSpec
from engine.inference.scripted import ScriptedBackend
from engine.runs.alarms import Alarms
from engine.runs.scheduler import Scheduler
from engine.runs.world import World
from engine.settings import Settings
from engine.store import Store
from engine.types import Message, NewMessage, PageRequest, Run, TextPart
from tests.support.fixtures import Recorder


@dataclass
class Stage:
    """What a run needs, and the means to look at it."""

    store: Store
    backend: InferencePort
    settings: Settings = field(default_factory=Settings)
    bus: Bus = field(default_factory=Bus)
    heard: Recorder = field(default_factory=Recorder)
    now: Callable[[], int] = field(default=lambda: int(time.time()))

    def __post_init__(self) -> None:
        self.bus.subscribe(self.heard)
        self.world = World(
            store=self.store,
            bus=self.bus,
            backend=self.backend,
            settings=lambda: self.settings,
            open_model=self.open_model,
            now=lambda: self.now(),
        )
        self.alarms = Alarms()
        self.scheduler = Scheduler(self.world, self.alarms)

    def open_model(
        self, model_id: str, on_progress: Callable[[float], None] | None = None, cancel: CancelToken | None = None
    ) -> tuple[LoadSpec, LoadedModel]:
        spec = LoadSpec(model_id=model_id, path=Path("/nowhere.gguf"))
        return spec, self.backend.load(spec, on_progress, cancel)

    def thread(self, *texts: str) -> str:
        messages = [NewMessage(role="user", content=(TextPart(text=text),)) for text in texts]
        return self.store.threads.create(messages=messages).id

    def new_run(self, thread_id: str | None = None, *, model: str = "m", **fields: object) -> Run:
        assistant = self.store.assistants.create(model=model)
        thread_id = thread_id or self.thread("Hello there")
        run, _ = self.store.runs.create(
            thread_id, assistant_id=assistant.id, model=model, trace={"model": model}, **fields
        )
        return run

    def stored(self, run: Run) -> Run:
        return self.store.runs.get(run.thread_id, run.id)

    def answer(self, run: Run) -> Message:
        """Return the newest message that the run wrote."""
        return self.store.messages.list(run.thread_id, PageRequest(), run_id=run.id).items[0]

    def finish(self, run: Run) -> Run:
        assert self.scheduler.wait(run.id, 30)
        return self.stored(run)


StageFactory = Callable[..., Stage]


@pytest.fixture
def make_stage(tmp_path: Path) -> Iterator[StageFactory]:
    """Set a stage with replies or a backend, and settings by name; `store` to share the one of another stage."""
    stages: list[Stage] = []

    def make(
        replies: object = None, *, backend: InferencePort | None = None, context: int = 4096, **settings: object
    ) -> Stage:
        store = stages[0].store if stages else Store(tmp_path / "fireside.db", tmp_path / "blobs")
        backend = backend or ScriptedBackend(replies, context=context)  # type: ignore[arg-type]
        stage = Stage(store=store, backend=backend, settings=Settings(**settings))  # type: ignore[arg-type]
        stages.append(stage)
        return stage

    yield make
    for stage in stages:
        stage.scheduler.close(10)
        stage.backend.close()
        stage.alarms.close()
    if stages:
        stages[0].store.close()
