"""The entry: which command runs, exit codes, errors as one sentence, and a child process that stays cheap."""

from __future__ import annotations

import queue
from collections.abc import Sequence
from pathlib import Path

import pytest

from engine.cli.main import Beside, main
from engine.events import ApiChanged, Event
from engine.paths import Paths
from engine.service import Engine
from tests.unit.engine.cli.conftest import Fireside


def test_without_a_command_the_window_opens(tmp_path: Path) -> None:
    asked: list[Path | None] = []

    def open_window(home: Path | None, _beside: Beside, _files: Sequence[Path]) -> int:
        asked.append(home)
        return 7

    assert main([], open_window=open_window) == 7
    assert main(["--home", str(tmp_path)], open_window=open_window) == 7
    assert asked == [None, tmp_path]


def test_the_window_can_have_the_api_beside_it(engine: Engine) -> None:
    heard: queue.SimpleQueue[Event] = queue.SimpleQueue()
    engine.settings.set(api_port=0, api_enabled=True)
    engine.subscribe(lambda event: heard.put(event) if isinstance(event, ApiChanged) else None)

    def open_window(_home: Path | None, beside: Beside, _files: Sequence[Path]) -> int:
        stop = beside(engine)
        told = heard.get(timeout=30)
        stop()
        return int(isinstance(told, ApiChanged) and told.url.startswith("http://127.0.0.1:"))

    assert main([], open_window=open_window) == 1


def test_an_expected_failure_is_one_sentence(
    fireside: Fireside, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Engine(home):
        assert fireside("models", "list") == 1

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("fireside: ")
    assert err.count("\n") == 1
    assert "already running" in err


def test_errors_speak_the_users_language(
    fireside: Fireside, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    with Engine(home) as engine:
        assert fireside("models", "list") == 1
        assert "已在使用" in capsys.readouterr().err
        engine.settings.set(language="en")
        assert fireside("models", "list") == 1
    assert "already running" in capsys.readouterr().err
    assert Paths(home).settings.exists()


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["serve", "--port", "x"], ["serve", "--port", "70000"], ["models"]]
)
def test_wrong_usage_is_two(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments, open_window=lambda *_: 0)

    assert left.value.code == 2


def test_an_interrupt_is_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_home: Path | None, _beside: Beside, _files: Sequence[Path]) -> int:
        raise KeyboardInterrupt

    assert main([], open_window=interrupt) == 130
