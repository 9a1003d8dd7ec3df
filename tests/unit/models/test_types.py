"""The nouns: what they derive from what they hold."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from models.gguf import read_header
from models.types import CatalogueEntry, DownloadState, InstalledModel


@pytest.fixture
def installed(gguf: Callable[..., bytes], entry: Callable[..., CatalogueEntry], tmp_path: Path) -> InstalledModel:
    path = tmp_path / "t.gguf"
    path.write_bytes(gguf())
    known = entry(gguf(), name="Catalogue name")
    return InstalledModel(
        id="t", kind="chat", format="gguf", path=path, size=1, entry=known, header=read_header(path), added_at=0
    )


def test_a_model_is_called_by_the_best_name_known(installed: InstalledModel) -> None:
    assert installed.name == "Catalogue name"
    assert dataclasses.replace(installed, entry=None).name == "Tiny"
    assert dataclasses.replace(installed, entry=None, header=None).name == "t.gguf"


def test_context_comes_from_the_file_first(installed: InstalledModel) -> None:
    assert installed.context == 4096
    assert dataclasses.replace(installed, header=None).context == 4096
    assert dataclasses.replace(installed, header=None, entry=None).context == 0


def test_encoders_are_embedding_models(installed: InstalledModel) -> None:
    assert installed.header is not None
    assert installed.header.kind == "chat"
    assert dataclasses.replace(installed.header, architecture="bert").kind == "embedding"
    assert dataclasses.replace(installed.header, pooling=True).kind == "embedding"


def test_which_download_states_are_active() -> None:
    assert DownloadState(id="t", status="verifying").active
    assert not DownloadState(id="t", status="paused").active


def test_the_weights_file_of_a_folder(entry: Callable[..., CatalogueEntry]) -> None:
    assert entry(b"", format="folder", file="f").weights_file == "model.safetensors"
    assert entry(b"").weights_file == "tiny.gguf"
