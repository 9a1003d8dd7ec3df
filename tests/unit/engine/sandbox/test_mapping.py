from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from engine.sandbox.mapping import PathMap


@pytest.fixture
def places(tmp_path: Path) -> PathMap:
    (tmp_path / "data").mkdir()
    return PathMap({"/mnt/data": str(tmp_path / "data"), "/tmp": str(tmp_path / "temporary")})


def test_shown_paths_lead_to_the_real_ones_and_back(places: PathMap, tmp_path: Path) -> None:
    data = str(tmp_path / "data")

    assert places.real("/mnt/data/a/b.csv") == data + "/a/b.csv"
    assert places.real("/mnt/data") == data
    assert places.real(b"/mnt/data/x") == os.fsencode(data + "/x")
    assert places.real(Path("/mnt/data/x")) == data + "/x"
    assert places.shown(data + "/x") == "/mnt/data/x"


@pytest.mark.parametrize("path", ["relative.txt", "/mnt/database/x", "/etc/passwd", 3, None])
def test_other_paths_stay(places: PathMap, path: object) -> None:
    assert places.real(path) == path
    assert places.shown(path) == path


def test_a_real_path_is_not_taken_for_a_shown_one(places: PathMap, tmp_path: Path) -> None:
    real = str(tmp_path / "data" / "x")

    assert places.real(real) == real


def test_wrapped_calls_and_their_errors(places: PathMap, tmp_path: Path) -> None:
    (tmp_path / "data" / "x").write_text("content")
    opened = places.wrap(open, 1)

    with opened("/mnt/data/x") as file:
        assert file.read() == "content"
    with opened(file="/mnt/data/x") as file:
        assert file.read() == "content"
    with pytest.raises(FileNotFoundError) as caught:
        opened("/mnt/data/missing")
    assert caught.value.filename == "/mnt/data/missing"


def test_both_paths_of_a_rename(places: PathMap, tmp_path: Path) -> None:
    (tmp_path / "data" / "x").write_text("content")
    rename = places.wrap(os.rename, 2)

    rename("/mnt/data/x", "/mnt/data/y")

    assert (tmp_path / "data" / "y").exists()
    with pytest.raises(OSError) as caught:
        rename("/mnt/data/x", "/mnt/data/z")
    assert caught.value.errno == errno.ENOENT
    assert (caught.value.filename, caught.value.filename2) == ("/mnt/data/x", "/mnt/data/z")
