"""`fireside models`: what is there, what could be, adding and removing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models import catalogue
from tests.support.fixtures import SCRIPTED_MODEL
from tests.support.gguf import write_gguf
from tests.unit.engine.cli.conftest import Fireside


def test_the_list_shows_what_is_here_and_what_could_be(fireside: Fireside, capsys: pytest.CaptureFixture[str]) -> None:
    assert fireside("models", "list") == 0

    installed, available = capsys.readouterr().out.split("\n\n")
    assert SCRIPTED_MODEL in installed
    assert all(entry.id in available for entry in catalogue.load().entries)


def test_an_empty_home_says_so(fireside: Fireside, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "models" / f"{SCRIPTED_MODEL}.gguf").unlink()

    assert fireside("models", "list") == 0

    assert "nothing yet" in capsys.readouterr().out


def test_a_recommendation_names_one_and_how_to_get_it(fireside: Fireside, capsys: pytest.CaptureFixture[str]) -> None:
    assert fireside("models", "recommend") == 0

    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("Recommended: ")
    assert last.split()[-1] in {entry.id for entry in catalogue.load().of_kind("chat")}


def test_a_file_is_taken_in_and_thrown_out(
    fireside: Fireside, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write_gguf(tmp_path / "Other.gguf", name="Other")

    assert fireside("models", "import", str(file)) == 0
    assert "other was added" in capsys.readouterr().out
    assert fireside("models", "remove", "other") == 0
    assert "other was removed" in capsys.readouterr().out
    assert file.exists()
    assert not (home / "models" / "Other.gguf").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("remove", "none"), "No model is called 'none'"),
        (("get", "none"), "No model is called 'none'"),
        (("import", "none.gguf"), "none.gguf"),
    ],
)
def test_what_is_not_there_is_told(
    arguments: tuple[str, ...], words: str, fireside: Fireside, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fireside("models", *arguments) == 1

    assert words in capsys.readouterr().err


def test_what_is_here_is_not_fetched_again(fireside: Fireside, capsys: pytest.CaptureFixture[str]) -> None:
    assert fireside("models", "get", SCRIPTED_MODEL) == 0

    assert "already installed" in capsys.readouterr().out


def test_a_model_is_graded_and_its_card_shown(fireside: Fireside, capsys: pytest.CaptureFixture[str]) -> None:
    assert fireside("models", "grade", SCRIPTED_MODEL, "--json") == 0
    shown = capsys.readouterr()
    card = json.loads(shown.out)
    assert (card["id"], card["total"], len(card["results"])) == (SCRIPTED_MODEL, 20, 20)
    assert len(shown.err.splitlines()) == 20

    assert fireside("models", "grade", SCRIPTED_MODEL) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith(f"{SCRIPTED_MODEL}: calls {card['passed']}/20, parallel no, Chinese no")


def test_grading_what_is_not_installed_says_so(fireside: Fireside, capsys: pytest.CaptureFixture[str]) -> None:
    assert fireside("models", "grade", "nobody") == 1
    assert "nobody" in capsys.readouterr().err
