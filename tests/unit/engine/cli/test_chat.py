"""Chatting in the terminal: one message or many, kept in a thread, by a named assistant, stopped and not lost."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from engine.service import Engine
from engine.types import PageRequest
from tests.support.fixtures import SCRIPTED_MODEL
from tests.unit.engine.cli.conftest import Fireside


def _texts(home: Path) -> list[str]:
    with Engine(home) as engine:
        (thread,) = engine.threads.list().items
        return [m.text for m in engine.messages.list(thread.id, PageRequest(order="asc")).items]


def test_one_message_is_answered_and_kept(fireside: Fireside, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert fireside("chat", "Say", "hello.", replies=["Hello to you."]) == 0

    out, err = capsys.readouterr()
    assert out == "Hello to you.\n"
    assert f"Stored in {home} as thread_" in err
    assert _texts(home) == ["Say hello.", "Hello to you."]


def test_a_conversation_remembers(
    fireside: Fireside, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("one\ntwo\n/exit\nthree\n"))

    assert fireside("chat") == 0

    assert capsys.readouterr().out == "one\ntwo\n"
    assert _texts(home) == ["one", "one", "two", "two"]


@pytest.mark.parametrize("text", ["", "\n", "/exit\n"])
def test_saying_nothing_leaves_nothing(
    text: str, fireside: Fireside, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))

    assert fireside("chat") == 0

    assert capsys.readouterr() == ("", "")
    with Engine(home) as engine:
        assert engine.threads.list().items == ()


def test_an_assistant_is_found_by_name_or_id(fireside: Fireside, home: Path) -> None:
    with Engine(home) as engine:
        tea = engine.assistants.create(model="gpt-4o", name="Tea")
    assert fireside("chat", "hi", "--assistant", "Tea") == 0
    assert fireside("chat", "hi", "--assistant", tea.id, "--model", SCRIPTED_MODEL) == 0

    with Engine(home) as engine:
        runs = engine.runs.list(None).items
        assert [(run.assistant_id, run.model) for run in runs] == [(tea.id, SCRIPTED_MODEL), (tea.id, "gpt-4o")]


def test_the_terminals_own_assistant_is_made_once(fireside: Fireside, home: Path) -> None:
    for _ in range(2):
        assert fireside("chat", "hi") == 0

    with Engine(home) as engine:
        assert [a.name for a in engine.assistants.list().items] == ["Fireside"]


def test_an_unknown_assistant_is_told_with_those_known(
    fireside: Fireside, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Engine(home) as engine:
        for name in ("Tea", "Coffee"):
            engine.assistants.create(model="gpt-4o", name=name)

    assert fireside("chat", "hi", "--assistant", "Cocoa") == 1

    assert "There is no assistant 'Cocoa'. Known: Coffee, Tea." in capsys.readouterr().err


def test_without_a_model_the_next_step_is_told(
    fireside: Fireside, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "models" / f"{SCRIPTED_MODEL}.gguf").unlink()

    assert fireside("chat", "hi") == 1

    assert "fireside models get" in capsys.readouterr().err
