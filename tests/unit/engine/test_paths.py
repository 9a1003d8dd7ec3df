"""The home folder: where it is, what is in it, and who may read it."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from engine.paths import Paths, default_home, models_beside, program_folder, remember_home


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


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of an app that was built and unpacked there."""
    folder = tmp_path / "Fireside"
    folder.mkdir()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(folder / "fireside"))
    monkeypatch.delenv("FIRESIDE_HOME")
    return folder


def test_from_source_nothing_lies_beside_the_app() -> None:
    assert program_folder() is None
    assert models_beside() is None


def test_portable_txt_keeps_everything_beside_the_app(built: Path) -> None:
    assert default_home() != built / "data"

    (built / "portable.txt").touch()

    assert default_home() == built / "data"


def test_a_portable_app_remembers_another_home_beside_itself(built: Path, tmp_path: Path) -> None:
    (built / "portable.txt").touch()

    remember_home(tmp_path / "elsewhere")

    assert default_home() == tmp_path / "elsewhere"
    assert (built / "data").is_dir()


def test_models_may_come_with_the_app(built: Path) -> None:
    assert models_beside() is None
    (built / "models").mkdir()
    assert models_beside() == built / "models"


def test_on_macos_the_user_sees_the_bundle_not_what_is_in_it(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(built / "Fireside.app" / "Contents" / "MacOS" / "fireside"))

    assert program_folder() == built.resolve()


def test_a_launcher_can_say_where_the_app_lies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FIRESIDE_PROGRAM", str(tmp_path))

    assert program_folder() == tmp_path
