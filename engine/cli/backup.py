"""`fireside backup` and `fireside restore`: everything in one file, and back."""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack

from engine.cancel import CancelToken
from engine.cli.arguments import Arguments
from engine.cli.terminal import StatusLine, bar, size, words_for
from engine.paths import Paths, default_home
from engine.portability.backup import Progress, back_up, prepare_restore
from engine.portability.backup_file import BackupContents, look_into_backup
from engine.service import Engine
from engine.service.engine import hold


def run(args: Arguments) -> int:
    """Write a backup, or restore one; Ctrl-C stops either and leaves everything as it was."""
    return _restore(args) if args.command == "restore" else _back_up(args)


def _back_up(args: Arguments) -> int:
    words, status = words_for(args.home), StatusLine()
    with Engine(args.home) as engine:
        made = back_up(engine, args.file.absolute(), on_progress=_shown(status), cancel=CancelToken())
    status.clear()
    sys.stdout.write(words("backup_made", path=args.file, size=size(made.contents.bytes)) + "\n")
    if made.damaged:
        sys.stdout.write(words("backup_damaged", count=made.damaged) + "\n")
    return 0


def _restore(args: Arguments) -> int:
    words, status = words_for(args.home), StatusLine()
    contents = look_into_backup(args.file.absolute())
    sys.stdout.write(words("restore_holds", **_facts(contents)) + "\n")
    paths = Paths((args.home or default_home()).absolute())
    paths.create()
    with ExitStack() as held:
        hold(held, paths)
        prepare_restore(contents, paths.home, on_progress=_shown(status), cancel=CancelToken())
    with Engine(args.home) as engine:
        replaced = engine.replaced
    status.clear()
    sys.stdout.write(words("restore_done", home=paths.home) + "\n")
    if replaced is not None:
        sys.stdout.write(words("restore_aside", path=replaced) + "\n")
    return 0


def _facts(contents: BackupContents) -> dict[str, object]:
    made = time.strftime("%Y-%m-%d %H:%M", time.localtime(contents.made_at))
    counts = {name: contents.counts.get(name, 0) for name in ("threads", "messages", "assistants", "files")}
    return {"made": made, "size": size(contents.bytes), **counts}


def _shown(status: StatusLine) -> Progress:
    def show(done: int, total: int) -> None:
        status.show(f"{bar(done / max(1, total))} {size(done)}")

    return show
