"""Sockets: a free port is found, a busy one is told with one to try, stopping is harmless at any time."""

from __future__ import annotations

import socket

import pytest

from engine.errors import Unavailable
from engine.server.listen import ApiServer
from engine.service import Engine


def test_port_zero_takes_a_free_one_and_gives_it_back(engine: Engine) -> None:
    server = ApiServer(engine, key="k", port=0)
    server.start()
    assert server.url == f"http://127.0.0.1:{server.port}/v1"
    server.stop()
    server.stop()

    again = ApiServer(engine, key="k", port=server.port)
    again.stop()


def test_a_busy_port_is_told(engine: Engine) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(Unavailable) as refused:
            ApiServer(engine, key="k", port=port)

    assert refused.value.code == "port_busy"
    assert refused.value.details["port"] == port
    assert refused.value.details["free"] > port
    assert str(refused.value.details["free"]) in refused.value.message
