"""The doctor sees what is there and what is broken, works beside a running Fireside, and fits a screen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cli import doctor
from engine.cli.doctor import backends
from engine.cli.words import Words
from engine.paths import Paths
from engine.service import Engine
from engine.types import JsonObject
from tests.unit.engine.cli.conftest import Fireside

TRY_JAIL = doctor._try_jail


@pytest.fixture(autouse=True)
def quick_llama(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real worker is asked in its own test."""
    monkeypatch.setattr(doctor, "_ask_llama", lambda: {"backends": ["CPU"], "gpu": False, "system": "CPU : AVX = 1"})
    monkeypatch.setattr(doctor, "_try_jail", lambda: {"available": True, "reason": "", "walls": []})


def _report(fireside: Fireside, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, JsonObject]:
    code = fireside("doctor", "--json", *more)
    return code, json.loads(capsys.readouterr().out)


def test_a_sound_home_is_reported_in_full(fireside: Fireside, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, report = _report(fireside, capsys, "--verify")

    assert code == 0
    assert {*report} == {"fireside", "platform", "versions", "machine", "llama", "jail", "home", "models"}
    assert report["machine"]["cores"] >= 1
    assert report["home"] == {"path": str(home), "database_bytes": None, "network_allowed": True, "problems": []}
    assert [(m["id"], m["problem"]) for m in report["models"]] == [("scripted", None)]


def test_broken_things_are_named_and_make_the_exit_code_one(
    fireside: Fireside, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "models" / "broken.gguf").write_bytes(b"GGUF" + bytes(40))
    Paths(home).settings.write_text("{")

    code, report = _report(fireside, capsys)

    assert code == 1
    assert report["home"]["problems"]
    assert {m["id"]: bool(m["problem"]) for m in report["models"]} == {"broken": True, "scripted": False}


def test_it_works_beside_a_running_fireside_and_makes_nothing(
    fireside: Fireside, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Engine(home):
        assert _report(fireside, capsys)[0] == 0
    assert _report(fireside, capsys, "--home", str(tmp_path / "new"))[1]["models"] == []
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("tongue", ["C", "zh_CN.UTF-8"])
def test_it_fits_a_screen(
    tongue: str, fireside: Fireside, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", tongue)

    assert fireside("doctor") == 0

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 24
    assert any("scripted" in line for line in lines)


def test_the_jail_is_tried_and_its_walls_are_named() -> None:
    jail = TRY_JAIL()

    assert {*jail} == {"available", "reason", "walls"}
    if jail["available"]:
        assert jail["reason"] == ""
        assert all({*wall} == {"name", "standing", "note"} for wall in jail["walls"])


def test_a_jail_that_does_not_hold_says_why() -> None:
    walls = [{"name": "landlock", "standing": False, "note": ""}, {"name": "seccomp", "standing": True, "note": ""}]
    line = doctor._jail_line({"available": False, "reason": "The kernel is old.", "walls": walls}, Words("en"))

    assert line == "Code cannot run here. The kernel is old. (no landlock, seccomp)"
    assert doctor._jail_line({"available": False, "reason": "Why.", "walls": []}, Words("en")).endswith("Why.")
    assert doctor._jail_line({"available": True, "reason": "", "walls": walls[1:]}, Words("zh")) == "有效 (seccomp)"


def test_backends_are_read_from_the_builds_own_words() -> None:
    system = "CPU : SSE3 = 1 | AVX2 = 1 | CUDA : ARCHS = 890 | USE_GRAPHS = 1 | Vulkan : X = 1 | "

    assert backends(system) == ["CPU", "CUDA", "Vulkan"]
    assert backends("") == []
