"""The key file, and who is let in."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from starlette.datastructures import Headers

from engine.errors import Unauthorized
from engine.server import auth
from engine.server.errors import Forbidden

_GOOD = {"host": "127.0.0.1:8321", "authorization": "Bearer k"}


def _check(**headers: str | None) -> None:
    merged = {**_GOOD, **headers}
    auth.check(Headers({k: v for k, v in merged.items() if v is not None}), port=8321, key="k")


def test_the_key_is_made_once(tmp_path: Path) -> None:
    file = tmp_path / "api-key"

    key = auth.load_or_make_key(file)

    assert key.startswith("fsk-")
    assert auth.load_or_make_key(file) == key
    assert [path.name for path in tmp_path.iterdir()] == ["api-key"]


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
def test_only_the_owner_may_read_it_even_if_others_could_before(tmp_path: Path) -> None:
    file = tmp_path / "api-key"
    auth.load_or_make_key(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    file.chmod(0o644)
    auth.load_or_make_key(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_an_empty_file_gets_a_key(tmp_path: Path) -> None:
    (tmp_path / "api-key").write_text("\n")

    assert auth.load_or_make_key(tmp_path / "api-key").startswith("fsk-")


def test_programs_on_this_computer_that_know_the_key_are_let_in() -> None:
    _check()
    _check(host="localhost:8321", authorization="bearer k")
    _check(host="[::1]:8321", origin="http://localhost:5173")


@pytest.mark.parametrize("host", [None, "", "evil.example:8321", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:8321.evil"])
def test_foreign_hosts_are_not(host: str | None) -> None:
    with pytest.raises(Forbidden):
        _check(host=host)


def test_two_hosts_are_not() -> None:
    raw = [(b"host", b"127.0.0.1:8321"), (b"host", b"evil"), (b"authorization", b"Bearer k")]
    with pytest.raises(Forbidden):
        auth.check(Headers(raw=raw), port=8321, key="k")


def test_on_port_80_the_port_may_be_left_out() -> None:
    auth.check(Headers({"host": "localhost", "authorization": "Bearer k"}), port=80, key="k")


@pytest.mark.parametrize("origin", ["null", "", "http://evil.example", "http://[", "127.0.0.1"])
def test_foreign_origins_are_not(origin: str) -> None:
    with pytest.raises(Forbidden):
        _check(origin=origin)


@pytest.mark.parametrize("value", [None, "", "Bearer", "Bearer x", "Basic k", "k", "Bearer k k"])
def test_a_wrong_key_is_not(value: str | None) -> None:
    with pytest.raises(Unauthorized):
        _check(authorization=value)
