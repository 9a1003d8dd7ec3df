"""Linux namespaces: a file system with nothing but libraries and the session, no network, and no other process."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import stat
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NoReturn

from engine.sandbox.jail import syscalls

_NEW_MOUNTS, _NEW_UTS, _NEW_IPC = 0x00020000, 0x04000000, 0x08000000
_NEW_USER, _NEW_PIDS, _NEW_NET = 0x10000000, 0x20000000, 0x40000000
_RDONLY, _NOSUID, _NODEV, _NOEXEC = 1, 2, 4, 8
_REMOUNT, _BIND, _REC, _SLAVE = 32, 4096, 16384, 1 << 19
_DETACH = 2
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
_ATTR_RDONLY, _ATTR_NOSUID = 1, 2
_PR_SET_PDEATHSIG = 1
_DEVICES = ("null", "zero", "random", "urandom")


class _MountAttributes(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "user")]


class Refused(Exception):
    """The kernel does not let this user make namespaces; the message is the call that failed."""


def enter(*, root: str, read: Iterable[str], data: str, tmp: str) -> None:
    """Move this process into new namespaces whose file system has `read`, /mnt/data and /tmp. Raises Refused.

    After a refusal the process is of no use: part of the work may be done. Needs a process with one thread.
    The new process space only holds children: call `fork_inside` next.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    if libc.unshare(_NEW_USER | _NEW_MOUNTS | _NEW_PIDS | _NEW_NET | _NEW_IPC | _NEW_UTS) != 0:
        _refuse("unshare")
    try:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    except OSError as error:
        raise Refused(str(error)) from None
    libc.sethostname(b"sandbox", 7)
    _mount(libc, None, "/", None, _REC | _SLAVE)
    _mount(libc, "tmpfs", root, "tmpfs", _NOSUID | _NODEV, "size=1m,mode=755")
    for source, target in ((data, "/mnt/data"), (tmp, "/tmp")):  # noqa: S108  the sandbox's own /tmp
        _bind(libc, source, root + target)
        _mount(libc, None, root + target, None, _REMOUNT | _BIND | _NOSUID | _NODEV | _NOEXEC)
    for device in _DEVICES:
        _bind(libc, f"/dev/{device}", f"{root}/dev/{device}")
    for path in _outermost(read):
        _bind_library(libc, path, root)
    _pivot(libc, root)


def fork_inside(report: Callable[[int], None]) -> None:
    """Go on as the first process of the new process space; the outer half tells `report` its id and waits for it."""
    arrived, tell = os.pipe()
    child = os.fork()
    if child:
        os.close(arrived)
        report(child)
        os.close(tell)
        _outlive(child)
    os.close(tell)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.read(arrived, 1)  # ends when the report is out
    os.close(arrived)


def _outlive(child: int) -> NoReturn:
    """Wait for the jailed half with every pipe closed, then end as it ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.closerange(0, 256)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    os._exit(64 - code if code < 0 else code & 0x3F)  # a signal travels as 64 and its number


def _outermost(paths: Iterable[str]) -> list[str]:
    """Return the paths without those that lie below another of them."""
    kept: list[str] = []
    for path in sorted({os.path.normpath(path) for path in paths}):
        if not (kept and path.startswith(kept[-1] + "/")):
            kept.append(path)
    return kept


def _bind_library(libc: ctypes.CDLL, path: str, root: str) -> None:
    if not os.path.lexists(path):
        return
    if Path(path).is_symlink():  # /lib is often a link to usr/lib: keep it one
        Path(root + path).parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            Path(root + path).symlink_to(Path(path).readlink())
        return
    _bind(libc, path, root + path)
    _protect(libc, root + path)


def _bind(libc: ctypes.CDLL, source: str, target: str) -> None:
    place = Path(target)
    if stat.S_ISDIR(Path(source).stat().st_mode):
        place.mkdir(parents=True, exist_ok=True)
    else:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
    _mount(libc, source, target, None, _BIND | _REC)


def _protect(libc: ctypes.CDLL, target: str) -> None:
    """Make a bound folder read-only with all that is mounted below it; old kernels only manage the folder itself."""
    attributes = _MountAttributes(_ATTR_RDONLY | _ATTR_NOSUID, 0, 0, 0)
    number = syscalls.numbers(syscalls.OWN)["mount_setattr"]
    size = ctypes.c_size_t(ctypes.sizeof(attributes))
    if libc.syscall(number, _AT_FDCWD, target.encode(), _AT_RECURSIVE, ctypes.byref(attributes), size) != 0:
        kept = os.statvfs(target).f_flag & (_NOSUID | _NODEV | _NOEXEC)  # flags that are locked must be repeated
        _mount(libc, None, target, None, _REMOUNT | _BIND | _RDONLY | kept)


def _pivot(libc: ctypes.CDLL, root: str) -> None:
    os.chdir(root)
    if libc.syscall(syscalls.numbers(syscalls.OWN)["pivot_root"], b".", b".") != 0:
        _refuse("pivot_root")
    if libc.umount2(b".", _DETACH) != 0:
        _refuse("umount2")
    os.chdir("/")
    _mount(libc, None, "/", None, _REMOUNT | _BIND | _RDONLY | _NOSUID | _NODEV)


def _mount(libc: ctypes.CDLL, source: str | None, target: str, kind: str | None, flags: int, data: str = "") -> None:
    given = [None if text is None else text.encode() for text in (source, target, kind)]
    if libc.mount(*given, ctypes.c_ulong(flags), data.encode() or None) != 0:
        _refuse(f"mount {target}")


def _refuse(call: str) -> NoReturn:
    raise Refused(f"{call}: {os.strerror(ctypes.get_errno())}")
