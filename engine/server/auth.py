"""Who may speak to the API: programs on this computer that know the key, and no web page."""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from engine.errors import Unauthorized
from engine.server.errors import Forbidden

_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
_PREFIX = "fsk-"


def load_or_make_key(path: Path) -> str:
    """Return the key kept in a file that only its owner can read; the first call makes it, all or nothing."""
    try:
        key = path.read_text("ascii").strip()
        if key:
            path.chmod(0o600)
            return key
    except FileNotFoundError:
        pass
    key = _PREFIX + secrets.token_urlsafe(32)
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)
    return key


def check(headers: Headers, *, port: int, key: str) -> None:
    """Let a request pass or raise: Forbidden for a foreign Host or Origin, Unauthorized for the key.

    Host and Origin are checked because a web page can make a browser call 127.0.0.1 under a name of its own
    ("DNS rebinding"); such a call carries that name.
    """
    _check_host(headers.getlist("host"), port)
    for origin in headers.getlist("origin"):
        _check_origin(origin)
    _check_key(headers.getlist("authorization"), key)


def _check_host(untrusted_hosts: Iterable[str], port: int) -> None:
    hosts = list(untrusted_hosts)
    allowed = {f"{_bracketed(name)}:{port}" for name in _LOOPBACK_NAMES}
    if port == 80:
        allowed |= {_bracketed(name) for name in _LOOPBACK_NAMES}
    if len(hosts) != 1 or hosts[0].lower() not in allowed:
        raise Forbidden(
            f"The API answers only under 127.0.0.1, localhost and [::1] with port {port}. Check the base URL.",
            code="wrong_host",
        )


def _bracketed(name: str) -> str:
    return f"[{name}]" if ":" in name else name


def _check_origin(untrusted_origin: str) -> None:
    try:
        parts = urlsplit(untrusted_origin)
        name = parts.hostname
    except ValueError:
        name = None
    if name not in _LOOPBACK_NAMES:
        raise Forbidden(
            "Web pages from other places may not use this API. Call it from a program on this computer.",
            code="wrong_origin",
        )


def _check_key(untrusted_values: list[str], key: str) -> None:
    if not untrusted_values:
        raise Unauthorized(
            "You didn't provide an API key. Send it in an Authorization header as 'Bearer KEY'; "
            "it is kept in the file api-key in Fireside's home folder.",
        )
    scheme, _, untrusted_key = untrusted_values[0].partition(" ")
    same = hmac.compare_digest(untrusted_key.strip().encode(), key.encode())
    if len(untrusted_values) != 1 or scheme.lower() != "bearer" or not same:
        raise Unauthorized(
            "Incorrect API key provided. The right one is kept in the file api-key in Fireside's home folder."
        )
