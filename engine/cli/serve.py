"""`fireside serve`: the API for programs on this computer, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import signal
import sys
import threading
from types import FrameType

from engine.cli.arguments import Arguments
from engine.cli.logs import logged
from engine.cli.terminal import words_for
from engine.server.auth import load_or_make_key
from engine.server.listen import ApiServer
from engine.service import Engine


def run(args: Arguments) -> int:
    """Serve until told to stop. Raises FiresideError when the home folder or the port is taken."""
    words = words_for(args.home)
    asked_to_stop = _stop_on_signals()
    with Engine(args.home) as engine, logged(engine.paths):
        key = args.api_key or load_or_make_key(engine.paths.api_key)
        port = engine.settings.current.api_port if args.port is None else args.port
        server = ApiServer(engine, key=key, port=port, ipv6=args.ipv6)
        server.start()
        try:
            # Programs that start the server read this one line; everything for people goes to stderr.
            sys.stdout.write(f"Fireside API on {server.url}\n")
            sys.stdout.flush()
            if sys.stderr.isatty():
                if not args.api_key:
                    sys.stderr.write(words("serve_key", path=engine.paths.api_key) + "\n")
                sys.stderr.write(words("serve_stop") + "\n")
            while not asked_to_stop.wait(1):  # Windows delivers Ctrl-C only between waits
                continue
        finally:
            server.stop()
    return 0


def _stop_on_signals() -> threading.Event:
    asked = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        asked.set()

    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        if (number := getattr(signal, name, None)) is not None:
            signal.signal(number, stop)
    return asked
