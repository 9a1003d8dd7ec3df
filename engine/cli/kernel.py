"""What the kernel offers to lock code in, asked from the kernel itself."""

from __future__ import annotations

import ctypes
import sys
from dataclasses import dataclass
from pathlib import Path

_LANDLOCK_CREATE_RULESET = 444  # the same number on every architecture
_VERSION_QUESTION = 1
_PROC = Path("/proc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kernel:
    """`landlock`: the newest ABI, 0 without Landlock. `seccomp`: system calls can be filtered."""

    landlock: int
    seccomp: bool
    user_namespaces: bool


def ask() -> Kernel:
    """Look at the running kernel; all off on systems that are not Linux."""
    if sys.platform != "linux":
        return Kernel(landlock=0, seccomp=False, user_namespaces=False)
    return Kernel(
        landlock=_landlock_abi(),
        seccomp=(_PROC / "sys/kernel/seccomp/actions_avail").exists(),
        user_namespaces=user_namespaces(_PROC),
    )


def _landlock_abi() -> int:
    library = ctypes.CDLL(None, use_errno=True)
    return max(0, int(library.syscall(_LANDLOCK_CREATE_RULESET, None, 0, _VERSION_QUESTION)))


def user_namespaces(proc: Path) -> bool:
    """Tell whether a plain user may make user namespaces, from the switches distributions use."""
    most = _number(proc / "sys/user/max_user_namespaces")
    allowed = _number(proc / "sys/kernel/unprivileged_userns_clone")  # Debian's
    restricted = _number(proc / "sys/kernel/apparmor_restrict_unprivileged_userns")  # Ubuntu's
    return bool(most) and allowed != 0 and restricted != 1


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text("ascii"))
    except (OSError, ValueError):
        return None
