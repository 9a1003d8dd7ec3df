"""Linux: no new privileges, no capabilities, Landlock, a system call filter and limits, around this very process."""

from __future__ import annotations

import ctypes
import os
import resource
import signal

from engine.sandbox.jail import landlock, seccomp
from engine.sandbox.jail.level import Plan, Report

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_PR_CAPBSET_DROP, _PR_SET_SECUREBITS, _PR_CAP_AMBIENT, _AMBIENT_CLEAR_ALL = 24, 28, 47, 4
_NO_ROOT_POWERS = 0xEF  # NOROOT, NO_SETUID_FIXUP, NO_CAP_AMBIENT_RAISE, never KEEP_CAPS; all locked
_CAPABILITY_VERSION = 0x20080522
_CPU_SECONDS = 24 * 3600
_DESCRIPTORS = 256
_THREADS = 256


def die_with(parent: int) -> None:
    """Ask the kernel to kill this process when the thread that started it ends; leave if that has happened already."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def apply(plan: Plan) -> Report:
    """Put up the walls, in the order in which they need each other. Raises OSError if a required one fails.

    The process must have one thread. Where namespaces are wanted they were entered before; paths are as seen now.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    limited = "rlimits" not in plan.masked
    if limited:
        _limit(plan)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no_new_privs")
    _drop_capabilities(libc)
    abi = min(landlock.available_abi(), landlock.NEWEST_ABI if plan.landlock_abi is None else plan.landlock_abi)
    if abi and "landlock" not in plan.masked:
        landlock.restrict(read=plan.read, use=(plan.data, plan.tmp, os.devnull), abi=abi)
    else:
        abi = 0
    filtered = "seccomp" not in plan.masked
    if filtered:
        seccomp.load(seccomp.program(os.getpid(), landlock_abi=abi))
    return Report(landlock=abi, seccomp=filtered, rlimits=limited, namespaces=plan.namespaces)


def _limit(plan: Plan) -> None:
    # In namespaces of its own the count holds this process only; elsewhere it would hold all that the user runs.
    threads = [(resource.RLIMIT_NPROC, _THREADS)] if plan.namespaces else []
    for kind, value in (
        *threads,
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_NOFILE, _DESCRIPTORS),
        (resource.RLIMIT_FSIZE, plan.file),
        (resource.RLIMIT_CPU, _CPU_SECONDS),
        (resource.RLIMIT_AS, plan.memory),
    ):
        _, hard = resource.getrlimit(kind)
        bounded = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (bounded, bounded))
    # A file over its limit is then an error the code can read, not a signal that ends the session.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


class _Header(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _Sets(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint32) for name in ("effective", "permitted", "inheritable")]


def _drop_capabilities(libc: ctypes.CDLL) -> None:
    """Make even root powerless. The calls that shrink the bounds fail for a user who has none, which is as good."""
    libc.prctl(_PR_CAP_AMBIENT, _AMBIENT_CLEAR_ALL, 0, 0, 0)
    for capability in range(64):
        if libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            break
    libc.prctl(_PR_SET_SECUREBITS, _NO_ROOT_POWERS, 0, 0, 0)
    header, nothing = _Header(_CAPABILITY_VERSION, 0), (_Sets * 2)()
    if libc.capset(ctypes.byref(header), ctypes.byref(nothing)) != 0:
        raise OSError(ctypes.get_errno(), "capset")
