"""llama.cpp for Windows, cross-compiled with mingw from the sources that the binding's archive brings along.

One library per generation of processors; at start the best one that the machine can run is loaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

PREFIX = "x86_64-w64-mingw32-"
_HERE = Path(__file__).resolve().parent


def configure(source: Path, made: Path) -> list[str]:
    """Return cmake's command line."""
    flags = f"-D_WIN32_WINNT=0x0A00 -DWIN32_LEAN_AND_MEAN -DNOMINMAX -include {_HERE / 'mingw_compat.h'}"
    off = ("TOOLS", "EXAMPLES", "TESTS", "SERVER")
    settings = {
        "CMAKE_SYSTEM_NAME": "Windows",
        "CMAKE_SYSTEM_PROCESSOR": "x86_64",
        "CMAKE_C_COMPILER": f"{PREFIX}gcc-posix",
        "CMAKE_CXX_COMPILER": f"{PREFIX}g++-posix",
        "CMAKE_RC_COMPILER": f"{PREFIX}windres",
        "CMAKE_BUILD_TYPE": "Release",
        "CMAKE_C_FLAGS": flags,
        "CMAKE_CXX_FLAGS": flags,
        "CMAKE_SHARED_LINKER_FLAGS": "-s",
        "CMAKE_MODULE_LINKER_FLAGS": "-s",
        "GGML_NATIVE": "OFF",
        "GGML_BACKEND_DL": "ON",
        "GGML_CPU_ALL_VARIANTS": "ON",
        "GGML_OPENMP": "OFF",
        **{f"LLAMA_BUILD_{name}": "OFF" for name in off},
        "LLAVA_BUILD": "OFF",
        "LLAMA_CURL": "OFF",
        "LLAMA_OPENSSL": "OFF",
    }
    return ["cmake", "-G", "Ninja", "-S", str(source), "-B", str(made), *(f"-D{k}={v}" for k, v in settings.items())]


def compile_command(made: Path, variants: Sequence[str], jobs: int) -> list[str]:
    """Return ninja's command line: the library, its loader and these CPU variants.

    Sapphire Rapids is left out: its AMX code does not assemble with mingw, and Ice Lake's runs there.
    """
    return ["ninja", "-C", str(made), f"-j{jobs}", "llama", "ggml", *(f"ggml-cpu-{name}" for name in variants)]
