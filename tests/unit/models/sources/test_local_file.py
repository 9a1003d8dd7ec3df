"""Local files: what is taken in, what is refused and why, and that a failed copy leaves nothing."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from models.errors import DiskFull, ModelsError, NotAModel
from models.sources import local_file
from models.sources.local_file import inspect, place, sha256_of


@pytest.fixture
def model_file(tmp_path: Path, gguf: Callable[..., bytes]) -> Path:
    path = tmp_path / "m.gguf"
    path.write_bytes(gguf())
    return path


def _ignore(_done: int, _total: int) -> None:
    pass


def test_a_gguf(model_file: Path) -> None:
    found = inspect(model_file)
    assert (found.kind, found.format, found.size) == ("chat", "gguf", model_file.stat().st_size)
    assert found.header is not None


def test_an_embedding_folder(embedding_folder: Callable[..., Path]) -> None:
    found = inspect(embedding_folder())
    assert (found.kind, found.format) == ("embedding", "folder")
    assert found.weights.name == "model.safetensors"


def test_a_reranker_folder(embedding_folder: Callable[..., Path]) -> None:
    folder = embedding_folder(modules=False)
    (folder / "config.json").write_text('{"architectures": ["XLMRobertaForSequenceClassification"]}')
    assert inspect(folder).kind == "reranker"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda f: (f / "config.json").unlink(), "not_a_model"),
        (lambda f: (f / "config.json").write_text("[" * 100_000), "not_a_model"),
        (lambda f: (f / "config.json").write_bytes(b" " * 5_000_000), "not_a_model"),
        (lambda f: (f / "model.safetensors").unlink(), "incomplete_folder"),
        (lambda f: (f / "model.safetensors").rename(f / "pytorch_model.bin"), "unsafe_weights"),
        (lambda f: (f / "modules.json").unlink(), "unsupported_folder"),
    ],
)
def test_folders_that_are_refused(
    embedding_folder: Callable[..., Path], change: Callable[[Path], object], code: str
) -> None:
    folder = embedding_folder()
    change(folder)
    with pytest.raises(NotAModel) as raised:
        inspect(folder)
    assert raised.value.code == code


def test_a_folder_of_thousands_of_files(embedding_folder: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_file, "_MOST_FILES", 2)
    with pytest.raises(NotAModel, match="own folder"):
        inspect(embedding_folder())


def test_copying_reports_and_returns_the_hash(model_file: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    target = tmp_path / "copy.gguf"
    digest = place(inspect(model_file), target, link=False, progress=lambda done, total: seen.append((done, total)))
    assert digest == hashlib.sha256(target.read_bytes()).hexdigest() == sha256_of(model_file)
    size = model_file.stat().st_size
    assert seen[-1] == (size, size)
    assert target.stat().st_ino != model_file.stat().st_ino


def test_linking_takes_no_room(model_file: Path, tmp_path: Path) -> None:
    target = tmp_path / "link.gguf"
    place(inspect(model_file), target, link=True, progress=_ignore)
    assert target.stat().st_ino == model_file.stat().st_ino


def test_linking_where_the_disk_cannot(model_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_unused: object) -> None:
        raise OSError(errno.EXDEV, "other disk")

    monkeypatch.setattr(os, "link", refuse)
    target = tmp_path / "copy.gguf"
    place(inspect(model_file), target, link=True, progress=_ignore)
    assert target.read_bytes() == model_file.read_bytes()


def test_a_folder_keeps_its_shape(embedding_folder: Callable[..., Path], tmp_path: Path) -> None:
    target = tmp_path / "placed"
    digest = place(inspect(embedding_folder()), target, link=False, progress=_ignore)
    assert digest == hashlib.sha256(b"weights").hexdigest()
    assert (target / "1_Pooling" / "config.json").exists()


@pytest.mark.parametrize(("number", "kind"), [(errno.ENOSPC, DiskFull), (errno.EACCES, ModelsError)])
def test_a_failed_copy_leaves_nothing(
    model_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[ModelsError]
) -> None:
    def fail(_handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(kind):
        place(inspect(model_file), tmp_path / "copy.gguf", link=False, progress=_ignore)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["m.gguf"]


def test_stopping_a_copy_leaves_nothing(model_file: Path, tmp_path: Path) -> None:
    def stop(_done: int, _total: int) -> None:
        raise InterruptedError("stop")

    with pytest.raises((InterruptedError, ModelsError)):
        place(inspect(model_file), tmp_path / "copy.gguf", link=False, progress=stop)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["m.gguf"]
