"""Installing an update from the settings page: looked at first, backed up, and started only when it was signed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PySide6.QtCore import Qt, QUrl

from desktop.settings.update import UpdateSection
from engine.portability.update import SUFFIX, this_system
from tests.packaging.from_file import load

Open = Callable[..., Any]
SECRET = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@pytest.fixture
def installer(tmp_path: Path) -> Path:
    path = tmp_path / f"Fireside-99.0.0-{this_system()}-setup.exe"
    path.write_bytes(b"MZ" * 5000)
    note = load("sign").note_for(path, SECRET.private_bytes_raw(), version="99.0.0", notes="- Everything is faster.")
    path.with_name(path.name + SUFFIX).write_text(note, "utf-8")
    return path


def opened(open_app: Open) -> tuple[Any, UpdateSection, list[QUrl]]:
    driver = open_app()
    driver.pages.go("settings")
    section = driver.pages.settings.update_section
    section.key = SECRET.public_key().public_bytes_raw
    started: list[QUrl] = []

    def start(url: QUrl) -> bool:
        started.append(url)
        return True

    section.open_installer = start
    return driver, section, started


def test_an_update_is_read_backed_up_started_and_the_window_closes(open_app: Open, installer: Path) -> None:
    driver, section, started = opened(open_app)
    home = driver.app.engine.paths.home

    section.look_at(installer)
    driver.until(section.install.isVisible)
    assert section._facts.text().startswith("Version 99.0.0 · signed by the makers of Fireside")
    assert section._notes.text() == "- Everything is faster."
    assert started == []
    driver.qtbot.mouseClick(section.install, Qt.MouseButton.LeftButton)
    driver.until(lambda: started)

    copy = Path(started[0].toLocalFile())
    assert copy == home / "updates" / installer.name
    assert copy.read_bytes() == installer.read_bytes()
    assert [path.name.split(" 20")[0] for path in (home / "backups").iterdir()] == ["before 99.0.0"]
    driver.until(lambda: driver.app.engine is None)


def test_an_unsigned_file_is_refused_with_a_sentence_and_not_started(open_app: Open, installer: Path) -> None:
    driver, section, started = opened(open_app)
    installer.with_name(installer.name + SUFFIX).unlink()

    section.look_at(installer)
    driver.settle()

    assert "There is no signature beside this file" in section.state.text()
    assert not section.install.isVisible()
    assert started == []


def test_an_installer_that_changed_after_the_look_is_not_started(open_app: Open, installer: Path) -> None:
    driver, section, started = opened(open_app)
    section.look_at(installer)
    driver.until(section.install.isVisible)
    installer.write_bytes(b"ZM" * 5000)

    driver.qtbot.mouseClick(section.install, Qt.MouseButton.LeftButton)
    driver.until(section.choose.isEnabled)

    assert "not the one that was signed" in section.state.text()
    assert started == []
    assert driver.app.engine is not None
