"""A pytest plugin that refuses connections and look-ups outside loopback, where no network namespace can be had."""

from __future__ import annotations

import sys
from typing import Any

LOOPBACK = ("127.", "::1", "localhost")


class NetworkForbidden(RuntimeError):
    """A test tried to leave this machine."""


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
    elif event == "socket.getaddrinfo":
        address = arguments[:1]
    else:
        return
    host = address[0] if isinstance(address, tuple) else None  # a string is the path of a Unix socket
    if host and not str(host).startswith(LOOPBACK):
        raise NetworkForbidden(f"{event} to {host}")


sys.addaudithook(_watch)
