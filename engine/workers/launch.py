"""How a child process is started and killed on each system, from source and from the built app."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import engine

_KEPT = frozenset(
    {
        *("PATH", "HOME", "TMPDIR", "TEMP", "TMP", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"),
        *("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "USERPROFILE", "APPDATA", "LOCALAPPDATA"),
        *("NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE", "OMP_NUM_THREADS", "MKL_NUM_THREADS"),
    }
)
_KEPT_PREFIXES = ("CUDA_", "HIP_", "ROCR_", "HSA_", "VK_", "GGML_")
_FIXED = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "PYTHONUTF8": "1",
    "PYTHONNOUSERSITE": "1",
    "PYTHONSAFEPATH": "1",
    "PYTHONFAULTHANDLER": "1",
    # OpenMP threads that wait by spinning for long make llama.cpp several times slower when other programs are busy.
    "GOMP_SPINCOUNT": "2000",
}


def program() -> Path:
    """Return the built app's second program, which is every child and lies beside the first."""
    return Path(sys.executable).with_name("fireside-worker.exe" if sys.platform == "win32" else "fireside-worker")


def command(name: str) -> list[str]:
    """Return the command line of a child."""
    if getattr(sys, "frozen", False):
        return [str(program()), name]
    return [sys.executable, "-m", "engine.workers", name]


def environment(parent: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the little a child may know: paths, language, GPU choice; no proxies, keys or tokens."""
    kept = {
        name: value
        for name, value in parent.items()
        if name.upper() in _KEPT or name.upper().startswith(_KEPT_PREFIXES)
    }
    if not getattr(sys, "frozen", False):
        kept["PYTHONPATH"] = str(Path(engine.__file__).resolve().parent.parent)
    return {**kept, **_FIXED}


def start(arguments: list[str]) -> subprocess.Popen[bytes]:
    """Start a child with three pipes, in a process group of its own. Raises OSError.

    Linux kills the child when the *thread* that started it ends (see `engine.workers.child`), so call this only
    from a thread that lives as long as the app.
    """
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    return subprocess.Popen(
        arguments,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        env=environment(),
        start_new_session=sys.platform != "win32",
        creationflags=flags,
    )


def terminate(child: subprocess.Popen[bytes]) -> None:
    """Ask the child's group to end; on Windows there is no asking."""
    if sys.platform == "win32":
        child.terminate()
    else:
        _signal_group(child.pid, signal.SIGTERM)


def kill(child: subprocess.Popen[bytes]) -> None:
    """End the child and everything it started."""
    if sys.platform == "win32":
        child.kill()
    else:
        _signal_group(child.pid, signal.SIGKILL)


def _signal_group(group: int, number: int) -> None:
    # The child leads its group; the group can outlive it, so its own death is no reason not to signal.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
