"""Runs the API tests with other versions of the official client, each in a folder of its own under build/clients.

python -m tests.api.clients [VERSION ...]
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
VERSIONS = ("1.65.5", "1.109.1", "2.54.0", "3.54.0")
# What works in every version; vector stores were moved from `client.beta` to `client` between them.
FILES = ("client_version", "lesson", "streams", "functions", "objects", "chat", "lists", "stateful", "crowd")


def main(versions: list[str]) -> int:
    """Return 0 if all tests pass with all versions."""
    codes = [_run(version) for version in versions or VERSIONS]
    return max(codes)


def _run(version: str) -> int:
    folder = REPOSITORY / "build" / "clients" / version
    if not folder.is_dir():
        # Without its requirements: those of the version under test in the development environment serve them all.
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder)]
        subprocess.run([*install, f"openai=={version}"], check=True)
    sys.stdout.write(f"openai {version}\n")
    sys.stdout.flush()
    tests = [str(REPOSITORY / "tests" / "api" / f"test_{name}.py") for name in FILES]
    environment = {**os.environ, "PYTHONPATH": str(folder), "FIRESIDE_CLIENT": version}
    return subprocess.run([sys.executable, "-m", "pytest", "-q", *tests], env=environment, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
