"""Fifty clients at once: every call is answered, every stream is whole. How long it takes is the bench's to say."""

from __future__ import annotations

from tests.bench.server import CLIENTS, measure


def test_fifty_clients_at_once_lose_nothing() -> None:
    measured = measure(CLIENTS, 1)

    assert measured.problems == []
    assert {name: len(seconds) for name, seconds in measured.seconds.items()} == {
        "create": CLIENTS,
        "list": CLIENTS,
        "stream start": CLIENTS,
    }
    assert measured.table().count("\n") == 3
