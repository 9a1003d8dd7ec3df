"""A download in the terminal: how it is shown, how it ends, and that Ctrl-C pauses it."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from engine.bus import Bus
from engine.cli import download
from engine.cli.words import Words
from engine.errors import Unavailable
from engine.events import DownloadChanged, LibraryChanged

_WORDS = Words("en")


def _moment(state: Any, **more: Any) -> DownloadChanged:
    return DownloadChanged(**{"model_id": "m", "state": state, "done": 500, "total": 1000, **more})


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (_moment("running", speed=100.0, eta=5.0), "m [########........]  50 %  500 B / 1 kB  100 B/s  0:05 left"),
        (_moment("running"), "m [########........]  50 %  500 B / 1 kB"),
        (_moment("verifying", done=1000), "m [################] 100 %  1 kB / 1 kB  checking the file"),
        (_moment("queued", done=0, total=0), "m [................]   0 %  0 B / 0 B  waiting"),
    ],
)
def test_a_moment_is_one_line(event: DownloadChanged, text: str) -> None:
    assert download.progress(event, _WORDS) == text


def _engine(on_download: Callable[[Bus], None], on_pause: Callable[[Bus], None] = lambda _bus: None) -> Any:
    bus = Bus()
    models = SimpleNamespace(download=lambda _id: on_download(bus), pause=lambda _id: on_pause(bus))
    return SimpleNamespace(subscribe=bus.subscribe, models=models)


def test_it_ends_with_the_model_ready(capsys: pytest.CaptureFixture[str]) -> None:
    def work(bus: Bus) -> None:
        for event in (_moment("running"), _moment("failed", model_id="other"), LibraryChanged(), _moment("done")):
            bus.publish(event)

    assert download.fetch(_engine(work), "m", _WORDS)
    shown = capsys.readouterr().err.splitlines()
    assert shown == ["m [########........]  50 %  500 B / 1 kB", "m is ready."]


def test_a_failure_keeps_its_sentence() -> None:
    def work(bus: Bus) -> None:
        bus.publish(_moment("failed", error="The disk is full.", error_code="disk_full", error_details={"a": 1}))

    with pytest.raises(Unavailable, match="The disk is full") as failed:
        download.fetch(_engine(work), "m", _WORDS)

    assert (failed.value.code, failed.value.details) == ("disk_full", {"a": 1})


def test_ctrl_c_pauses_and_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: Any) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(download, "progress", interrupted)
    engine = _engine(lambda bus: bus.publish(_moment("running")), lambda bus: bus.publish(_moment("paused")))

    assert not download.fetch(engine, "m", _WORDS)
    assert capsys.readouterr().err.endswith("Paused at 50 %. Continue with: fireside models get m\n")


def test_a_log_gets_a_line_for_each_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    def work(bus: Bus) -> None:
        bus.publish(_moment("queued", done=0, total=0))
        for done in range(0, 1001, 10):
            bus.publish(_moment("running", done=done))
        bus.publish(_moment("done"))

    assert download.fetch(_engine(work), "m", _WORDS)
    shown = capsys.readouterr().err.splitlines()
    assert [int(line.split("]")[1].split("%")[0]) for line in shown[:-1]] == list(range(0, 101, 10))
