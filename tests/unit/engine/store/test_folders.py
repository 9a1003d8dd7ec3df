"""A rename can be made durable."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.store.folders import sync_folder


def test_the_folder_itself_is_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_ino))

    sync_folder(tmp_path)

    assert synced == ([tmp_path.stat().st_ino] if os.name == "posix" else [])
