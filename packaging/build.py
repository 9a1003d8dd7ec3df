"""Freezes the app for the system it runs on into build/dist/fireside, and says how long that took and how big it is."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "packaging")]
import contents  # noqa: E402  packaging/ is no package: its name belongs to a library

FREEZE = ROOT / "build" / "freeze"
DIST = ROOT / "build" / "dist"
WHEELS = ROOT / "build" / "wheels"


def llama_libraries() -> Path:
    """Return the folder of llama.cpp's libraries: of the engine wheel if it was built, else of the installed one."""
    spec = find_spec("llama_cpp")
    assert spec is not None
    assert spec.origin is not None
    wheel = next(WHEELS.glob(f"llama_cpp_python-{version('llama_cpp_python')}-*.whl"), None)
    if wheel is None:
        return Path(spec.origin).parent / "lib"
    unpacked = FREEZE / "engine"
    shutil.rmtree(unpacked, ignore_errors=True)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(unpacked, [name for name in archive.namelist() if name.startswith("llama_cpp/lib/")])
    return unpacked / "llama_cpp" / "lib"


def stage_llama(target: Path) -> None:
    """Copy llama.cpp's libraries once each: wheels cannot hold links, so every library came in three copies."""
    source = llama_libraries()
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    first: dict[str, str] = {}
    # The binding opens libX.so, the libraries ask for libX.so.0 of each other; the full version is asked for by nobody.
    wanted = [path for path in source.iterdir() if _is_library(path.name) and path.name.count(".") <= 2]
    for path in sorted(wanted, key=lambda path: (-path.name.count("."), path.name)):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest in first:
            (target / path.name).symlink_to(first[digest])
        else:
            shutil.copy2(path, target)
            first[digest] = path.name


def _is_library(name: str) -> bool:
    return ".so" in name or name.endswith((".dll", ".dylib"))


def freeze() -> None:
    """Run PyInstaller; a line every twenty seconds, all of its words in build/freeze/pyinstaller.log."""
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--distpath", str(DIST)]
    command += ["--workpath", str(FREEZE / "work"), str(ROOT / "packaging" / "fireside.spec")]
    log_path = FREEZE / "pyinstaller.log"
    finished = threading.Event()
    started = time.monotonic()
    with log_path.open("w", encoding="utf-8") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
        threading.Thread(target=lambda: (process.wait(), finished.set()), daemon=True).start()
        while not finished.wait(20):
            lines = log_path.read_text("utf-8", "replace").splitlines() or [""]
            print(f"  freezing, {time.monotonic() - started:.0f} s: {lines[-1][:110]}", flush=True)
    if process.returncode:
        tail = "\n".join(log_path.read_text("utf-8", "replace").splitlines()[-15:])
        raise SystemExit(f"PyInstaller failed (exit code {process.returncode}):\n{tail}\nAll of it: {log_path}")


def add_libraries(internal: Path) -> None:
    """Lay the libraries of the children beside their program, as they are installed, with llama.cpp's staged ones."""
    target = internal / "packages"
    shutil.rmtree(target, ignore_errors=True)
    made: set[Path] = set()
    for source, name in contents.library_files():
        if not source.is_file():
            continue
        place = target / name
        if place.parent not in made:
            place.parent.mkdir(parents=True, exist_ok=True)
            made.add(place.parent)
        shutil.copy2(source, place)  # with its time, so that compiled modules stay valid
    stage_llama(target / "llama_cpp" / "lib")


def measure(folder: Path) -> dict[str, int]:
    """Return size in bytes and number of files, links not counted."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return {"bytes": sum(path.stat().st_size for path in files), "files": len(files)}


def main() -> int:
    """Build and report."""
    started = time.monotonic()
    FREEZE.mkdir(parents=True, exist_ok=True)
    freeze()
    folder = DIST / "fireside"
    add_libraries(folder / "_internal")
    facts = {**measure(folder), "seconds": round(time.monotonic() - started)}
    (DIST / "build.json").write_text(json.dumps(facts, indent=1), "utf-8")
    print(f"{folder.relative_to(ROOT)}: {facts['bytes'] / 1e6:.0f} MB in {facts['files']} files, {facts['seconds']} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
