"""`fireside models`: list, recommend, get, grade, import, remove."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path

from engine.cli.arguments import Arguments
from engine.cli.download import fetch
from engine.cli.logs import logged
from engine.cli.terminal import size, table, words_for
from engine.cli.words import Words
from engine.service import Engine
from engine.tools.grading import Case, Verdict, suite
from models.fit import Fit
from models.types import CatalogueEntry

_PAUSED = 130


def run(args: Arguments) -> int:
    """Carry out one action; returns the exit code."""
    words = words_for(args.home)
    with Engine(args.home) as engine, logged(engine.paths):
        match args.action:
            case "list":
                _list(engine, words)
            case "recommend":
                _recommend(engine, words)
            case "get":
                return _get(engine, args.model_id, words)
            case "grade":
                _grade(engine, args.model_id, words, as_json=args.json)
            case "import":
                _import(engine, args.file, words)
            case "remove":
                _remove(engine, args.model_id, words)
    return 0


def _get(engine: Engine, model_id: str, words: Words) -> int:
    if any(model.id == model_id and not model.problem for model in engine.models.installed()):
        sys.stdout.write(words("already", id=model_id) + "\n")
        return 0
    return 0 if fetch(engine, model_id, words) else _PAUSED


def _grade(engine: Engine, model_id: str, words: Words, *, as_json: bool) -> None:
    engine.models.get(model_id)
    done: list[str] = []

    def show(case: Case, verdict: Verdict) -> None:
        done.append(case.id)
        total = len(suite())
        line = words("grade_case", number=len(done), total=total, verdict=verdict, case=case.id)
        (sys.stderr if as_json else sys.stdout).write(line + "\n")
        sys.stdout.flush()

    card = engine.grading.grade(model_id, on_case=show)
    if as_json:
        sys.stdout.write(json.dumps(dataclasses.asdict(card), ensure_ascii=False) + "\n")
        return
    said = {True: words("yes"), False: words("no")}
    line = words(
        "grade_card",
        id=card.id,
        passed=card.passed,
        total=card.total,
        parallel=said[card.parallel],
        chinese=said[card.chinese],
    )
    sys.stdout.write(line + "\n")


def _import(engine: Engine, path: Path, words: Words) -> None:
    model = engine.models.import_file(path)
    sys.stdout.write(words("imported", id=model.id, size=size(model.size)) + "\n")


def _remove(engine: Engine, model_id: str, words: Words) -> None:
    freed = sum(model.size for model in engine.models.installed() if model.id == model_id)
    engine.models.remove(model_id)
    sys.stdout.write(words("removed", id=model_id, size=size(freed)) + "\n")


def _list(engine: Engine, words: Words) -> None:
    installed = engine.models.installed()
    rows = [(model.id, size(model.size), model.kind, model.problem or words("ok")) for model in installed]
    sys.stdout.write(words("installed") + "\n" + (table(rows) or words("nothing_installed") + "\n"))
    here = {model.id for model in installed}
    offered = [
        (entry.id, size(entry.size), entry.kind, _verdict(engine.models.fit(entry.id), words))
        for entry in engine.models.catalogue().entries
        if entry.id not in here
    ]
    sys.stdout.write("\n" + words("available") + "\n" + table(offered))


def _recommend(engine: Engine, words: Words) -> None:
    judged = engine.models.recommend()
    rows: list[tuple[str, ...]] = []
    for choice in judged:
        entry, fit = choice.entry, choice.fit
        speed = words("tokens_per_second", speed=fit.tokens_per_second) if fit.tokens_per_second else ""
        rows.append((entry.id, _name(entry, words), size(entry.size), _verdict(fit, words), speed))
    best = judged[0].entry
    sys.stdout.write(table(rows) + "\n" + words("recommended", name=_name(best, words), id=best.id) + "\n")


def _name(entry: CatalogueEntry, words: Words) -> str:
    return entry.name_zh if words.language == "zh" else entry.name


def _verdict(fit: Fit, words: Words) -> str:
    return words(f"fit_{fit.verdict}")
