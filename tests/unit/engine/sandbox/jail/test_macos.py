"""What can be checked of a profile without macOS: its text. It has never been loaded."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from engine.sandbox.jail import macos
from engine.sandbox.jail.level import Plan


def test_the_profile_denies_by_default_and_names_what_is_allowed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")

    text = macos.profile(read=("/usr/lib",), use=(str(tmp_path / "link"),))

    assert text.startswith("(version 1)\n(deny default)\n")
    assert f'(allow file-read* file-write* (subpath "{tmp_path.resolve()}/real"))' in text
    for denied in ("network*", "process-fork", "process-exec*", "signal"):
        assert f"(deny {denied})" in text
    assert "(vnode-type SYMLINK)" in text
    assert "mach-lookup" not in text
    assert text.count("(") == text.count(")")


def test_a_path_cannot_write_rules() -> None:
    text = macos.profile(read=('/x") (allow default) ("',), use=())

    assert '(allow file-read* (subpath "/x\\") (allow default) (\\""))' in text


@pytest.mark.skipif(sys.platform == "darwin", reason="there it would work")
def test_elsewhere_it_fails() -> None:
    plan = Plan(data="/d", tmp="/t", root="/r", read=(), memory=1, file=1, namespaces=False)

    with pytest.raises(OSError, match="macOS"):
        macos.apply(plan)
