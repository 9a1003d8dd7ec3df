"""The Linux packages are laid out as the system expects, and their checksums are those of their files."""

from __future__ import annotations

import hashlib
import sys
import tarfile
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT
from tests.packaging.from_file import load

build = load("linux/build")
linux = pytest.mark.skipif(sys.platform != "linux", reason="links and modes are the system's own")


@pytest.fixture
def frozen(tmp_path: Path) -> Path:
    """A frozen folder in miniature."""
    folder = tmp_path / "fireside"
    (folder / "_internal").mkdir(parents=True)
    (folder / "fireside").write_bytes(b"program")
    (folder / "fireside").chmod(0o755)
    (folder / "_internal" / "lib.so.0").write_bytes(b"library")
    (folder / "_internal" / "lib.so").symlink_to("lib.so.0")
    return folder


def test_the_package_says_what_it_needs_and_how_big_it_is() -> None:
    fields = dict(line.split(": ", 1) for line in build.control("1.2.3", 42).splitlines() if not line.startswith(" "))

    assert (fields["Version"], fields["Installed-Size"], fields["Recommends"]) == ("1.2.3", "42", "fonts-noto-cjk")
    assert "libxcb-cursor0" in fields["Depends"]


@linux
def test_the_package_has_its_program_its_menu_entry_and_its_file_type(frozen: Path, tmp_path: Path) -> None:
    build.stage_deb(frozen, tmp_path / "stage", "1.2.3")

    staged = tmp_path / "stage"
    assert (staged / "opt/fireside/fireside").stat().st_mode & 0o111
    assert (staged / "opt/fireside/_internal/lib.so").is_symlink()
    assert str((staged / "usr/bin/fireside").readlink()) == "/opt/fireside/fireside"
    assert (staged / "usr/share/icons/hicolor/scalable/apps/fireside.svg").stat().st_size > 0
    assert "Version: 1.2.3" in (staged / "DEBIAN/control").read_text("utf-8")


@linux
def test_the_portable_archive_keeps_its_data_beside_itself(
    frozen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "STAGE", tmp_path / "freeze" / "deb")
    build.make_portable(frozen, tmp_path / "portable.tar.xz")

    with tarfile.open(tmp_path / "portable.tar.xz") as archive:
        names = set(archive.getnames())
        assert {"Fireside/fireside", "Fireside/_internal/lib.so", "Fireside/portable.txt"} <= names
        assert {entry.uid for entry in archive.getmembers()} == {0}


def test_a_double_clicked_assistant_opens_in_fireside() -> None:
    root = ET.parse(ROOT / "packaging" / "linux" / "mime.xml").getroot()
    kinds = {kind.get("type") for kind in root}
    entry = (ROOT / "packaging" / "linux" / "fireside.desktop").read_text("utf-8")

    assert all(f"MimeType={kind};" in entry for kind in kinds)
    assert "Exec=fireside %F" in entry


def test_checksums_are_those_of_the_files(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "a.gguf").write_bytes(b"weights")

    text = build.write_checksums(tmp_path).read_text("utf-8")

    assert text == f"{hashlib.sha256(b'weights').hexdigest()}  models/a.gguf\n"
