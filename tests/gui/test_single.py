"""A second start shows the first window and hands its files over; nonsense on the socket changes nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QProcess
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from desktop import single
from desktop.app import App
from desktop.single import SingleInstance, hand_over
from engine.inference.scripted import ScriptedBackend
from tests.support.gguf import write_gguf

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def opened(home: Path) -> Iterator[tuple[SingleInstance, list[Any]]]:
    instance, asked = SingleInstance(home), []
    instance.asked.connect(asked.append)
    assert instance.listening
    yield instance, asked
    instance.close()


def test_without_a_window_there_is_nobody_to_hand_over_to(tmp_path: Path) -> None:
    assert not hand_over(tmp_path, [])


def test_a_second_process_hands_its_files_over_and_ends(qtbot: QtBot, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from desktop.app import main\n"
        f"sys.exit(main(Path({str(tmp_path)!r}), files=[Path('a.fireside')]))"
    )
    second = QProcess()
    second.setWorkingDirectory(str(ROOT))
    with opened(tmp_path) as (_, asked):
        second.start(sys.executable, ["-c", code])
        qtbot.waitUntil(lambda: second.state() is QProcess.ProcessState.NotRunning, timeout=30_000)

    assert (second.exitCode(), asked) == (0, [(ROOT / "a.fireside",)])


def test_what_a_killed_window_left_is_in_nobodys_way(qtbot: QtBot, tmp_path: Path) -> None:
    code = (
        "import os, signal; from pathlib import Path; from PySide6.QtCore import QCoreApplication\n"
        "from desktop.single import SingleInstance\n"
        f"app = QCoreApplication([]); s = SingleInstance(Path({str(tmp_path)!r}))\n"
        "assert s.listening; os.kill(os.getpid(), signal.SIGKILL)"
    )
    if sys.platform != "win32":
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
        assert (tmp_path / "window.sock").exists()

    assert not hand_over(tmp_path, [])
    with opened(tmp_path):
        pass


@pytest.mark.parametrize(
    "untrusted", [b"{\n", b"7\n", b'["a", 1]\n', json.dumps(["/x"] * 51).encode() + b"\n", b"x" * 200_000]
)
def test_nonsense_is_dropped(qtbot: QtBot, tmp_path: Path, untrusted: bytes) -> None:
    with opened(tmp_path) as (_, asked):
        socket = QLocalSocket()
        socket.connectToServer(single._address(tmp_path))
        assert socket.waitForConnected(2000)
        socket.write(untrusted)
        qtbot.waitUntil(lambda: socket.state() is QLocalSocket.LocalSocketState.UnconnectedState, timeout=10_000)

    assert asked == []


def test_only_whole_paths_are_taken() -> None:
    assert single._files_of(b'["/a b", "c", "/d\\u0000", ""]') == (Path("/a b"),)


def test_a_home_folder_too_deep_for_a_socket_has_no_hand_over(qtbot: QtBot, tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 120)
    deep.mkdir()

    assert not SingleInstance(deep).listening
    assert not hand_over(deep, [])


def test_files_that_come_before_the_pages_wait_for_them(qtbot: QtBot, qapp: Any, home: Path, tmp_path: Path) -> None:
    write_gguf(tmp_path / "mine.gguf", name="mine")
    app = App(qapp, home, backend=ScriptedBackend())
    app.start()

    app.bring([tmp_path / "mine.gguf"])
    qtbot.waitUntil(lambda: app.pages is not None and app.tasks.idle, timeout=30_000)
    assert app.engine is not None
    assert app.window.current_page == "first_start"
    assert app.engine.models.installed() == ()

    assert app.pages is not None
    app.pages._finish_first()
    qtbot.waitUntil(lambda: app.tasks.idle and len(app.engine.models.installed()) == 1, timeout=30_000)
    assert app.window.current_page == "models"
    app.window.close()
    app.window.deleteLater()
