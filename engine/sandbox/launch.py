"""How the jailed process is started: its command line, the little environment it gets, and what it may read."""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path

import engine
from engine.workers import launch as children

_BOOT = "import sys; sys.path[:] = sys.argv[1:]; from engine.sandbox.child import main; main()"
_ONE_THREAD = ("OPENBLAS", "OMP", "MKL", "NUMEXPR", "VECLIB_MAXIMUM", "BLIS")
_SYSTEM = (
    *("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/zoneinfo"),
    *("/etc/ld.so.cache", "/etc/fonts", "/etc/localtime", "/etc/mime.types"),
    *("/dev/zero", "/dev/random", "/dev/urandom"),
)
_ROOT = Path(engine.__file__).resolve().parent.parent
FONT = _ROOT / "resources" / "fonts" / "sandbox" / "NotoSansSC-Subset.ttf"


def _frozen() -> bool:
    return bool(getattr(sys, "frozen", False))


def _library_folders() -> list[str]:
    """Return the folders Python loads libraries from: its own, and where packages are installed."""
    known = ("lib-dynload", "site-packages", "dist-packages", "DLLs")
    found = [
        sysconfig.get_path("stdlib"),
        *(entry for entry in sys.path if Path(entry).name in known or _bundled(entry)),
    ]
    return [folder for folder in dict.fromkeys(found) if Path(folder).exists()]


def _bundled(entry: str) -> bool:
    """Return whether this is where Python for embedding, which Windows builds bring along, keeps its own modules."""
    own = Path(sys.executable).parent
    return any(own.glob("python3*._pth")) and (Path(entry) == own or Path(entry).parent == own) and entry != ""


def command() -> list[str]:
    """Return the command line of the jailed process; from source it sees this program and the libraries, no more."""
    if _frozen():
        return children.command("sandbox")
    return [sys.executable, "-I", "-S", "-B", "-X", "utf8", "-c", _BOOT, str(_ROOT), *_library_folders()]


def environment(tmp: str) -> dict[str, str]:
    """Return the environment, built from nothing; `tmp` is the session's folder for temporary files as it sees it."""
    kept = {name: os.environ[name] for name in ("TZ", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR") if name in os.environ}
    fixed = {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "HOME": tmp,
        "TMPDIR": tmp,
        "TEMP": tmp,
        "TMP": tmp,
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": str(Path(tmp) / "matplotlib"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
    }
    return {**kept, **fixed, **{f"{name}_NUM_THREADS": "1" for name in _ONE_THREAD}}


def readable() -> tuple[str, ...]:
    """Return what the jailed process may read: Python, the libraries, fonts and time zones."""
    own = [*_library_folders(), str(FONT.parent)]
    if _frozen():  # the built app keeps Python's modules in its program file and the rest beside it
        own = [str(children.program()), str(getattr(sys, "_MEIPASS", _ROOT))]
    base = [] if sys.base_prefix == "/usr" or _frozen() else [str(Path(sys.base_prefix) / "lib")]
    wanted = [*own, *base, *(_SYSTEM if sys.platform.startswith("linux") else ())]
    return tuple(path for path in dict.fromkeys(wanted) if os.path.lexists(path))


def own_root() -> str:
    """Return the folder of this program's source, which the jailed process forgets before it reads anybody's code."""
    return "" if _frozen() else str(_ROOT)


def has_namespaces() -> bool:
    """Return whether this system knows namespaces; whether it allows them shows when they are tried."""
    return sys.platform.startswith("linux")
