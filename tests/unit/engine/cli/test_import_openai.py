"""`fireside import openai`: what was taken and what not, in words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.engine.cli.conftest import Fireside

_ASSISTANT = {"id": "asst_1", "object": "assistant", "created_at": 1, "model": "gpt-4o"}


def test_a_summary_names_what_was_taken_and_what_not(
    fireside: Fireside, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    poem = {"id": "p_1", "object": "poem"}
    (tmp_path / "export.json").write_text(json.dumps([_ASSISTANT, poem]))

    assert fireside("import", "openai", str(tmp_path / "export.json")) == 0
    assert capsys.readouterr().out == (
        "assistants: 1 new, 0 here already\n"
        "Not taken: 1\n"
        "  export.json: p_1: 'poem' is not a kind of object that is taken\n"
    )
    assert fireside("import", "openai", str(tmp_path / "export.json")) == 0
    assert capsys.readouterr().out.startswith("assistants: 0 new, 1 here already\n")


def test_a_long_list_of_reasons_is_cut(fireside: Fireside, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "export.json").write_text(json.dumps([{"object": "poem"}] * 60))

    assert fireside("import", "openai", str(tmp_path / "export.json")) == 1

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Not taken: 60"
    assert lines[-2] == "  … and 10 more"
    assert lines[-1].startswith("Nothing was found")


def test_a_wrong_path_is_one_sentence(fireside: Fireside, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert fireside("import", "openai", str(tmp_path / "nowhere")) == 1
    assert "Check the path" in capsys.readouterr().err
