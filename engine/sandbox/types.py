"""What the sandbox takes and gives: limits, mounts, the result of a cell, and the walls that stand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

MIB = 1024 * 1024

Status = Literal["ok", "error", "timeout", "killed", "refused"]

# The walls that can be left out by name, to measure what the others still stop.
LAYERS = frozenset({"policy", "landlock", "seccomp", "rlimits", "namespaces"})


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one session may use; sizes in bytes, times in seconds."""

    seconds: float = 30.0  # wall clock of a cell; then it is interrupted
    grace: float = 1.0  # after the interrupt; then the process is killed
    memory: int = 768 * MIB  # address space on top of what the loaded libraries take
    disk: int = 256 * MIB  # all files of the session, on top of the mounted ones
    file: int = 128 * MIB  # one file
    files: int = 5000  # number of files
    threads: int = 200
    output: int = 200_000  # characters of output kept; the middle is cut
    flood: int = 16 * MIB  # bytes of output after which the cell is killed
    images: int = 20  # pictures taken from one cell
    image: int = 8 * MIB  # one picture
    offered: int = 50  # files offered from one cell
    start: float = 60.0  # until a new process must be ready


@dataclass(frozen=True, kw_only=True)
class Mount:
    """A file or folder; the session sees a copy as `/mnt/data/<name>`, and as `/mnt/data/<file_id>` if it has an id."""

    path: Path
    name: str
    file_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Image:
    """A picture drawn by the cell: checked to be a PNG of bearable size."""

    png: bytes
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class ProducedFile:
    """A plain file the cell made or changed; `name` is relative to /mnt/data. Read it with `read_file`."""

    name: str
    size: int
    path: Path


@dataclass(frozen=True, kw_only=True)
class CellResult:
    """What one cell did. `logs` is plain text as the model should read it, hint included; all text is untrusted."""

    status: Status
    logs: str = ""
    value_html: str | None = None  # the last table, as a bare <table> without attributes but spans
    images: tuple[Image, ...] = ()
    files: tuple[ProducedFile, ...] = ()
    seconds: float = 0.0
    hint: str | None = None
    doubt: str | None = None  # of a cell that ran: why its outcome may not be what was meant
    restarted: bool = False  # the process before this cell was new: variables of earlier cells are lost


@dataclass(frozen=True, kw_only=True)
class Wall:
    """One layer of the jail: whether it stands, and a sentence for `fireside doctor` and the window."""

    name: str
    standing: bool
    note: str


@dataclass(frozen=True, kw_only=True)
class Walls:
    """Whether code may run on this machine, and why; `reason` is empty when it may."""

    available: bool
    reason: str
    walls: tuple[Wall, ...] = ()
