"""Arguments are read where they may stand, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.cli.arguments import parse


@pytest.mark.parametrize("arguments", [["--home", "x", "serve"], ["serve", "--home", "x"]])
def test_home_may_stand_before_or_after_the_command(arguments: list[str]) -> None:
    assert parse(arguments).home == Path("x")


def test_defaults() -> None:
    args = parse([])

    assert (args.command, args.home, args.port, args.text, args.selftest) == (None, None, None, [], False)


def test_each_command_has_its_own() -> None:
    assert parse(["serve", "--port", "0", "--api-key", "k", "--ipv6"]).port == 0
    assert parse(["chat", "two", "words", "--assistant", "A", "--model", "m"]).text == ["two", "words"]
    assert parse(["models", "get", "some-model"]).model_id == "some-model"
    assert parse(["models", "import", "a.gguf"]).file == Path("a.gguf")
    assert parse(["doctor", "--json", "--verify"]).verify
    assert parse(["--selftest", "--model-file", "m"]).model_file == Path("m")


def test_files_without_a_command_are_opened_in_the_window() -> None:
    assert parse(["a.fireside", "/m/b.GGUF"]).files == [Path("a.fireside"), Path("/m/b.GGUF")]
    assert parse(["--home", "x", "a.gguf"]).files == [Path("a.gguf")]
    assert parse(["--selftest", "--model-file", "m.gguf"]).files == []
    assert parse(["models", "import", "m.gguf"]).files == []


def test_two_parses_share_nothing() -> None:
    parse(["chat", "a"]).text.append("b")

    assert parse(["chat"]).text == []


@pytest.mark.parametrize("asked", ["--version", "--help"])
def test_questions_end_well(asked: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        parse([asked])

    assert left.value.code == 0
    assert "fireside" in capsys.readouterr().out


def test_help_tells_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["--help"])

    assert "exit codes: 0 done" in capsys.readouterr().out
