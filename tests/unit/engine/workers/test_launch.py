"""Command lines and environments of children."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from engine.workers import launch


def test_from_source_python_is_started_from_the_built_app_its_second_program(monkeypatch: pytest.MonkeyPatch) -> None:
    assert launch.command("inference") == [sys.executable, "-m", "engine.workers", "inference"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(Path("/opt/app/fireside").absolute()))
    program, name = launch.command("inference")
    assert (Path(program).parent, Path(program).stem, name) == (
        Path("/opt/app").absolute(),
        "fireside-worker",
        "inference",
    )
    assert "PYTHONPATH" not in launch.environment({})


def test_children_know_little_and_stay_offline() -> None:
    parent = {
        "PATH": "/bin",
        "SystemRoot": "C:\\Windows",
        "CUDA_VISIBLE_DEVICES": "0",
        "https_proxy": "http://proxy",
        "HTTP_PROXY": "http://proxy",
        "OPENAI_API_KEY": "secret",
        "HF_TOKEN": "secret",
        "HF_HUB_OFFLINE": "0",
        "PYTHONPATH": "/somewhere",
        "LD_PRELOAD": "/evil.so",
    }
    child = launch.environment(parent)
    assert {name: child[name] for name in ("PATH", "SystemRoot", "CUDA_VISIBLE_DEVICES")} == {
        "PATH": "/bin",
        "SystemRoot": "C:\\Windows",
        "CUDA_VISIBLE_DEVICES": "0",
    }
    assert child["HF_HUB_OFFLINE"] == child["TRANSFORMERS_OFFLINE"] == "1"
    assert not {"https_proxy", "HTTP_PROXY", "OPENAI_API_KEY", "HF_TOKEN", "LD_PRELOAD"} & set(child)
    assert child["PYTHONPATH"] != "/somewhere"
