"""Models leave the memory after a time without use."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import WorkerFailed
from engine.inference.port import LoadSpec
from engine.inference.scripted import ScriptedBackend
from engine.retrieval.scripted import ScriptedEmbedder
from engine.service.idle import IdleUnload


class Clockwork:
    """Alarms that are only noted."""

    def __init__(self) -> None:
        self.set_for: dict[str, float] = {}

    def set(self, key: str, seconds: float, call: Callable[[], None]) -> None:
        self.set_for[key] = seconds
        self.call = call

    def drop(self, key: str) -> None:
        self.set_for.pop(key, None)


class Backend(ScriptedBackend):
    """Says what is idle."""

    idle: tuple[str, ...] = ("m",)
    asked: float | None = None

    def unload_idle(self, seconds: float) -> tuple[str, ...]:
        self.asked = seconds
        for model_id in self.idle:
            self.unload(model_id)
        return self.idle


@pytest.fixture
def backend() -> Backend:
    backend = Backend()
    backend.load(LoadSpec(model_id="m", path=Path("/nowhere.gguf")))
    return backend


def test_an_idle_model_is_unloaded(backend: Backend) -> None:
    alarms, gone = Clockwork(), []
    idle = IdleUnload(backend, ScriptedEmbedder(), alarms, lambda: 15, gone.append)  # type: ignore[arg-type]
    idle.note_use()
    assert alarms.set_for == {"idle": 900.0}
    alarms.set_for.clear()
    idle.sweep()
    assert (backend.asked, gone) == (900.0, [{"m"}])
    assert alarms.set_for == {}  # nothing is loaded: nothing to look for


def test_a_busy_model_is_looked_at_again(backend: Backend) -> None:
    alarms, gone = Clockwork(), []
    backend.idle = ()
    IdleUnload(backend, ScriptedEmbedder(), alarms, lambda: 15, gone.append).sweep()  # type: ignore[arg-type]
    assert (gone, alarms.set_for) == ([set()], {"idle": 60.0})


def test_zero_minutes_keep_it_loaded(backend: Backend) -> None:
    alarms = Clockwork()
    alarms.set_for["idle"] = 1.0
    idle = IdleUnload(backend, ScriptedEmbedder(), alarms, lambda: 0, lambda _ids: None)  # type: ignore[arg-type]
    idle.note_use()
    idle.sweep()
    assert (backend.asked, alarms.set_for) == (None, {})


def test_a_failure_is_no_reason_to_stop_looking(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_seconds: float) -> tuple[str, ...]:
        raise WorkerFailed("It does not listen.")

    monkeypatch.setattr(backend, "unload_idle", broken)
    alarms = Clockwork()
    IdleUnload(backend, ScriptedEmbedder(), alarms, lambda: 1, lambda _ids: None).sweep()  # type: ignore[arg-type]
    assert alarms.set_for == {"idle": 60.0}


def test_the_alarm_does_not_wait_for_the_unloading(backend: Backend) -> None:
    alarms, gone = Clockwork(), threading.Event()
    idle = IdleUnload(backend, ScriptedEmbedder(), alarms, lambda: 15, lambda _ids: gone.set())  # type: ignore[arg-type]
    idle.note_use()
    alarms.call()
    assert gone.wait(30)
