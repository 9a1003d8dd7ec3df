"""The process's log: ours from info, others from warning, bounded, and nothing after its end."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from engine.cli import logs
from engine.cli.logs import logged
from engine.paths import Paths


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    paths = Paths(tmp_path)
    paths.create()
    return paths


@pytest.mark.allow_log("elsewhere")
def test_ours_from_info_others_from_warning(paths: Paths) -> None:
    with logged(paths):
        logging.getLogger("engine.store").info("opened")
        logging.getLogger("elsewhere").info("chatter")
        logging.getLogger("elsewhere").warning("trouble")
    logging.getLogger("engine.store").info("too late")

    lines = (paths.logs / "fireside.log").read_text("utf-8").splitlines()
    assert [line.split(" ", 2)[2] for line in lines] == ["INFO engine.store: opened", "WARNING elsewhere: trouble"]


def test_saying_nothing_makes_no_file(paths: Paths) -> None:
    with logged(paths):
        pass

    assert list(paths.logs.iterdir()) == []


def test_it_cannot_grow_without_end(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_BYTES", 2000)
    with logged(paths):
        for number in range(500):
            logging.getLogger("engine").info("line %d", number)

    assert sum(file.stat().st_size for file in paths.logs.iterdir()) < 3 * 2000
