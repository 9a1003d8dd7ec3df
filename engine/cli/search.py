"""`fireside search`: the passages of a store that answer a query, with where they are and why they were found."""

from __future__ import annotations

import json
import re
import shutil
import sys
import textwrap

from engine.cli.arguments import Arguments
from engine.cli.logs import logged
from engine.cli.terminal import width, words_for
from engine.cli.words import Words
from engine.service import Engine
from engine.service.vector_stores import SearchResults
from engine.types import Chunk, JsonObject, SearchHit

_MOST_COLUMNS = 100
_INDENT = "   "
# What stays together: a word, or one character, each with the closing marks after it.
_PIECES = re.compile(r"(?:[\x21-\x7e]+|.)[，。、；：？！”’）》」』】]*")


def run(args: Arguments) -> int:
    """Search and show what was found; finding nothing is no failure."""
    words = words_for(args.home)
    with Engine(args.home) as engine, logged(engine.paths):
        store = engine.knowledge.find(args.store)
        found = engine.vector_stores.search(store.id, args.query, max_num_results=args.limit)
    if waiting := store.file_counts.in_progress:
        sys.stderr.write(words("search_waiting", count=waiting, store=args.store) + "\n")
    if args.json:
        sys.stdout.write(json.dumps(as_json(found), ensure_ascii=False) + "\n")
        return 0
    if found.failed:
        sys.stderr.write(words("search_failed", what=", ".join(found.failed)) + "\n")
    if found.queries != (args.query,):
        sys.stderr.write(words("search_rewritten", queries=" · ".join(found.queries)) + "\n")
    if not found.hits:
        sys.stderr.write(words("search_nothing") + "\n")
    for number, hit in enumerate(found.hits, 1):
        sys.stdout.write(_shown(number, hit, words))
    return 0


def as_json(found: SearchResults) -> JsonObject:
    """Return everything a search said, for programs."""
    return {
        "queries": list(found.queries),
        "hits": [_hit(hit) for hit in found.hits],
        "cut": [{"why": cut.why, **_hit(cut.hit)} for cut in found.cut],
        "failed": list(found.failed),
    }


def _hit(hit: SearchHit) -> JsonObject:
    chunk = hit.chunk
    return {
        "vector_store_id": hit.vector_store_id,
        "file_id": hit.file_id,
        "filename": hit.filename,
        "position": hit.position,
        "page": chunk.page,
        "last_page": chunk.last_page,
        "line": chunk.line,
        "last_line": chunk.last_line,
        "heading": list(chunk.heading),
        "score": hit.score,
        "scores": {
            "keyword": hit.keyword_score,
            "vector": hit.vector_score,
            "fused": hit.fused_score,
            "rerank": hit.rerank_score,
        },
        "ranks": {"keyword": hit.keyword_rank, "vector": hit.vector_rank},
        "attributes": hit.attributes,
        "text": chunk.text,
    }


def _shown(number: int, hit: SearchHit, words: Words) -> str:
    parts = [hit.filename, _place(hit.chunk, words), " › ".join(hit.chunk.heading)]
    head = f"{number}. {hit.score:.2f}  " + " · ".join(part for part in parts if part)
    columns = min(_MOST_COLUMNS, shutil.get_terminal_size().columns) - len(_INDENT)
    lines = [_INDENT + line for line in _wrapped(" ".join(hit.chunk.text.split()), columns)]
    return "\n".join((head, _INDENT + _scores(hit, words), *lines)) + "\n\n"


def _place(chunk: Chunk, words: Words) -> str:
    if chunk.page is not None:
        last = chunk.last_page or chunk.page
        return words("page", page=chunk.page) if last == chunk.page else words("pages", page=chunk.page, last=last)
    if chunk.line is not None:
        last = chunk.last_line or chunk.line
        return words("line", line=chunk.line) if last == chunk.line else words("lines", line=chunk.line, last=last)
    return ""


def _scores(hit: SearchHit, words: Words) -> str:
    rows = (
        ("score_words", hit.keyword_score, hit.keyword_rank),
        ("score_sense", hit.vector_score, hit.vector_rank),
        ("score_fused", hit.fused_score, None),
        ("score_rerank", hit.rerank_score, None),
    )
    return "  ".join(
        f"{words(name)} {'–' if score is None else f'{score:.2f}'}{f' (#{rank})' if rank else ''}"
        for name, score, rank in rows
        if score is not None or name in ("score_words", "score_sense")
    )


def _wrapped(text: str, columns: int) -> list[str]:
    """Return lines that fit; between CJK characters a line may end anywhere, but not before a closing mark."""
    if width(text) == len(text):
        return textwrap.wrap(text, columns)
    lines, line = [], ""
    for piece in _PIECES.findall(text):
        if width(line + piece) > columns and line:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line]
