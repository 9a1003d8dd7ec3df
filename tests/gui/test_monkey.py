"""Somebody who presses everything: no exception, no warning, no message lost. FIRESIDE_MONKEY_FULL=1 presses 20,000.

FIRESIDE_MONKEY_SEED plays another seed, FIRESIDE_MONKEY_EVENTS another number of acts; a failure tells the last acts.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog
from pytestqt.qtbot import QtBot

from engine.errors import FiresideError
from engine.inference.port import ChatRequest
from engine.service.bin import Bin
from engine.service.downloads import Downloads
from engine.service.models import Models
from engine.types import PageRequest
from tests.support.monkey import Monkey

Open = Callable[..., Any]
FULL = os.environ.get("FIRESIDE_MONKEY_FULL") == "1"
EVENTS = int(os.environ.get("FIRESIDE_MONKEY_EVENTS", "20000" if FULL else "300"))
SEED = int(os.environ.get("FIRESIDE_MONKEY_SEED", "7"))
ANSWERS = (
    "Short.",
    "# Title\n\nA *list*:\n\n- one\n- two `code`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n\\( 9 - 6 = 3 \\)",
    "```python\nfor n in range(3):\n    print(n)\n```\n\n中文也可以，标点也可以。",
    "word " * 400,
    "",
    "<tool_call>\n{}\n</tool_call>",
)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """What may be dropped or chosen: good and bad."""
    folder = tmp_path / "files"
    folder.mkdir()
    contents = {
        "notes.txt": b"Rain fell on the mill.",
        "data.csv": b"a,b\n1,2\n",
        "torn.gguf": b"GGUF\x03\x00",
        "torn.fireside": b"PK\x03\x04torn",
        "picture.png": b"\x89PNG torn",
        "empty.md": b"",
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return sorted(folder.iterdir())


@pytest.fixture
def harmless(monkeypatch: pytest.MonkeyPatch, files: list[Path]) -> None:
    """Nothing leaves the window: no other program, no network, no question that stops everything."""
    turn = iter(range(10**9))

    def chosen(*_: object) -> tuple[str, str]:
        number = next(turn)
        return (str(files[number % len(files)]) if number % 3 else "", "")

    def refused(*_: object) -> None:
        raise FiresideError("Not by a monkey.", code="network_off")

    monkeypatch.setattr(QFileDialog, "getOpenFileName", chosen)
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([chosen()[0]] if next(turn) % 3 else [], ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(files[0].parent / "saved.out"), ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("Folder", True))
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda *_: True)
    monkeypatch.setattr(Downloads, "start", refused)
    monkeypatch.setattr(Models, "remove", refused)
    monkeypatch.setattr(Bin, "remove", refused)
    monkeypatch.setattr(Bin, "empty", refused)


def answer(request: ChatRequest) -> str:
    """Return one of the answers, the same for the same question."""
    return ANSWERS[len(str(request.messages)) % len(ANSWERS)]


@pytest.fixture
def pressed(open_app: Open, harmless: None, files: list[Path]) -> Iterator[tuple[Any, Monkey]]:
    driver = open_app(answer)
    driver.app.leave = lambda _code: None
    driver.app.window.performers["quit"] = lambda: None
    driver.app.pages.on_home = lambda _folder: None
    yield driver, Monkey(driver, SEED, files)
    for widget in QApplication.topLevelWidgets():
        if widget is not driver.app.window:
            widget.close()


def stored(home: Path) -> set[str]:
    """Return the texts of all messages in the database, those in the bin too."""
    with closing(sqlite3.connect(home / "fireside.db")) as database:
        contents = [json.loads(row[0]) for row in database.execute("SELECT content FROM messages")]
    return {part["text"]["value"] for content in contents for part in content if part.get("type") == "text"}


@pytest.mark.timeout(3600 if FULL else 300)
@pytest.mark.allow_log("desktop", "engine", "models")
def test_pressing_everything_breaks_nothing(qtbot: QtBot, pressed: tuple[Any, Monkey], qtlog: Any, home: Path) -> None:
    driver, monkey = pressed
    engine = driver.app.engine
    with qtbot.captureExceptions() as errors:
        for number in range(EVENTS):
            monkey.act()
            if errors:
                told = "".join(traceback.format_exception(*errors[0]))
                pytest.fail(f"seed {SEED}: {monkey.acts}\n{told}")
            bad = [r.message for r in qtlog.records if "This plugin does not support" not in r.message]
            assert bad == [], f"seed {SEED}: {monkey.acts}"
            if number % 500 == 0 and not engine.assistants.list(PageRequest(limit=1)).items:
                engine.assistants.create(model="default")
        waiting = _come_to_rest(driver)
    assert len(monkey.sent) > EVENTS // 40
    elsewhere = {*waiting, *monkey.taken_back, *stored(home)}
    assert [text for text in monkey.sent if text not in elsewhere] == []


def _come_to_rest(driver: Any) -> list[str]:
    """Let every answer end; return the messages that wait in threads that are not open."""

    def resting() -> bool:
        for run in tuple(driver.pages.live.runs.values()):
            with contextlib.suppress(FiresideError):
                driver.app.engine.runs.cancel(run.thread_id, run.id)  # it may wait for somebody to allow code
        return driver.app.tasks.idle and not driver.pages.live.runs

    driver.until(resting)
    queue = driver.chat.presenter.queue
    return [letter.text for letters in queue._waiting.values() for letter in letters]
