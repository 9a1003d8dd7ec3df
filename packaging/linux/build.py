"""Packs the frozen folder for Linux: a .deb, a portable archive and their checksums, in build/dist/linux."""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
FROZEN = ROOT / "build" / "dist" / "fireside"
OUT = ROOT / "build" / "dist" / "linux"
STAGE = ROOT / "build" / "freeze" / "deb"
INSTALLED = "opt/fireside"
ICON = ROOT / "resources" / "icons" / "fireside.svg"
# What Qt's platform plugins and the libraries load from the system.
DEPENDS = (
    *("libc6 (>= 2.34)", "libstdc++6", "libegl1", "libgl1", "libxkbcommon-x11-0", "libxcb-cursor0", "libxcb-icccm4"),
    *("libxcb-keysyms1", "libxcb-image0", "libxcb-render-util0", "libxcb-shape0", "libxcb-xinerama0", "libxcb-randr0"),
    *("libxcb-xkb1", "libdbus-1-3", "libfontconfig1", "libglib2.0-0"),
)
PORTABLE_NOTE = (
    "Fireside keeps everything it writes in the folder `data` beside this file. Without this file it writes to your\n"
    "home folder.\n有这个文件时，Fireside 的全部数据都放在旁边的 data 文件夹里；删掉它，数据就放到你的主目录里。\n"
)


def version() -> str:
    """Return the project's version."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def control(number: str, kilobytes: int) -> str:
    """Return the package's control file; `kilobytes` is what it takes when installed."""
    return (
        f"Package: fireside\nVersion: {number}\nArchitecture: amd64\nSection: utils\nPriority: optional\n"
        f"Installed-Size: {kilobytes}\nDepends: {', '.join(DEPENDS)}\nRecommends: fonts-noto-cjk\n"
        "Maintainer: Fireside maintainers <maintainers@fireside.example>\n"
        "Description: Private assistants on your own computer\n"
        " Chats, searches your files and runs code with models that work on this computer alone.\n"
        " What it keeps lies in your home folder and stays when the package is removed.\n"
    )


def stage_deb(frozen: Path, folder: Path, number: str) -> None:
    """Lay out the package's tree; the frozen folder is hard-linked where it can be."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(frozen, folder / INSTALLED, symlinks=True, copy_function=_link)
    (folder / INSTALLED / "portable.txt").unlink(missing_ok=True)
    for source, target in (
        (HERE / "fireside.desktop", "usr/share/applications/fireside.desktop"),
        (HERE / "mime.xml", "usr/share/mime/packages/fireside.xml"),
        (ICON, "usr/share/icons/hicolor/scalable/apps/fireside.svg"),
        (ROOT / "LICENSE", "usr/share/doc/fireside/copyright"),
    ):
        if source.exists():
            (folder / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, folder / target)
    (folder / "usr/bin").mkdir(parents=True)
    (folder / "usr/bin/fireside").symlink_to("/" + INSTALLED + "/fireside")
    (folder / "DEBIAN").mkdir()
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    kilobytes = sum(path.stat().st_size for path in files) // 1024
    (folder / "DEBIAN" / "control").write_text(control(number, kilobytes), "utf-8")


def _link(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


def make_deb(frozen: Path, target: Path, number: str) -> None:
    """Build the package with dpkg-deb."""
    stage_deb(frozen, STAGE, number)
    command = ["dpkg-deb", "--root-owner-group", "-Zzstd", "-z9", "--build", str(STAGE), str(target)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def make_portable(frozen: Path, target: Path) -> None:
    """Pack the folder with portable.txt, so that all data stay beside the app."""
    note = STAGE.with_name("portable.txt")
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(PORTABLE_NOTE, "utf-8")
    with tarfile.open(target, "w:xz", preset=1) as archive:
        archive.add(frozen, "Fireside", filter=_owned_by_nobody)
        archive.add(note, "Fireside/portable.txt", filter=_owned_by_nobody)


def _owned_by_nobody(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    return entry


def write_checksums(folder: Path) -> Path:
    """Write SHA256SUMS for all files in the folder, as `sha256sum -c` reads it."""
    sums = folder / "SHA256SUMS"
    lines = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path != sums:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            lines.append(f"{digest}  {path.relative_to(folder).as_posix()}\n")
    sums.write_text("".join(lines), "utf-8")
    return sums


def main(words: list[str] | None = None) -> int:
    """Pack what is asked for, by default both."""
    parser = argparse.ArgumentParser(prog="packaging/linux/build.py")
    parser.add_argument("--only", choices=("deb", "portable"), help="make this one only")
    chosen = parser.parse_args(words)
    OUT.mkdir(parents=True, exist_ok=True)
    number = version()
    if chosen.only in (None, "deb"):
        make_deb(FROZEN, OUT / f"fireside_{number}_amd64.deb", number)
    if chosen.only in (None, "portable"):
        make_portable(FROZEN, OUT / f"fireside-{number}-linux-x86_64-portable.tar.xz")
    write_checksums(OUT)
    for path in sorted(OUT.iterdir()):
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
