"""Makes the environments that the client tests need, before the suite goes offline: `python -m` this module.

Under `build/openai`: one virtual environment for each version of the openai client, and `resources`, which holds the
newest client with what its own tests need, and those tests, unpacked from its source archive. Each is made once.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("FIRESIDE_TEST_CLIENTS", ROOT / "build" / "openai"))
VERSIONS = ("1.65.5", "1.109.1", "2.54.0", "3.54.0")
RESOURCES = "3.54.0"
RESOURCES_NEED = (f"openai[aiohttp]=={RESOURCES}", "pytest", "pytest-asyncio", "rich")
SOURCE = FOLDER / "resources" / f"openai-{RESOURCES}"


def python_of(name: str) -> Path:
    """Return the interpreter of the environment for a version, or of "resources"."""
    path = FOLDER / name / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    assert path.exists(), f"there is no client {name}: run `python3 dev.py test`, which fetches it"
    return path


def prepare() -> None:
    """Make what is missing; quick when nothing is. Raises CalledProcessError when something cannot be fetched."""
    for version in VERSIONS:
        _environment(version, f"openai=={version}")
    _environment("resources", *RESOURCES_NEED)
    _unpack_tests()


def _environment(name: str, *packages: str) -> None:
    folder, wanted = FOLDER / name, " ".join([*packages, sys.version.split()[0]])
    ready = folder / "ready"
    if ready.exists() and ready.read_text("utf-8") == wanted:
        return
    shutil.rmtree(folder, ignore_errors=True)
    _run(sys.executable, "-m", "venv", "--without-pip", str(folder))
    interpreter = str(python_of(name))
    bounds = FOLDER / "constraints.txt"
    bounds.write_text(_constraints(), "utf-8")
    _pip("--python", interpreter, "install", "-qq", "-c", str(bounds), *packages)
    ready.write_text(wanted, "utf-8")


def _constraints() -> str:
    """Return our lock without the client itself, so that everything below it is pinned."""
    lines = (ROOT / "requirements.lock").read_text("utf-8").splitlines()
    return "\n".join(line for line in lines if re.match(r"[\w.-]+==", line) and not line.startswith("openai=="))


def _unpack_tests() -> None:
    if (SOURCE / "tests" / "conftest.py").exists():
        return
    archive = FOLDER / f"openai-{RESOURCES}.tar.gz"
    if not archive.exists():
        _pip("download", "-qq", "--no-deps", "--no-binary", "openai", "-d", str(FOLDER), f"openai=={RESOURCES}")
    target = SOURCE.with_suffix(".new")
    shutil.rmtree(target, ignore_errors=True)
    with tarfile.open(archive) as opened:
        wanted = [member for member in opened.getmembers() if member.name.startswith(f"{SOURCE.name}/tests/")]
        opened.extractall(target, wanted, filter="data")
    shutil.rmtree(SOURCE, ignore_errors=True)
    (target / SOURCE.name).rename(SOURCE)
    target.rmdir()


def _pip(*arguments: str) -> None:
    _run(sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments)


def _run(*command: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    subprocess.run(command, check=True, cwd=ROOT, stdin=subprocess.DEVNULL)


if __name__ == "__main__":
    prepare()
