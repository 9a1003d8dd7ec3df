"""The self-test of a built app reports a broken app as broken."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.packaging.from_file import load

selftest = load("selftest")
posix = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")


def stand_in(tmp_path: Path, script: str) -> object:
    executable = tmp_path / "app"
    executable.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    executable.chmod(0o755)
    return selftest.App(executable, tmp_path)


@posix
def test_the_app_sees_an_empty_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/somewhere")

    shown = stand_in(tmp_path, 'echo "$HOME|$PYTHONPATH|$PATH"').run()

    assert shown == f"{tmp_path}||{tmp_path / 'empty'}\n"


@posix
def test_an_app_that_fails_ends_the_test_with_its_words(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"(?s)ended with 3.*no such library"):
        stand_in(tmp_path, "echo no such library >&2; exit 3").run("--version")


@posix
def test_a_server_that_does_not_start_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="did not start"):
        selftest.served(stand_in(tmp_path, "echo sorry"))


@posix
def test_a_window_that_closes_by_itself_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"closed by itself \(4\)"):
        selftest.window(stand_in(tmp_path, "exit 4"))
