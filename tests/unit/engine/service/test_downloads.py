"""Downloads as events; their working is shown by the tests of the models library."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.bus import Bus
from engine.errors import InvalidRequest, Unavailable
from engine.events import DownloadChanged, LibraryChanged
from engine.service.downloads import Downloads, as_event
from engine.settings import SettingsFile
from models.catalogue import load
from models.library import Library
from models.types import DownloadState, Problem
from tests.support.fixtures import Recorder
from tests.support.gguf import write_gguf


@pytest.mark.parametrize(
    ("status", "word"),
    [
        ("queued", "queued"),
        ("connecting", "running"),
        ("downloading", "running"),
        ("verifying", "verifying"),
        ("installing", "verifying"),
        ("paused", "paused"),
        ("done", "done"),
        ("failed", "failed"),
        ("cancelled", "cancelled"),
    ],
)
def test_every_status_has_its_word(status: str, word: str) -> None:
    assert as_event(DownloadState(id="m", status=status)).state == word  # type: ignore[arg-type]


def test_what_is_known_is_told() -> None:
    problem = Problem(code="disk_full", message="Full.", details={"missing": 5})
    state = DownloadState(id="m", status="failed", received=3, total=9, speed=1.5, seconds_left=4.0, problem=problem)
    assert as_event(state) == DownloadChanged(
        model_id="m",
        state="failed",
        done=3,
        total=9,
        speed=1.5,
        eta=4.0,
        error_code="disk_full",
        error="Full.",
        error_details={"missing": 5},
    )


def test_a_model_that_is_here_is_done_at_once(tmp_path: Path) -> None:
    heard, bus = Recorder(), Bus()
    bus.subscribe(heard)
    starter = load().starter
    write_gguf(tmp_path / "models" / starter.file)
    known = {"id": starter.id, "file": starter.file, "kind": "chat", "format": "gguf", "added_at": 1}
    (tmp_path / "models" / "models.json").write_text(json.dumps({"models": [known]}))
    downloads = Downloads(Library(tmp_path / "models"), SettingsFile(tmp_path / "settings.json"), bus)
    assert downloads.start(starter.id).status == "done"
    assert downloads.wait(starter.id, 0).status == "done"
    assert [type(event) for event in heard.events] == [DownloadChanged, LibraryChanged]
    assert [state.id for state in downloads.states()] == [starter.id]
    downloads.close()


def test_the_network_setting_is_obeyed(tmp_path: Path) -> None:
    settings = SettingsFile(tmp_path / "settings.json")
    settings.set(network_allowed=False)
    downloads = Downloads(Library(tmp_path / "models"), settings, Bus())
    with pytest.raises(Unavailable, match="switched off"):
        downloads.start(load().starter.id)
    downloads.close()


def test_a_download_nobody_began_cannot_be_cancelled(tmp_path: Path) -> None:
    downloads = Downloads(Library(tmp_path / "models"), SettingsFile(tmp_path / "settings.json"), Bus())
    with pytest.raises(InvalidRequest) as caught:
        downloads.cancel(load().starter.id)
    assert caught.value.code == "unknown_model"
    downloads.close()
