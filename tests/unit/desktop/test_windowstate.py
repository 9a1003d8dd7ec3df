"""The window's size and place survive a restart, and no file can make the window unusable."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop import windowstate
from desktop.windowstate import WindowState


def test_what_is_stored_comes_back(tmp_path: Path) -> None:
    state = WindowState(width=900, height=700, x=5, y=6, maximised=True, panel=False, thread_id="t", assistant_id="a")
    windowstate.save(tmp_path, state)

    assert windowstate.load(tmp_path) == state


@pytest.mark.parametrize("text", ["", "[]", "{", '{"width": "wide", "height": null, "panel": 1, "x": true}', "\0"])
def test_a_broken_file_is_a_fresh_start(tmp_path: Path, text: str) -> None:
    (tmp_path / "window.json").write_text(text)

    assert windowstate.load(tmp_path) == WindowState()


def test_sizes_are_bounded(tmp_path: Path) -> None:
    (tmp_path / "window.json").write_text('{"width": 3, "height": 999999999}')

    state = windowstate.load(tmp_path)
    assert (state.width, state.height) == (720, 10_000)


def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(tmp_path: Path) -> None:
    windowstate.save(tmp_path / "not there", WindowState())
