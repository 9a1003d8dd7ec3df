"""The self-test tells a working installation from a broken one, as JSON and as an exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.errors import WorkerFailed
from engine.inference.scripted import Reply
from tests.support.gguf import write_gguf
from tests.unit.engine.cli.conftest import Fireside


def test_it_chats_and_finds_the_answer_again(
    fireside: Fireside, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = write_gguf(tmp_path / "Small.gguf")

    code = fireside("--selftest", "--model-file", str(model), "--home", str(tmp_path / "own"), replies=["Hello you."])

    found = json.loads(capsys.readouterr().out)
    assert code == 0
    assert (found["ok"], found["answer"], found["kept"], found["status"]) == (True, "Hello you.", True, "completed")
    assert model.exists()


@pytest.mark.allow_log("engine.runs")
def test_a_model_that_dies_fails_it(fireside: Fireside, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = write_gguf(tmp_path / "Small.gguf")

    code = fireside("--selftest", "--model-file", str(model), replies=[Reply(failure=WorkerFailed("It died."))])

    found = json.loads(capsys.readouterr().out)
    assert (code, found["ok"], found["problem"]) == (1, False, "It died.")


def test_without_a_model_it_says_what_to_give(
    fireside: Fireside, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert fireside("--selftest") == 1

    assert "--model-file" in json.loads(capsys.readouterr().out)["error"]
