from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.sandbox import tree

posix = pytest.mark.skipif(os.name == "nt", reason="links and modes as POSIX knows them")


def nest(folder: Path, levels: int) -> None:
    """Make nested folders deeper than any path could name."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)


@posix
def test_links_are_seen_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "top" / "sub").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "file").write_text("x")
    (tmp_path / "top" / "link").symlink_to(tmp_path / "outside")
    (tmp_path / "top" / "sub" / "a").write_text("x")

    assert {path.name for path, _ in tree.walk(tmp_path / "top")} == {"sub", "a", "link"}
    tree.remove(tmp_path / "top")

    assert (tmp_path / "outside" / "file").read_text() == "x"
    assert not (tmp_path / "top").exists()


@posix
def test_whatever_is_too_deep_is_noticed_pruned_and_deleted(tmp_path: Path) -> None:
    (tmp_path / "top").mkdir()
    nest(tmp_path / "top", 1500)

    with pytest.raises(tree.TooDeep):
        list(tree.walk(tmp_path / "top"))
    tree.prune(tmp_path / "top")
    assert len(list(tree.walk(tmp_path / "top"))) == tree.DEPTH
    (tmp_path / "second").mkdir()
    nest(tmp_path / "second", 3000)
    for name in ("top", "second"):
        tree.remove(tmp_path / name)

    assert list(tmp_path.iterdir()) == []


@posix
def test_folders_without_permissions_are_opened(tmp_path: Path) -> None:
    closed = tmp_path / "top" / "closed"
    closed.mkdir(parents=True)
    (closed / "file").write_text("x")
    closed.chmod(0)

    assert {path.name for path, _ in tree.walk(tmp_path / "top")} == {"closed", "file"}
    closed.chmod(0o300)
    tree.remove(tmp_path / "top")

    assert not (tmp_path / "top").exists()


def test_a_file_and_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    tree.remove(tmp_path / "file")
    tree.remove(tmp_path / "missing")

    assert list(tree.walk(tmp_path / "missing")) == []
    assert list(tmp_path.iterdir()) == []
