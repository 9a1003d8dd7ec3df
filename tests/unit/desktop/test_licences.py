"""Everything that comes along is named with its licence."""

from __future__ import annotations

from desktop import licences
from desktop.licences import Part


def test_what_fireside_stands_on_is_named_once_with_its_licence() -> None:
    parts = licences.parts()
    names = [part.name for part in parts]

    assert licences.version()
    assert {"SQLAlchemy", "torch", "Lucide", "Noto Sans"} <= set(names)
    assert "fireside" not in names
    assert len({name.replace("_", "-").casefold() for name in names}) == len(names)
    assert [part.name for part in parts if not part.licence] == []
    assert all("\n" not in part.licence for part in parts)


def test_each_is_a_line() -> None:
    assert licences.listed([Part("a", "1.0", "MIT"), Part("b", "", "")]) == "a 1.0 — MIT\nb — ?"
