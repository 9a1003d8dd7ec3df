"""The command line on scripted models, in a home of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from engine.cli import chat, ingest, models, search, selftest, serve, stores
from engine.cli.main import main
from engine.inference.scripted import ScriptedBackend
from engine.service import Engine
from tests.support.fixtures import SCRIPTED_MODEL, Replies
from tests.support.gguf import write_gguf
from tests.support.retrieval import scripted_retrievers

Fireside = Callable[..., int]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder with one model that looks installed."""
    home = tmp_path / "home"
    write_gguf(home / "models" / f"{SCRIPTED_MODEL}.gguf", name=SCRIPTED_MODEL)
    return home


@pytest.fixture
def fireside(home: Path, monkeypatch: pytest.MonkeyPatch) -> Fireside:
    """Run `fireside ARGUMENTS` in this process, in English; `replies` is what the model says."""
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("FIRESIDE_HOME", str(home))

    def run(*arguments: str, replies: Replies = None) -> int:
        backend = ScriptedBackend(replies)
        for module in (chat, ingest, models, search, selftest, serve, stores):
            engine = partial(Engine, backend=backend, retrievers=scripted_retrievers())
            monkeypatch.setattr(module, "Engine", engine)
        return main(arguments, open_window=lambda *_: 99)

    return run
