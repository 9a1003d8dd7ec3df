"""Where everything lives in one home folder."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import platformdirs

_MOVED = "moved-to.txt"
_PORTABLE = "portable.txt"


def program_folder() -> Path | None:
    """Return the folder that holds the built app, as its user sees it; None when this runs from source.

    A launcher that starts an ordinary Python says where it lies with FIRESIDE_PROGRAM.
    """
    if said := os.environ.get("FIRESIDE_PROGRAM"):
        return Path(said)
    if not getattr(sys, "frozen", False):
        return None
    program = Path(sys.executable).resolve()
    bundle = next((parent for parent in program.parents if parent.suffix == ".app"), None)
    return bundle.parent if bundle else program.parent


def models_beside() -> Path | None:
    """Return the folder of models that came with the built app, which is only read; None if there is none."""
    folder = program_folder()
    return folder / "models" if folder and (folder / "models").is_dir() else None


def default_home() -> Path:
    """Return FIRESIDE_HOME, else the folder chosen with `remember_home`, else the platform's for application data.

    A file portable.txt beside the built app replaces the platform's folder by `data` beside it.
    """
    override = os.environ.get("FIRESIDE_HOME")
    return Path(override).expanduser() if override else _chosen() or _platform_home()


def remember_home(home: Path) -> None:
    """Let every later start without FIRESIDE_HOME use this folder. Raises OSError."""
    note = _platform_home() / _MOVED
    if home == _platform_home():
        note.unlink(missing_ok=True)
        return
    note.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    note.write_text(str(home), "utf-8")


def _platform_home() -> Path:
    beside = program_folder()
    if beside and (beside / _PORTABLE).is_file():
        return beside / "data"
    return Path(platformdirs.user_data_dir("Fireside", appauthor=False))


def _chosen() -> Path | None:
    """Return the folder written down by `remember_home`; a note that cannot be read or understood counts as none."""
    try:
        untrusted = (_platform_home() / _MOVED).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return Path(untrusted) if untrusted and "\n" not in untrusted and Path(untrusted).is_absolute() else None


@dataclass(frozen=True, slots=True)
class Paths:
    """The layout of a home folder; `index`, `kv` and `logs` can be deleted without loss."""

    home: Path

    @property
    def database(self) -> Path:
        return self.home / "fireside.db"

    @property
    def settings(self) -> Path:
        return self.home / "settings.json"

    @property
    def lock(self) -> Path:
        return self.home / "fireside.lock"

    @property
    def api_key(self) -> Path:
        return self.home / "api-key"

    @property
    def blobs(self) -> Path:
        return self.home / "blobs"

    @property
    def index(self) -> Path:
        return self.home / "index"

    @property
    def models(self) -> Path:
        return self.home / "models"

    @property
    def kv(self) -> Path:
        return self.home / "kv"

    @property
    def sandbox(self) -> Path:
        return self.home / "sandbox"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    def create(self) -> None:
        """Make the folders, readable by the owner only where the system knows owners."""
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        for folder in (self.blobs, self.index, self.models, self.kv, self.logs):
            folder.mkdir(exist_ok=True, mode=0o700)
