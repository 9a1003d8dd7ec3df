"""Fixtures for whoever needs an engine: scripted, with one model that looks installed, in a home of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from engine.events import Event, MessageDelta, RunChanged, RunProgress
from engine.inference.port import InferencePort
from engine.inference.scripted import Reply, Script, ScriptedBackend
from engine.service import Engine
from tests.support.gguf import write_gguf
from tests.support.retrieval import scripted_retrievers

SCRIPTED_MODEL = "scripted"

Replies = Iterable[Reply | str | list[str]] | Script | None


class EngineFactory(Protocol):
    """Opens engines that are closed when the test ends."""

    def __call__(
        self,
        replies: Replies = None,
        *,
        backend: InferencePort | None = None,
        home: Path | None = None,
        models: tuple[str, ...] = (SCRIPTED_MODEL,),
        context: int = 4096,
    ) -> Engine: ...


class Recorder:
    """A listener that keeps what it hears."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def __call__(self, event: Event) -> None:
        self.events.append(event)

    def names(self) -> list[str]:
        """Return what happened in the API's words, deltas once each, without progress and model states."""
        found = []
        for event in self.events:
            what = getattr(event, "what", None)
            if isinstance(event, MessageDelta):
                found.append("message.delta")
            elif what is not None and not isinstance(event, RunProgress):
                found.append(f"{type(event).__name__.removesuffix('Changed').lower()}.{what}")
        return found

    def text(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, MessageDelta))

    def statuses(self, run_id: str) -> list[str]:
        return [e.what for e in self.events if isinstance(e, RunChanged) and e.run.id == run_id]


@pytest.fixture
def make_engine(tmp_path: Path) -> Iterator[EngineFactory]:
    """Open an `Engine` on `tmp_path / "home"` whose model "scripted" plays `replies`, or on what is given."""
    with ExitStack() as opened:

        def make(
            replies: Replies = None,
            *,
            backend: InferencePort | None = None,
            home: Path | None = None,
            models: tuple[str, ...] = (SCRIPTED_MODEL,),
            context: int = 4096,
        ) -> Engine:
            home = home if home is not None else tmp_path / "home"
            for name in models:
                if not (file := home / "models" / f"{name}.gguf").exists():
                    write_gguf(file, name=name)
            engine = Engine(
                home, backend=backend or ScriptedBackend(replies, context=context), retrievers=scripted_retrievers()
            )
            opened.callback(engine.close)
            return engine

        yield make


@pytest.fixture
def engine(make_engine: Callable[[], Engine]) -> Engine:
    """An engine whose model repeats the user's last message."""
    return make_engine()


@pytest.fixture
def recorder() -> Recorder:
    """Pass it to `engine.subscribe`."""
    return Recorder()
