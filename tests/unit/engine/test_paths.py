"""The home folder: where it is, what is in it, and who may read it."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from engine.paths import Paths, default_home


def test_the_environment_chooses_the_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FIRESIDE_HOME", str(tmp_path))

    assert default_home() == tmp_path


def test_a_tilde_is_the_users_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRESIDE_HOME", "~/fire")

    assert default_home() == Path.home() / "fire"


def test_without_it_the_system_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FIRESIDE_HOME")

    assert default_home().name == "Fireside"


def test_everything_lies_in_the_home(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    names = [name for name, value in vars(Paths).items() if isinstance(value, property)]

    assert {getattr(paths, name).parent for name in names} == {tmp_path}
    assert len({getattr(paths, name) for name in names}) == len(names)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_only_the_owner_may_look_in(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "deep" / "home")

    paths.create()
    paths.create()

    for folder in (paths.home, paths.models, paths.logs, paths.blobs):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
