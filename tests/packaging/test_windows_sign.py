"""Signing: keys stay outside of the repository, notes carry the changelog."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest

from engine.portability.update import look_into_update
from tests.architecture.sources import ROOT
from tests.packaging.from_file import load

sign = load("sign")


def test_no_private_key_is_written_into_the_repository(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="must not lie in the repository"):
        sign.new_key(ROOT / "build" / "key.txt", tmp_path / "public.txt")

    assert not (tmp_path / "public.txt").exists()


def test_a_new_key_signs_what_its_public_half_accepts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    public, private = tmp_path / "public.txt", tmp_path / "private.txt"
    sign.new_key(private, public)
    installer = tmp_path / "Fireside-9.0.0-linux-x64.deb"
    installer.write_bytes(b"!<arch>")

    assert sign.main(["sign", str(private), str(installer)]) == 0

    found = look_into_update(installer, key=base64.b64decode(public.read_text()), version="0.0.1", system="linux-x64")
    assert found.notes == sign.notes_of((ROOT / "CHANGELOG.md").read_text("utf-8"), found.version)
    if os.name == "posix":
        assert private.stat().st_mode & 0o077 == 0


def test_an_existing_key_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "private.txt").write_text("mine")

    with pytest.raises(FileExistsError):
        sign.new_key(tmp_path / "private.txt", tmp_path / "public.txt")


def test_the_notes_are_those_of_the_version() -> None:
    text = "# Changelog\n\n## [Unreleased]\n\nSoon.\n\n## [0.2.0] - 2027-01-01\n\n- Faster.\n\n## [0.1.0]\n\nFirst.\n"

    assert sign.notes_of(text, "0.2.0") == "- Faster."
    assert sign.notes_of(text, "0.3.0") == "Soon."
    assert sign.notes_of("", "0.3.0") == ""


def test_an_artefact_without_a_system_is_not_signed() -> None:
    with pytest.raises(SystemExit, match="for which system"):
        sign.system_of("fireside.exe")
