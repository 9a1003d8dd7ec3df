"""Restored data take their place in steps, and a kill before any of them loses nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from engine.errors import Unavailable
from engine.store import replace

OLD = {
    "fireside.db": "old",
    "fireside.db-wal": "old log",
    "settings.json": "old",
    "blobs/ab/x": "old",
    "index/i": "old",
}
NEW = {"fireside.db": "new", "settings.json": "new", "blobs/cd/y": "new", "databases/tea.db": "new"}


def _fill(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def _files(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def _ready(home: Path) -> None:
    _fill(home, OLD | {"models/m.gguf": "stays"})
    _fill(replace.begin(home), NEW)
    replace.finish(home)


def test_what_was_there_lies_aside(tmp_path: Path) -> None:
    _ready(tmp_path)

    aside = replace.take_place(tmp_path)

    assert aside is not None
    assert _files(aside) == OLD
    assert {k: v for k, v in _files(tmp_path).items() if not k.startswith(aside.name)} == NEW | {
        "models/m.gguf": "stays"
    }
    assert replace.take_place(tmp_path) is None


def test_an_empty_home_gets_the_data_and_nothing_goes_aside(tmp_path: Path) -> None:
    (tmp_path / "blobs").mkdir()
    (tmp_path / "index").mkdir()
    _fill(replace.begin(tmp_path), NEW)
    replace.finish(tmp_path)

    assert replace.take_place(tmp_path) is None
    assert _files(tmp_path) == NEW


def test_a_kill_before_any_rename_is_made_good_by_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for survived in range(12):
        home = tmp_path / str(survived)
        home.mkdir()
        _ready(home)
        left = survived

        def rename(source: Any, target: Any, real: Any = os.rename) -> None:
            nonlocal left
            if left == 0:
                raise KeyboardInterrupt
            left -= 1
            real(source, target)

        with monkeypatch.context() as patched:
            patched.setattr(replace.os, "replace", rename)
            try:
                replace.take_place(home)
            except KeyboardInterrupt:
                stopped = True
            else:
                stopped = False
        if stopped:
            replace.take_place(home)
        (aside,) = home.glob("before-restore-*")

        assert _files(aside) == OLD
        assert {k: v for k, v in _files(home).items() if not k.startswith(aside.name)} == NEW | {
            "models/m.gguf": "stays"
        }


def test_unfinished_work_is_swept_and_never_used(tmp_path: Path) -> None:
    _fill(tmp_path, OLD)
    _fill(replace.begin(tmp_path), NEW)
    (tmp_path / replace.SNAPSHOT).write_text("half")

    assert replace.take_place(tmp_path) is None
    assert _files(tmp_path) == OLD


def test_a_folder_that_cannot_be_moved_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _ready(tmp_path)

    def refuse(_source: Any, _target: Any) -> None:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(replace.os, "replace", refuse)

    with pytest.raises(Unavailable) as refused:
        replace.take_place(tmp_path)
    assert refused.value.code == "restore_failed"
