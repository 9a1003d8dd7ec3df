"""The build script stages llama.cpp's libraries once each, and measures what it made."""

from __future__ import annotations

import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT
from tests.packaging.from_file import load

build = load("build")


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows, where names carry no versions")
def test_copies_of_a_library_become_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lib = tmp_path / "llama_cpp" / "lib"
    lib.mkdir(parents=True)
    for name in ("libllama.so", "libllama.so.0", "libllama.so.0.5.0"):
        (lib / name).write_bytes(b"llama")
    (lib / "libggml.so").write_bytes(b"ggml")
    (lib / "notes.txt").write_bytes(b"")
    monkeypatch.setattr(build, "llama_libraries", lambda: lib)

    build.stage_llama(tmp_path / "stage")

    staged = {path.name: path.is_symlink() for path in (tmp_path / "stage").iterdir()}
    assert staged == {"libllama.so": True, "libllama.so.0": False, "libggml.so": False}
    assert (tmp_path / "stage" / "libllama.so").read_bytes() == b"llama"


def test_links_do_not_count_twice(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    (tmp_path / "b").symlink_to("a")

    assert build.measure(tmp_path) == {"bytes": 5, "files": 1}


def test_packaging_never_becomes_a_package() -> None:
    """An __init__.py there would hide the library of the same name from everything."""
    assert not (ROOT / "packaging" / "__init__.py").exists()


def test_every_child_process_is_reachable_in_the_frozen_app() -> None:
    """Children are imported by name at run time; the spec collects their packages whole."""
    from engine.workers.registry import WORKERS

    text = (ROOT / "packaging" / "fireside.spec").read_text("utf-8")

    assert 'collect_submodules("engine"' in text
    assert all(target.startswith("engine.") for target in WORKERS.values())


def test_the_engine_wheel_is_taken_where_it_was_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    monkeypatch.setattr(build, "WHEELS", wheels)
    monkeypatch.setattr(build, "FREEZE", tmp_path / "freeze")
    assert build.llama_libraries().parent.name == "llama_cpp"

    with zipfile.ZipFile(wheels / f"llama_cpp_python-{version('llama_cpp_python')}-py3-none-any.whl", "w") as wheel:
        wheel.writestr("llama_cpp/lib/libggml-cpu-zen4.so", b"zen4")
        wheel.writestr("llama_cpp/llama.py", b"")

    assert [path.name for path in build.llama_libraries().iterdir()] == ["libggml-cpu-zen4.so"]
