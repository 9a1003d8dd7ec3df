"""The API beside a window follows the settings, tells what came of it, and ends with the window."""

from __future__ import annotations

import queue
import socket

import httpx
import pytest

from engine.events import ApiChanged, Event
from engine.server.switch import ApiSwitch
from engine.service import Engine


class _Heard:
    """What was told about the API."""

    def __init__(self, engine: Engine) -> None:
        self._events: queue.SimpleQueue[ApiChanged] = queue.SimpleQueue()
        engine.subscribe(self._hear)

    def _hear(self, event: Event) -> None:
        if isinstance(event, ApiChanged):
            self._events.put(event)

    def next(self) -> ApiChanged:
        return self._events.get(timeout=30)

    @property
    def nothing(self) -> bool:
        return self._events.empty()


@pytest.fixture
def heard(engine: Engine) -> _Heard:
    return _Heard(engine)


def _status(engine: Engine, url: str) -> int:
    headers = {"authorization": f"Bearer {engine.paths.api_key.read_text().strip()}"}
    return httpx.get(f"{url}/models", headers=headers, trust_env=False, verify=False).status_code


def test_it_is_off_until_it_is_wanted_and_off_again(engine: Engine, heard: _Heard) -> None:
    switch = ApiSwitch(engine)
    engine.settings.set(api_port=0)
    engine.settings.set(api_enabled=True)
    url = heard.next().url
    assert _status(engine, url) == 200

    engine.settings.set(api_enabled=False)
    assert heard.next() == ApiChanged(seq=_last_seq(engine))
    with pytest.raises(httpx.ConnectError):
        _status(engine, url)
    switch.close()
    assert heard.nothing


def _last_seq(engine: Engine) -> int:
    """Return the number of the last event."""
    return engine.bus._seq


def test_it_serves_from_the_start_and_ends_with_the_window(engine: Engine, heard: _Heard) -> None:
    engine.settings.set(api_port=0, api_enabled=True)
    switch = ApiSwitch(engine)
    url = heard.next().url

    switch.close()
    switch.close()

    assert heard.next().url == ""
    with pytest.raises(httpx.ConnectError):
        _status(engine, url)


def test_a_busy_port_is_told_and_another_one_works(engine: Engine, heard: _Heard) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        engine.settings.set(api_port=taken.getsockname()[1], api_enabled=True)
        switch = ApiSwitch(engine)
        told = heard.next()
        assert (told.url, told.error_code) == ("", "port_busy")
        assert told.details["free"]

        engine.settings.set(api_port=0)
        assert _status(engine, heard.next().url) == 200
    switch.close()
