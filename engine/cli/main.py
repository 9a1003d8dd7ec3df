"""Entry of the command line: reads the arguments, runs one command, turns errors into a sentence and an exit code.

Exit codes: 0 done; 1 it could not be done (a sentence on stderr says why and what to do); 2 wrong usage;
130 interrupted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.cli.arguments import Arguments
    from engine.service import Engine

# Starts what runs beside an engine; returns how to stop it.
Beside = Callable[["Engine"], Callable[[], None]]
OpenWindow = Callable[[Path | None, Beside, Sequence[Path]], int]
FAILED, INTERRUPTED = 1, 130


def main(argv: Sequence[str], *, open_window: OpenWindow) -> int:
    """Run `fireside` with these arguments; returns the exit code. `open_window` starts the desktop app."""
    # Imported here, as everything below: each command pays for itself alone.
    from engine.cli import arguments, terminal
    from engine.errors import FiresideError

    args = arguments.parse(argv)
    try:
        if args.selftest:
            from engine.cli import selftest

            return selftest.run(args)
        if args.command is None:
            return open_window(args.home, _serve_beside, args.files)
        return _run(args)
    except FiresideError as error:
        terminal.complain(error, home=args.home)
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED


def _serve_beside(engine: Engine) -> Callable[[], None]:
    """Keep the log, and serve the API when the settings say so; the window itself may not know the server."""
    from engine.cli.logs import logged
    from engine.server.switch import ApiSwitch

    running = ExitStack()
    running.enter_context(logged(engine.paths))
    running.callback(ApiSwitch(engine).close)
    return running.close


def _run(args: Arguments) -> int:
    # Written out, not looked up by name: import checks and the frozen build have to see each module.
    match args.command:
        case "serve":
            from engine.cli import serve

            return serve.run(args)
        case "chat":
            from engine.cli import chat

            return chat.run(args)
        case "models":
            from engine.cli import models

            return models.run(args)
        case "search":
            from engine.cli import search

            return search.run(args)
        case "ingest":
            from engine.cli import ingest

            return ingest.run(args)
        case "stores":
            from engine.cli import stores

            return stores.run(args)
        case "import":
            from engine.cli import import_openai

            return import_openai.run(args)
        case "backup" | "restore":
            from engine.cli import backup

            return backup.run(args)
        case "sandbox":
            from engine.cli import sandbox

            return sandbox.run(args)
        case _:
            from engine.cli import doctor

            return doctor.run(args)
