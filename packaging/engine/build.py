"""Builds the engine wheel: llama.cpp with a library for every kind of processor, chosen when the app starts.

The ordinary wheel is compiled for the machine that compiles it. This one carries `libggml-cpu-*` for fourteen kinds
of x86-64 processors (on Apple Silicon one build with Metal), and takes a `libggml-vulkan` or `libggml-cuda` that is
laid beside them. It is put into build/wheels, where `dev.py build` finds it. Each step is done once; run again after
an interruption, the compiler goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "build" / "engine"
WHEELS = ROOT / "build" / "wheels"
VERSION = "0.3.36"
SOURCES = f"llama_cpp_python-{VERSION}.tar.gz"
SHA256 = "832db0699007f1be95a7e41ef12e88926b02ba836461e36a36372db2760c1a2e"

_OFF = ("LLAMA_BUILD_TOOLS", "LLAMA_BUILD_EXAMPLES", "LLAMA_BUILD_TESTS", "LLAMA_BUILD_SERVER", "LLAVA_BUILD")


def flags(system: str = platform.system()) -> list[str]:
    """Return CMake's options for the system, as `platform.system()` names it."""
    off = [f"-D{name}=OFF" for name in (*_OFF, "GGML_NATIVE", "GGML_OPENMP")]
    # Without these the loadable parts land outside the package (abetlen/llama-cpp-python#2069).
    into = [f"-DCMAKE_INSTALL_{kind}=llama_cpp/lib" for kind in ("BINDIR", "LIBDIR")]
    into.append("-DCMAKE_INSTALL_INCLUDEDIR=llama_cpp/include")
    if system == "Darwin":  # one kind of processor, and Metal is built in
        return [*off, *into, "-DGGML_METAL=ON", "-DGGML_METAL_EMBED_LIBRARY=ON", "-DCMAKE_OSX_DEPLOYMENT_TARGET=14.0"]
    return [*off, *into, "-DGGML_BACKEND_DL=ON", "-DGGML_CPU_ALL_VARIANTS=ON"]


def fetch(folder: Path) -> Path:
    """Return the sources' archive, fetched once and checked against the pinned hash. Raises SystemExit."""
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / SOURCES
    if not archive.exists():
        package = f"llama-cpp-python=={VERSION}"
        command = ["download", "--no-deps", "--no-build-isolation", "--no-binary", ":all:", "-d", str(folder), package]
        subprocess.run([sys.executable, "-m", "pip", *command], check=True)
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != SHA256:
        raise SystemExit(f"{archive} is not what was pinned: its SHA-256 is {found}. Delete it and run this again.")
    return archive


def unpack(archive: Path, folder: Path) -> Path:
    """Return the folder of the sources, unpacked once."""
    sources = folder / archive.name.removesuffix(".tar.gz")
    if not (sources / "pyproject.toml").exists():
        shutil.unpack_archive(archive, folder, filter="data")
    return sources


def compile_wheel(sources: Path) -> Path:
    """Compile into build/wheels and return the wheel; objects already compiled are kept in build/engine/objects."""
    environment = {
        **os.environ,
        "CMAKE_ARGS": " ".join(flags()),
        "CMAKE_BUILD_PARALLEL_LEVEL": os.environ.get("CMAKE_BUILD_PARALLEL_LEVEL", str(os.cpu_count() or 1)),
    }
    command = [sys.executable, "-m", "pip", "wheel", str(sources), "--no-deps", "-w", str(WHEELS), "-v"]
    command += [f"-Cbuild-dir={WORK / 'objects'}"]
    subprocess.run(command, env=environment, check=True)
    return max(WHEELS.glob(f"llama_cpp_python-{VERSION}-*.whl"), key=lambda path: path.stat().st_mtime)


def main() -> int:
    """Build unless the wheel is there."""
    if present := next(WHEELS.glob(f"llama_cpp_python-{VERSION}-*.whl"), None):
        print(f"{present.relative_to(ROOT)} is there")
        return 0
    wheel = compile_wheel(unpack(fetch(WORK), WORK))
    print(f"{wheel.relative_to(ROOT)}: {wheel.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
