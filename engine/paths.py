"""Where everything lives in one home folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

_MOVED = "moved-to.txt"


def default_home() -> Path:
    """Return FIRESIDE_HOME, else the folder chosen with `remember_home`, else the platform's for application data."""
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
