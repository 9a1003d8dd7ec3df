"""`fireside stores`: the stores of files, with how many files each has and how they are."""

from __future__ import annotations

import json
import sys

from engine.cli.arguments import Arguments
from engine.cli.logs import logged
from engine.cli.terminal import size, table, words_for
from engine.cli.words import Words
from engine.service import Engine
from engine.types import JsonObject, VectorStore


def run(args: Arguments) -> int:
    """List all stores, the newest first."""
    words = words_for(args.home)
    with Engine(args.home) as engine, logged(engine.paths):
        stores = engine.knowledge.all()
    if args.json:
        sys.stdout.write(json.dumps([_as_json(each) for each in stores], ensure_ascii=False) + "\n")
    elif stores:
        sys.stdout.write(table([_row(each, words) for each in stores]))
    else:
        sys.stderr.write(words("stores_none") + "\n")
    return 0


def _row(store: VectorStore, words: Words) -> tuple[str, ...]:
    counts = store.file_counts
    said = [words("stores_files", count=counts.total)]
    if counts.in_progress:
        said.append(words("stores_waiting", count=counts.in_progress))
    if counts.failed:
        said.append(words("stores_failed", count=counts.failed))
    return store.id, store.name or "–", size(store.usage_bytes), " · ".join(said)


def _as_json(store: VectorStore) -> JsonObject:
    counts = store.file_counts
    return {
        "id": store.id,
        "name": store.name,
        "bytes": store.usage_bytes,
        "status": store.status,
        "files": {
            "total": counts.total,
            "completed": counts.completed,
            "in_progress": counts.in_progress,
            "failed": counts.failed,
            "cancelled": counts.cancelled,
        },
    }
