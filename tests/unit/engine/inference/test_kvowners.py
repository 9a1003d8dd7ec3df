"""Files of kept caches are found by their owner's mark, without looking into them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from engine.inference import kvowners


def test_an_owners_files_go_and_the_others_stay(tmp_path: Path) -> None:
    names = [f"model-{kvowners.mark(owner)}-{number}.kv" for number, owner in enumerate(("one", "one", "two"))]
    for name in (*names, "model.gguf"):
        (tmp_path / name).touch()

    kvowners.forget(tmp_path, "one")
    kvowners.forget(tmp_path, "nobody")

    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([names[2], "model.gguf"])


def test_what_cannot_be_deleted_is_left(tmp_path: Path) -> None:
    kvowners.delete(tmp_path / "missing.kv")
    kvowners.delete(tmp_path)

    assert tmp_path.is_dir()


def test_the_apps_process_needs_no_arrays() -> None:
    code = "import sys, engine.inference.client; print('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
