"""macOS: a Seatbelt profile that denies by default. Written from documentation and never run: see the jail's notes.

The walls are put up by the process around itself, before it reads anybody's code. Memory has no limit that the
system would keep: the session's watcher measures it.
"""

from __future__ import annotations

import ctypes
import os
import platform
from collections.abc import Iterable

from engine.sandbox.jail.level import Plan, Report

_HEAD = """(version 1)
(deny default)
(deny process-fork)
(deny process-exec*)
(deny network*)
(deny signal)
(allow signal (target self))
(allow process-info* (target self))
(allow file-read-metadata)
(allow sysctl-read
  (sysctl-name "hw.ncpu") (sysctl-name "hw.activecpu") (sysctl-name "hw.logicalcpu") (sysctl-name "hw.memsize")
  (sysctl-name "hw.pagesize") (sysctl-name "hw.machine") (sysctl-name "kern.ostype") (sysctl-name "kern.osrelease")
  (sysctl-name "kern.version") (sysctl-name "kern.hostname") (sysctl-name "kern.argmax"))
(allow file-read* (literal "/dev/null") (literal "/dev/zero") (literal "/dev/random") (literal "/dev/urandom"))
(allow file-write-data (literal "/dev/null"))
(allow file-read* (subpath "/usr/lib") (subpath "/System/Library") (subpath "/Library/Fonts")
  (subpath "/usr/share/zoneinfo") (subpath "/private/var/db/timezone") (literal "/private/etc/localtime"))
"""


def _quoted(path: str) -> str:
    """Return a path as a string of the profile's language."""
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'


def profile(*, read: Iterable[str], use: Iterable[str]) -> str:
    """Return the profile text. Paths are resolved: a rule on a path with a link in it (/tmp, /var) matches nothing."""
    lines = [_HEAD]
    for path in read:
        lines.append(f"(allow file-read* (subpath {_quoted(os.path.realpath(path))}))\n")
    for path in use:
        resolved = _quoted(os.path.realpath(path))
        lines.append(f"(allow file-read* file-write* (subpath {resolved}))\n")
        for kind in ("SYMLINK", "FIFO", "SOCKET", "CHARACTER-DEVICE", "BLOCK-DEVICE"):
            lines.append(f"(deny file-write-create (require-all (subpath {resolved}) (vnode-type {kind})))\n")
        lines.append(f"(deny file-link (subpath {resolved}))\n")
    return "".join(lines)


def apply(plan: Plan) -> Report:
    """Put this process under the profile. Raises OSError."""
    if platform.system() != "Darwin":
        raise OSError("Seatbelt is a part of macOS")
    _limit(plan.file)
    text = profile(read=plan.read, use=(plan.data, plan.tmp)).encode()
    library = ctypes.CDLL("/usr/lib/libSystem.B.dylib")
    problem = ctypes.c_char_p()
    parameters = (ctypes.c_char_p * 1)(None)
    if library.sandbox_init_with_parameters(text, ctypes.c_uint64(0), parameters, ctypes.byref(problem)) != 0:
        raise OSError(f"sandbox_init: {(problem.value or b'refused').decode(errors='replace')}")
    return Report(seatbelt=True, rlimits=True)


def _limit(file: int) -> None:
    import resource

    wanted = ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_NOFILE, 256), (resource.RLIMIT_FSIZE, file))
    for kind, value in wanted:
        _, hard = resource.getrlimit(kind)
        bounded = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (bounded, bounded))
