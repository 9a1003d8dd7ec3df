"""The files that ship with the window are there."""

from __future__ import annotations

import re

from desktop import resources

USED = re.compile(r'"([a-z][a-z0-9-]*)"')


def test_icons_have_a_licence_and_take_the_palettes_colours() -> None:
    icons = [path for path in resources.path("icons").glob("*.svg") if path.stem != "fireside"]

    assert "ISC License" in resources.path("icons", "LICENSE.txt").read_text("utf-8")
    assert len(icons) > 20
    assert [path.name for path in icons if "currentColor" not in path.read_text("utf-8")] == []


def test_no_icon_is_shipped_for_nothing() -> None:
    source = resources.FOLDER.parent / "desktop"
    words = {word for path in source.rglob("*.py") for word in USED.findall(path.read_text("utf-8"))}

    assert {path.stem for path in resources.path("icons").glob("*.svg")} - words == set()
