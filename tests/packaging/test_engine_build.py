"""The engine's sources are checked before they are compiled, and every processor gets its part."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.packaging.from_file import load

build = load("engine/build")


def test_one_build_serves_all_processors() -> None:
    flags = build.flags("Linux")

    assert {"-DGGML_NATIVE=OFF", "-DGGML_BACKEND_DL=ON", "-DGGML_CPU_ALL_VARIANTS=ON"} <= set(flags)
    assert "-DCMAKE_INSTALL_LIBDIR=llama_cpp/lib" in flags


def test_on_macos_metal_is_built_in() -> None:
    assert "-DGGML_METAL=ON" in build.flags("Darwin")
    assert not [flag for flag in build.flags("Darwin") if "BACKEND_DL" in flag]


def test_sources_that_are_not_the_pinned_ones_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / build.SOURCES).write_bytes(b"something else")
    with pytest.raises(SystemExit, match="is not what was pinned"):
        build.fetch(tmp_path)

    monkeypatch.setattr(build, "SHA256", hashlib.sha256(b"something else").hexdigest())
    assert build.fetch(tmp_path) == tmp_path / build.SOURCES


def test_it_builds_the_version_that_is_installed() -> None:
    assert f"llama-cpp-python=={build.VERSION}" in (build.ROOT / "requirements.lock").read_text("utf-8")
