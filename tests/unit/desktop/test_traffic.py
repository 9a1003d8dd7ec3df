"""The window says the truth about what was online."""

from __future__ import annotations

from typing import Any

from desktop.traffic import Traffic
from engine.events import DownloadChanged, LibraryChanged


def _download(state: Any, done: int, model: str = "m") -> DownloadChanged:
    return DownloadChanged(model_id=model, state=state, done=done, total=100)


def test_without_downloads_nothing_was_online() -> None:
    traffic = Traffic()

    assert not traffic.take([LibraryChanged()])
    assert (traffic.online, traffic.used, traffic.received) == (False, False, 0)


def test_a_download_is_online_until_it_ends() -> None:
    traffic = Traffic()
    assert traffic.take([_download("running", 0), _download("running", 40)])
    assert traffic.online

    traffic.take([_download("verifying", 100)])
    assert (traffic.online, traffic.used, traffic.received) == (False, True, 100)


def test_what_an_earlier_session_fetched_does_not_count() -> None:
    traffic = Traffic()
    traffic.take([_download("paused", 60)])
    assert not traffic.used

    traffic.take([_download("running", 60), _download("running", 75), _download("paused", 75)])
    assert traffic.received == 15


def test_the_counter_never_goes_back_and_adds_up_models() -> None:
    traffic = Traffic()
    traffic.take([_download("running", 0), _download("running", 50), _download("cancelled", 0)])
    traffic.take([_download("running", 0, "n"), _download("running", 7, "n")])

    assert traffic.received == 57
