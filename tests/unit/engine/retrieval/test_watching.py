"""Real events of a real folder."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

from engine.retrieval.watching import FolderWatch


def test_a_change_below_is_heard_and_after_closing_nothing(tmp_path: Path) -> None:
    heard, tries = threading.Event(), 0
    (tmp_path / "deep" / "er").mkdir(parents=True)
    watch = FolderWatch(tmp_path, heard.set)
    while not heard.wait(0.5):  # until the system has its watches in place
        tries += 1
        assert tries < 60
        (tmp_path / "deep" / "er" / f"{tries}.md").write_text("x")
    assert not watch.deaf

    watch.close()
    assert watch.deaf
    heard.clear()
    (tmp_path / "late.md").write_text("x")
    assert not heard.is_set()


def test_a_folder_that_is_not_there_makes_it_deaf_and_says_so(tmp_path: Path) -> None:
    heard = threading.Event()
    shutil.rmtree(tmp_path)

    watch = FolderWatch(tmp_path, heard.set)

    assert heard.wait(30)
    assert watch.deaf
    watch.close()
