"""Asks the walls whether they hold: a jailed process tries to get out, and must fail in every way it knows."""

from __future__ import annotations

import os
import secrets
import socket
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from engine.errors import FiresideError
from engine.sandbox.jail.level import Report, missing, walls
from engine.sandbox.process import JailedProcess, ProtocolBroken
from engine.sandbox.types import Walls

_SECONDS = 20.0

# Runs inside the walls. Each attempt that succeeds is named in `result`; signal 0 and a child that ends at once do no
# harm even where nothing holds.
_PROBE = """
import os, socket, subprocess, sys
result = []
def attempt(name, action):
    try:
        action()
    except Exception:
        return
    result.append(name)
def read(path):
    with open(path, "rb") as file:
        file.read(1)
def write(path):
    with open(path, "wb") as file:
        file.write(b"x")
def connect():
    socket.create_connection(("127.0.0.1", PORT), timeout=2).close()
def send():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        datagrams.sendto(b"x", ("127.0.0.1", UDP))
def fork():
    if hasattr(os, "fork"):
        if os.fork() == 0:
            os._exit(0)
    else:
        subprocess.Popen([sys.executable, "-c", ""])
def spawn():
    os.execv("/bin/true", ["true"]) if os.path.exists("/bin/true") else subprocess.Popen(["cmd", "/c", "exit"])
attempt("read a file of the user", lambda: read(FOREIGN))
attempt("write a file of the user", lambda: write(TARGET))
attempt("list the user's folder", lambda: os.listdir(FOLDER))
attempt("connect to a program on this machine", connect)
attempt("send a datagram", send)
attempt("start a process", fork)
attempt("signal another process", lambda: os.kill(PARENT, 0))
if not hasattr(os, "fork"):
    attempt("run a program", spawn)
"""


@dataclass(frozen=True, kw_only=True)
class Outside:
    """What stands outside the walls to be reached: a file, a place to write, and two listeners."""

    folder: Path
    secret: Path
    target: Path
    tcp: socket.socket
    udp: socket.socket


def _plant(folder: Path, stack: ExitStack) -> Outside:
    tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    tcp.setblocking(False)
    udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    udp.bind(("127.0.0.1", 0))
    udp.setblocking(False)
    secret, target = folder / "canary", folder / "canary-written"
    secret.write_text(secrets.token_hex(16))
    for path in (secret, target):
        stack.callback(path.unlink, missing_ok=True)
    return Outside(folder=folder, secret=secret, target=target, tcp=tcp, udp=udp)


def ask(process: JailedProcess, folder: Path) -> Walls:
    """Let a fresh process try to get out into `folder`; the process is used up. Never raises for what it does."""
    report = Report()
    try:
        report = process.wait_ready(_SECONDS)
        reason = missing(report)
        if reason:
            return Walls(available=False, reason=reason, walls=walls(report))
        with ExitStack() as stack:
            outside = _plant(folder, stack)
            through = _attempts(process, outside)
            through += _traces(outside)
    except FiresideError as error:
        return Walls(available=False, reason=error.message, walls=walls(report))
    except (OSError, EOFError, ProtocolBroken) as error:
        reason = f"The walls of the code interpreter could not be tried ({type(error).__name__})."
        return Walls(available=False, reason=reason, walls=walls(report))
    if through:
        reason = f"The walls of the code interpreter do not hold: it could {', '.join(dict.fromkeys(through))}."
        return Walls(available=False, reason=reason, walls=walls(report))
    return Walls(available=True, reason="", walls=walls(report))


def _attempts(process: JailedProcess, outside: Outside) -> list[str]:
    """Return what the process says it could do. Raises EOFError, ProtocolBroken if it does not answer."""
    nonce = secrets.token_hex(16)
    values = {
        "PORT": outside.tcp.getsockname()[1],
        "UDP": outside.udp.getsockname()[1],
        "PARENT": os.getpid(),
        "FOREIGN": str(outside.secret),
        "TARGET": str(outside.target),
        "FOLDER": str(outside.folder),
    }
    head = "".join(f"{name} = {value!r}\n" for name, value in values.items())
    process.send({"probe": head + _PROBE, "nonce": nonce})
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        _, replies = process.pump(0.2)
        for reply in replies:
            untrusted = reply.get("probe")
            if reply.get("done") != nonce or not isinstance(untrusted, list):
                raise ProtocolBroken("not an answer")
            return [str(name)[:80] for name in untrusted[:10]]
    raise EOFError


def _traces(outside: Outside) -> list[str]:
    """Return what reached the outside, whatever the process says."""
    found = ["write a file of the user"] if outside.target.exists() else []
    try:
        outside.tcp.accept()[0].close()
        found.append("connect to a program on this machine")
    except BlockingIOError:
        pass
    try:
        outside.udp.recv(16)
        found.append("send a datagram")
    except BlockingIOError:
        pass
    return found
