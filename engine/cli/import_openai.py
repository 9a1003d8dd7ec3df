"""`fireside import openai`: takes over what the hosted Assistants API returned."""

from __future__ import annotations

import sys

from engine.cli.arguments import Arguments
from engine.cli.terminal import words_for
from engine.portability.openai_import import Summary, import_openai
from engine.service import Engine

_SHOWN = 50
_KINDS = ("assistants", "threads", "messages", "runs", "steps", "files", "vector_stores")


def run(args: Arguments) -> int:
    """Import and say what was taken and what not; 1 when nothing was found that could be taken."""
    words = words_for(args.home)
    with Engine(args.home) as engine:
        summary = import_openai(engine, args.file)
    for kind in _KINDS:
        new, known = summary.taken[kind], summary.known[kind]
        if new or known:
            sys.stdout.write(words("import_counts", kind=words(f"kind_{kind}"), new=new, known=known) + "\n")
    if summary.left:
        sys.stdout.write(words("import_left", count=len(summary.left)) + "\n")
        for left in summary.left[:_SHOWN]:
            sys.stdout.write(f"  {left.what}: {left.why}\n")
        if len(summary.left) > _SHOWN:
            sys.stdout.write(words("import_more", count=len(summary.left) - _SHOWN) + "\n")
    if not _found_anything(summary):
        sys.stdout.write(words("import_nothing") + "\n")
        return 1
    return 0


def _found_anything(summary: Summary) -> bool:
    return bool(summary.taken.total() or summary.known.total())
