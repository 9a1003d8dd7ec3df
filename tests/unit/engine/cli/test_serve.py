"""`fireside serve` as a program that others start: one line when ready, a key of its own, an end without a mess."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

_READY = re.compile(r"Fireside API on (http://127\.0\.0\.1:\d+/v1)\n")
_COMMAND = [sys.executable, "-m", "desktop", "serve"]


class _Served:
    """A running `fireside serve`."""

    def __init__(self, home: Path, *more: str) -> None:
        self.process = subprocess.Popen(
            [*_COMMAND, "--home", str(home), *more],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "LC_ALL": "C"},
        )
        assert self.process.stdout is not None
        ready = _READY.fullmatch(self.process.stdout.readline())
        assert ready
        self.url = ready[1]

    def status(self, key: str) -> int:
        headers = {"authorization": f"Bearer {key}"}
        return httpx.get(f"{self.url}/models", headers=headers, trust_env=False, verify=False).status_code

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str, str]:
        """Return exit code and what was printed after the ready line."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, out, err


@pytest.fixture
def start() -> Iterator[Callable[..., _Served]]:
    served: list[_Served] = []

    def run(home: Path, *more: str) -> _Served:
        served.append(_Served(home, *more))
        return served[-1]

    yield run
    for one in served:
        with contextlib.suppress(ProcessLookupError):
            one.process.kill()
        one.process.communicate()


def _fails(home: Path, *more: str) -> str:
    command = [*_COMMAND, "--home", str(home), *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"})
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    return done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_is_ready_when_it_says_so_and_ends_when_told(
    number: int, start: Callable[..., _Served], tmp_path: Path
) -> None:
    served = start(tmp_path, "--port", "0", "--api-key", "given")

    assert served.status("given") == 200
    assert served.stop(number) == (0, "", "")
    assert not (tmp_path / "api-key").exists()


def test_the_key_is_made_once_and_is_the_owners_alone(start: Callable[..., _Served], tmp_path: Path) -> None:
    file = tmp_path / "api-key"
    served = start(tmp_path, "--port", "0")
    key = file.read_text().strip()
    assert key.startswith("fsk-")
    assert len(key) > 40
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (served.status(key), served.status("wrong")) == (200, 401)
    served.stop()

    assert start(tmp_path, "--port", "0").status(key) == 200


def test_a_busy_port_is_told_with_a_free_one(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        said = _fails(tmp_path, "--port", str(port))

    free = re.fullmatch(rf"fireside: Port {port} is used by another program. Try: fireside serve --port (\d+)\n", said)
    assert free
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", int(free[1])))


def test_a_second_one_on_the_same_home_is_told(start: Callable[..., _Served], tmp_path: Path) -> None:
    start(tmp_path, "--port", "0")

    assert "already running on this home folder" in _fails(tmp_path, "--port", "0")


def _has_ipv6() -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6) as probe:
        probe.bind(("::1", 0))
        return True
    return False


@pytest.mark.skipif(not _has_ipv6(), reason="this machine has no IPv6")
def test_it_listens_on_both_loopbacks_when_asked(start: Callable[..., _Served], tmp_path: Path) -> None:
    served = start(tmp_path, "--port", "0", "--api-key", "k", "--ipv6")
    port = int(served.url.split(":")[2].split("/")[0])

    headers = {"authorization": "Bearer k"}
    url = f"http://[::1]:{port}/v1/models"
    assert httpx.get(url, headers=headers, trust_env=False, verify=False).status_code == 200


@pytest.mark.skipif(sys.platform != "linux", reason="reads the kernel's table of listeners")
def test_nothing_listens_beyond_loopback(start: Callable[..., _Served], tmp_path: Path) -> None:
    served = start(tmp_path, "--port", "0", "--api-key", "k")
    port = int(served.url.split(":")[2].split("/")[0])

    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    listening = [address for _, address, _, state, *_ in rows if state == "0A"]
    assert [a for a in listening if int(a.split(":")[1], 16) == port] == [f"0100007F:{port:04X}"]
