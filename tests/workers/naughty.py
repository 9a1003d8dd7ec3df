"""Children that behave in every bad way; started as a script with the name of one, as the registry's children are."""

from __future__ import annotations

import os
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from typing import NoReturn

from engine.errors import InvalidRequest
from engine.types import JsonObject
from engine.workers import child, frames

FOREVER = threading.Event()


def echo(request: child.Request) -> JsonObject:
    return {**request.args, "pid": os.getpid(), "environment": dict(os.environ)}


def count(request: child.Request) -> JsonObject:
    """Emit numbers until told to stop, or up to `to`."""
    number = 0
    while not request.cancel.is_set() and number < request.args.get("to", sys.maxsize):
        request.emit({"number": number})
        number += 1
    return {"numbers": number}


def wait(request: child.Request) -> JsonObject:
    """Say one word, then nothing until cancelled."""
    request.emit({"number": 0})
    request.cancel.wait()
    return {"cancelled": True}


def refuse(request: child.Request) -> JsonObject:
    raise InvalidRequest("Not like this.", code="not_so", param="args", limit=3)


def bug(request: child.Request) -> JsonObject:
    raise KeyError(request.args["secret"])


def hang(request: child.Request) -> JsonObject:
    FOREVER.wait()
    return {}


def crash(request: child.Request) -> NoReturn:
    os.abort()


def kill_self(request: child.Request) -> JsonObject:
    request.emit({"number": 0})
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


def deaf(request: child.Request) -> JsonObject:
    """Flood for ever, whatever the parent says."""
    while True:
        request.emit({"number": 1})


def huge(request: child.Request) -> JsonObject:
    _raw(request, struct.pack(">I", frames.MAX_FRAME + 1))
    return {}


def strangers(request: child.Request) -> JsonObject:
    """Frames that belong to nobody, without end."""
    while True:
        request._send({"id": 999_999, "event": {}})


def garbage(request: child.Request) -> JsonObject:
    _raw(request, b"\x00\x00\x00\x05hello")
    return {}


def chatter(request: child.Request) -> JsonObject:
    """Print in every way a library can; none of it may reach the frames."""
    print("hello from python")  # noqa: T201
    os.write(1, b"hello from native code\n")
    subprocess.run(["echo", "hello from a grandchild"], check=True)
    return {"stdin": sys.stdin.read() if sys.stdin else ""}


def spill(request: child.Request) -> JsonObject:
    for _ in range(request.args["lines"]):
        os.write(2, b"x" * 1023 + b"\n")
    return {}


def mislead(request: child.Request) -> JsonObject:
    """Events where only a result belongs."""
    request.emit({"number": 0})
    return {}


def orphan(request: child.Request) -> JsonObject:
    """Die, leaving a grandchild that holds the pipes open."""
    grandchild = subprocess.Popen(["sleep", "600"])
    request.emit({"pid": grandchild.pid})
    os.abort()


def _raw(request: child.Request, data: bytes) -> None:
    pipes = request._send.__self__
    pipes.write(data)


HANDLERS: Mapping[str, child.Handler] = {
    handler.__name__: handler
    for handler in (
        *(echo, count, wait, refuse, bug, hang, crash, kill_self, deaf, huge, strangers, garbage, chatter),
        *(spill, mislead, orphan),
    )
}


def handlers() -> Mapping[str, child.Handler]:
    return HANDLERS


def good() -> None:
    child.serve(handlers)


def silent() -> None:
    FOREVER.wait()


def quitter() -> None:
    sys.exit(3)


def babbler() -> None:
    os.write(1, b"Hello, I am not a worker at all.\n" * 100)
    FOREVER.wait()


def stubborn() -> None:
    """Never reads its input and ignores polite requests to end."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    pipes = child.Pipes()
    pipes.send({"ready": {}})
    FOREVER.wait()


TABLE: Mapping[str, Callable[[], None]] = {
    entry.__name__: entry for entry in (good, silent, quitter, babbler, stubborn)
}

if __name__ == "__main__":
    child.begin()
    TABLE[sys.argv[1]]()
