"""Where everything lives in one home folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs


def default_home() -> Path:
    """Return FIRESIDE_HOME, else the platform's folder for application data."""
    override = os.environ.get("FIRESIDE_HOME")
    return Path(override).expanduser() if override else Path(platformdirs.user_data_dir("Fireside", appauthor=False))


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
    def logs(self) -> Path:
        return self.home / "logs"

    def create(self) -> None:
        """Make the folders, readable by the owner only where the system knows owners."""
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        for folder in (self.blobs, self.index, self.models, self.kv, self.logs):
            folder.mkdir(exist_ok=True, mode=0o700)
