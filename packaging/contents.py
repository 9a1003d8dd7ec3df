"""What goes into the frozen app and what stays out; read by fireside.spec and by build.py.

The window's program is frozen as usual. The children's program is frozen with the standard library and our own modules
only; the libraries it loads (torch, llama.cpp, pandas and what code in the jail may ask for) lie beside it as they were
installed, in `_internal/packages`. No guess about hidden imports can be wrong there, and freezing takes minutes less.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]

# Nobody who uses the app needs these.
NEVER = (
    *("tkinter", "_tkinter", "IPython", "pytest", "_pytest", "mypy", "hypothesis", "openai", "PyInstaller", "tests"),
    *("pip", "setuptools", "wheel", "PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtDesigner", "PySide6.QtTest"),
)
# What only children use; with it in reach, the window's process could load it by mistake.
NOT_IN_THE_APP = (
    *("torch", "transformers", "sentence_transformers", "tokenizers", "safetensors", "sklearn", "scipy", "sympy"),
    *("llama_cpp", "llguidance", "usearch", "pandas", "matplotlib", "rapidocr", "onnxruntime", "cv2", "networkx"),
    *("RestrictedPython", "openpyxl", "pypdf", "pypdfium2", "pypdfium2_raw", "numpy", "PIL"),
)
# Distributions of which a child loads nothing.
NOT_IN_A_WORKER = frozenset(
    {
        *("fireside", "pyside6-essentials", "shiboken6", "starlette", "uvicorn"),
        *("mcp", "watchfiles", "ziamath", "ziafont", "latex2mathml", "markdown-it-py", "mdurl", "setuptools", "hf-xet"),
        *("cryptography", "cffi", "pycparser", "pyjwt", "mcp-types", "sse-starlette", "opentelemetry-api"),
    }
)
# In the standard library, but of no use without a programmer.
_NOT_STANDARD = re.compile(
    r"(test|tkinter|_tkinter|turtle|turtledemo|idlelib|lib2to3|ensurepip|venv|pydoc_data|this|antigravity)$"
)

# In the wheels of Qt, but of no use in the built app.
UNUSED = re.compile(
    r"libQt6(Quick|Qml|Pdf|VirtualKeyboard|Designer|WaylandCompositor)|/qmltooling/|egldeviceintegrations"
    r"|platforms/libq(vnc|linuxfb|eglfs|minimalegl|vkkhr)"
    r"|Qt/(qml|metatypes)/|PySide6/Qt/translations/(?!qtbase_(en|zh_CN|zh_TW))|\.pyi$|\.typed$|/__pycache__/"
)
# In the wheels of the libraries, likewise; llama.cpp's own come from where build.py staged them.
_LEFT_OUT = re.compile(
    r"(^|/)(tests|test)/|^\.\./|^torch/(include|share|utils/tensorboard)/|\.(pyi|pxd|pyx|h|hpp|cpp|cmake|a|lib)$"
    r"|^llama_cpp/(lib|include)/|^(bin|lib|include|share)/|direct_url\.json$|/REQUESTED$|/INSTALLER$"
)
_APP_ONLY = re.compile(r"engine\.(cli|server|store|service|portability|runs|tools)(\.|$)")


def is_for_workers(name: str) -> bool:
    """Return whether a module of the engine may be needed in a child process."""
    return not _APP_ONLY.match(name)


def standard_library() -> list[str]:
    """Return the modules of the standard library with their parts, for libraries that nobody analyses."""
    found: list[str] = []
    for name in sorted(sys.stdlib_module_names):
        if _NOT_STANDARD.match(name) or (name != "__main__" and importlib.util.find_spec(name) is None):
            continue
        found.append(name)
        spec = importlib.util.find_spec(name) if name != "__main__" else None
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            found += (f"{name}.{part}" for part in _parts(Path(folder)))
    return found


def _parts(package: Path) -> Iterator[str]:
    for file in sorted(package.rglob("*.py")):
        parts = file.relative_to(package).with_suffix("").parts
        if not {"test", "tests", "idle_test", "__main__"} & set(parts) and all(part.isidentifier() for part in parts):
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            if name:
                yield name


def _needed() -> list[str]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        needed: list[str] = tomllib.load(file)["project"]["dependencies"]
    return needed


def distributions(needed: Sequence[str] | None = None) -> list[importlib.metadata.Distribution]:
    """Return what these requirements (by default the project's own) bring along on this system, by name."""
    found: dict[str, importlib.metadata.Distribution] = {}
    first = [Requirement(line) for line in (_needed() if needed is None else needed)]
    waiting = [(need.name, frozenset(need.extras)) for need in first]
    while waiting:
        wanted, extras = waiting.pop()
        name = _normal(wanted)
        if name in found and not extras:
            continue
        try:
            found[name] = importlib.metadata.distribution(wanted)
        except importlib.metadata.PackageNotFoundError:
            continue  # named for another system by a marker that says so too late
        for line in found[name].requires or ():
            need = Requirement(line)
            chosen = [{"extra": extra} for extra in (*extras, "")]
            holds = need.marker is None or any(need.marker.evaluate(each) for each in chosen)
            if holds and _normal(need.name) not in found:
                waiting.append((need.name, frozenset(need.extras)))
    return [found[name] for name in sorted(found)]


def names_of_all() -> list[str]:
    """Return the names of everything the app consists of, as its metadata have them."""
    return [each.metadata["Name"] for each in distributions()]


def for_workers() -> list[importlib.metadata.Distribution]:
    """Return the distributions whose files the children load."""
    return [each for each in distributions() if _normal(each.metadata["Name"]) not in NOT_IN_A_WORKER]


def library_files() -> Iterator[tuple[Path, PurePosixPath]]:
    """Yield each file of the children's libraries, and where it goes below `packages`."""
    for distribution in for_workers():
        for file in distribution.files or ():
            if not _LEFT_OUT.search(file.as_posix()):
                yield Path(str(distribution.locate_file(file))), PurePosixPath(file.as_posix())


def library_packages() -> list[str]:
    """Return the top-level names of the children's libraries, which freezing leaves alone."""
    names = {
        target.parts[0].partition(".")[0] for _, target in library_files() if not target.parts[0].endswith("-info")
    }
    return sorted(name for name in names if name.isidentifier())


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
