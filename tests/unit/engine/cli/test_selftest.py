"""The self-test tells a working installation from a broken one, stage by stage, as JSON and as an exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cli import selftest
from engine.errors import WorkerFailed
from engine.inference.scripted import Reply
from engine.sandbox import CellResult, Sandbox
from engine.types import JsonObject
from tests.architecture.sources import ROOT
from tests.support.gguf import write_gguf
from tests.unit.engine.cli.conftest import Fireside


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(selftest, "_find", lambda _name: None)
    return write_gguf(tmp_path / "given" / "Small.gguf")


def stages(text: str) -> dict[str, JsonObject]:
    return {stage["name"]: stage for stage in json.loads(text)["stages"]}


def test_it_uses_every_part_once(
    fireside: Fireside, tmp_path: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("--selftest", "--model-file", str(model), "--home", str(tmp_path / "own"))

    code = fireside(*arguments, replies=["Hello you."])

    text = capsys.readouterr().out
    found = stages(text)
    assert (code, {name: stage.get("reason") for name, stage in found.items() if not stage["ok"]}) == (0, {})
    assert list(found) == ["start", "chat", "search", "code", "quit", "kept", "migrate"]
    assert found["migrate"]["messages"] == 2
    assert found["chat"]["answer"] == "Hello you."
    assert set(found["code"]["refused"]) == {"read a file outside", "reach the network", "start a program"}
    assert model.exists()


@pytest.mark.allow_log("engine.runs")
def test_a_model_that_dies_fails_its_stage_and_the_whole(
    fireside: Fireside, tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selftest, "Sandbox", Broken)
    report = tmp_path / "report.json"
    arguments = ("--selftest", "--model-file", str(model), "--report", str(report))

    code = fireside(*arguments, replies=[Reply(failure=WorkerFailed("It died."))])

    found = stages(report.read_text("utf-8"))
    assert (code, found["chat"]["ok"], found["chat"]["reason"]) == (1, False, "It died.")
    assert found["kept"]["reason"] == "there was no answer to keep"
    assert found["code"]["reason"] == "OSError: no jail here"
    assert [found[name]["ok"] for name in ("migrate", "start", "search", "quit")] == [True] * 4


def test_without_a_model_it_says_what_to_give(
    fireside: Fireside, model: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selftest, "Sandbox", Broken)

    assert fireside("--selftest") == 1

    assert "--model-file" in stages(capsys.readouterr().out)["chat"]["reason"]


def test_code_that_gets_out_of_the_jail_is_a_failure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    said = {"result": CellResult(status="ok", logs="reached"), "refused": CellResult(status="refused", logs="reached")}

    assert selftest._reached(said["result"])
    assert not selftest._reached(said["refused"])


def test_the_old_home_it_opens_is_the_one_the_first_version_left() -> None:
    shipped = ROOT / "resources" / "selftest" / "home-0001.sql"

    assert shipped.read_bytes() == (ROOT / "tests" / "migrations" / "data" / "0001.sql").read_bytes()


class Broken(Sandbox):
    """A sandbox on a system that has none."""

    def __init__(self, *_arguments: object, **_options: object) -> None:
        raise OSError("no jail here")
