"""How models are loaded: context by memory, what the settings say, and what listeners hear."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.bus import Bus
from engine.errors import Unavailable
from engine.events import ModelState
from engine.inference.scripted import ScriptedBackend
from engine.service.loader import Loader, need_of
from engine.settings import SettingsFile
from models.hardware import Gpu, Hardware
from models.library import Library
from tests.support.fixtures import Recorder
from tests.support.gguf import write_gguf

GIB = 1024**3
MACHINE = Hardware(
    system="Linux",
    machine="x86_64",
    processor="",
    cores=8,
    physical_cores=4,
    memory_total=16 * GIB,
    memory_free=8 * GIB,
)


class Bench:
    """A loader over a folder with the models "small" (context 4096) and "large" (context 131072)."""

    def __init__(self, folder: Path, hardware: Hardware = MACHINE, **options: Any) -> None:
        write_gguf(folder / "models" / "small.gguf", context=4096)
        write_gguf(folder / "models" / "large.gguf", context=131_072)
        self.heard, self.uses = Recorder(), 0
        self.backend = ScriptedBackend(context=10**6, **options)
        self.settings = SettingsFile(folder / "settings.json")
        bus = Bus()
        bus.subscribe(self.heard)
        self.loader = Loader(
            Library(folder / "models"), self.backend, self.settings, bus, on_use=self._use, look=lambda: hardware
        )

    def _use(self) -> None:
        self.uses += 1

    def states(self) -> list[tuple[str, str]]:
        return [(e.model_id, e.state) for e in self.heard.events if isinstance(e, ModelState)]


def test_the_settings_and_the_machine_say_how(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    spec, loaded = bench.loader.open("small")
    assert (spec.threads, spec.gpu_layers, spec.batch, spec.context) == (0, -1, 512, 4096)
    assert loaded.context == 4096
    bench.settings.set(threads=3, gpu_layers=0, batch=64, context_length=2048)
    spec, _ = bench.loader.open("small")
    assert (spec.threads, spec.gpu_layers, spec.batch, spec.context) == (3, 0, 64, 2048)
    assert bench.uses == 2


@pytest.mark.parametrize(
    ("hardware", "context"),
    [
        (MACHINE, 8192),
        (replace(MACHINE, memory_total=32 * GIB), 16_384),
        (
            replace(MACHINE, gpus=(Gpu(name="", backend="cuda", memory_total=24 * GIB, memory_free=20 * GIB),)),
            32_768,
        ),
        (replace(MACHINE, memory_total=GIB // 8), 2048),
    ],
)
def test_the_context_follows_the_machine(tmp_path: Path, hardware: Hardware, context: int) -> None:
    spec, _ = Bench(tmp_path, hardware).loader.open("large")
    assert spec.context == context


def test_listeners_hear_what_comes_and_goes(tmp_path: Path) -> None:
    bench = Bench(tmp_path, max_loaded=lambda: 1)
    progress: list[float] = []
    bench.loader.open("small", progress.append)
    bench.loader.open("small")
    bench.loader.open("large")
    bench.loader.unload("large")
    bench.loader.unload("large")
    assert bench.states() == [
        *(("small", "loading"), ("small", "ready")),
        *(("large", "loading"), ("small", "unloaded"), ("large", "ready")),
        ("large", "unloaded"),
    ]
    assert progress[-1] == 1.0
    assert bench.loader.loaded() == ()


def test_what_cannot_be_loaded(tmp_path: Path) -> None:
    bench = Bench(tmp_path, broken={"small": Unavailable("Not enough memory.", code="no_memory")})
    with pytest.raises(Unavailable, match="Not enough memory"):
        bench.loader.open("small")
    assert bench.states() == [("small", "loading"), ("small", "failed")]
    with pytest.raises(Unavailable, match="not installed any more") as caught:
        bench.loader.open("gone")
    assert caught.value.code == "model_missing"
    (tmp_path / "models" / "cut.gguf").write_bytes((tmp_path / "models" / "small.gguf").read_bytes()[:2000])
    with pytest.raises(Unavailable) as caught:
        bench.loader.open("cut")
    assert caught.value.code == "model_broken"


def test_what_a_model_takes(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    library = Library(tmp_path / "models")
    need = need_of(library.get("small"))
    assert need is not None
    assert need.context == 4096
    assert need_of(replace(library.get("small"), header=None)) is None
    assert bench.loader.hardware() is bench.loader.hardware()
