"""A file or folder on this disk: say what it is before it is taken in, and copy it with progress."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from models.errors import DiskFull, ModelsError, NotAModel
from models.gguf import read_header
from models.types import GgufHeader, ModelFormat, ModelKind

_CHUNK: Final = 4 * 1024 * 1024
_MOST_FILES: Final = 1_000
_CONFIG_LIMIT: Final = 4 * 1024 * 1024
# Weights stored this way can run code while they are loaded.
_UNSAFE_WEIGHTS: Final = ("pytorch_model.bin", "model.pt", "model.pkl")

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalModel:
    """What a path turned out to be; `weights` is the file whose SHA-256 identifies it."""

    path: Path
    kind: ModelKind
    format: ModelFormat
    size: int
    weights: Path
    header: GgufHeader | None


def inspect(path: Path) -> LocalModel:
    """Look at a GGUF file or a sentence-transformers folder. Raises NotAModel, BrokenModel."""
    if path.is_dir():
        return _inspect_folder(path)
    header = read_header(path)
    return LocalModel(path=path, kind=header.kind, format="gguf", size=header.file_size, weights=path, header=header)


def sha256_of(path: Path, on_bytes: Callable[[int], None] = lambda _count: None) -> str:
    """Return the hash in lower-case hexadecimal; `on_bytes` gets each chunk's length and may raise to stop."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            on_bytes(len(chunk))
    return digest.hexdigest()


def place(model: LocalModel, target: Path, *, link: bool, progress: Progress) -> str:
    """Put the model at `target`, which must not exist; return the SHA-256 of its weights.

    With `link` the files are hard-linked where the disk allows it, else copied. `progress` gets done and total
    bytes and may raise to stop; whatever fails, `target` is left absent. Raises DiskFull, ModelsError.
    """
    done = 0

    def count(amount: int) -> None:
        nonlocal done
        done += amount
        progress(done, model.size)

    part = target.with_name(f".{target.name}.part")
    _remove(part)
    try:
        if model.format == "gguf":
            digest = _place_file(model.path, part, link=link, count=count)
        else:
            digest = ""
            for source in _files_of(model.path):
                copied = part / source.relative_to(model.path)
                copied.parent.mkdir(parents=True, exist_ok=True)
                hashed = _place_file(source, copied, link=link, count=count)
                digest = hashed if source == model.weights else digest
        part.rename(target)
    except OSError as error:
        _remove(part)
        raise _not_placed(model.path, error) from error
    except BaseException:
        _remove(part)
        raise
    return digest


def _inspect_folder(path: Path) -> LocalModel:
    config = _read_config(path / "config.json")
    if config is None:
        raise NotAModel(
            f"'{path.name}' is not a model folder: it has no config.json. Choose the folder that holds config.json "
            "and model.safetensors, or a .gguf file.",
            file=path.name,
        )
    weights = path / "model.safetensors"
    if not weights.is_file():
        unsafe = next((name for name in _UNSAFE_WEIGHTS if (path / name).exists()), None)
        raise NotAModel(
            f"'{path.name}' has its weights in {unsafe}, a form that can run code. Get it with model.safetensors."
            if unsafe
            else f"'{path.name}' lacks model.safetensors. Download or copy the whole folder again.",
            code="unsafe_weights" if unsafe else "incomplete_folder",
            file=path.name,
        )
    embedding = (path / "modules.json").is_file() or (path / "config_sentence_transformers.json").is_file()
    architectures = config.get("architectures")
    names = " ".join(map(str, architectures)) if isinstance(architectures, list) else ""
    if not embedding and "ForSequenceClassification" not in names:
        raise NotAModel(
            f"'{path.name}' is neither an embedding model nor a reranker. For a chat model get its .gguf file.",
            code="unsupported_folder",
            file=path.name,
        )
    size = sum(file.stat().st_size for file in _files_of(path))
    kind: ModelKind = "embedding" if embedding else "reranker"
    return LocalModel(path=path, kind=kind, format="folder", size=size, weights=weights, header=None)


def _read_config(path: Path) -> dict[str, object] | None:
    try:
        if path.stat().st_size > _CONFIG_LIMIT:
            return None
        untrusted = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return untrusted if isinstance(untrusted, dict) else None


def _files_of(folder: Path) -> list[Path]:
    found = []
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(root, name) for name in sorted(names)]
        if len(found) > _MOST_FILES:
            raise NotAModel(
                f"'{folder.name}' holds more than {_MOST_FILES:,} files, which no model folder does. Choose the "
                "model's own folder.",
                file=folder.name,
            )
    return found


def _place_file(source: Path, target: Path, *, link: bool, count: Callable[[int], None]) -> str:
    if link:
        try:
            os.link(source.resolve(), target)
        except OSError:
            pass  # another disk, or one without hard links: copy
        else:
            return sha256_of(target, count)
    digest = hashlib.sha256()
    with source.open("rb") as reader, target.open("xb") as writer:
        while chunk := reader.read(_CHUNK):
            digest.update(chunk)
            writer.write(chunk)
            count(len(chunk))
        writer.flush()
        os.fsync(writer.fileno())
    return digest.hexdigest()


def _not_placed(path: Path, error: OSError) -> ModelsError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(f"The disk became full while copying '{path.name}'. Make room and import it again.")
    return ModelsError(
        f"'{path.name}' could not be copied: {error.strerror or type(error).__name__}. Check that it can be read and "
        "the models folder written.",
        code="copy_failed",
        file=path.name,
    )


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
