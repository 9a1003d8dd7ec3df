"""Landlock: which folders this process can reach, and that it reaches no network and no other process."""

from __future__ import annotations

import ctypes
import errno
import os
import stat
from collections.abc import Iterable
from typing import NoReturn

from engine.sandbox.jail import syscalls

NEWEST_ABI = 7  # later ones are used as this one

_WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 1, 1 << 2, 1 << 3
_REMOVE_DIR, _REMOVE_FILE, _MAKE_DIR, _MAKE_REG = 1 << 4, 1 << 5, 1 << 7, 1 << 8
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_READ = _READ_FILE | _READ_DIR
# No links, pipes, sockets or devices can be made, and nothing can be executed, anywhere.
_USE = _READ | _WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _REFER | _TRUNCATE
_FILE_RIGHTS = _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_NET_ALL = 0b11  # bind and connect by TCP
_SCOPE_ALL = 0b11  # abstract sockets and signals to outside

_VERSION_QUESTION = 1
_NO_AUDIT_LOG = 1  # a program that tries every door must not fill the system's log
_RULE_PATH = 1


class _Ruleset(ctypes.Structure):
    _fields_ = [("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


class _PathRule(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = [("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32)]


def handled(abi: int) -> tuple[int, int, int, int]:
    """Return what a ruleset governs under an ABI: file rights, network rights, scopes, and the structure's size."""
    newest = {1: 12, 2: 13, 3: 14, 4: 14}.get(abi, 15)
    files = (1 << (newest + 1)) - 1
    if abi < 4:
        return files, 0, 0, 8
    if abi < 6:
        return files, _NET_ALL, 0, 16
    return files, _NET_ALL, _SCOPE_ALL, 24


def available_abi() -> int:
    """Return the kernel's Landlock ABI, 0 where there is none or it is switched off."""
    libc = ctypes.CDLL(None, use_errno=True)
    number = syscalls.numbers(syscalls.OWN)["landlock_create_ruleset"]
    return max(0, int(libc.syscall(number, None, ctypes.c_size_t(0), _VERSION_QUESTION)))


def restrict(*, read: Iterable[str], use: Iterable[str], abi: int) -> None:
    """Confine this thread and its future threads. `use` folders can be written to. Raises OSError.

    Threads that already run stay free: the caller makes sure that there are none.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    numbers = syscalls.numbers(syscalls.OWN)
    files, net, scoped, size = handled(abi)
    attributes = _Ruleset(files, net, scoped)
    ruleset = libc.syscall(numbers["landlock_create_ruleset"], ctypes.byref(attributes), ctypes.c_size_t(size), 0)
    if ruleset < 0:
        _fail("landlock_create_ruleset")
    try:
        for paths, rights in ((read, _READ), (use, _USE)):
            for path in paths:
                _add(libc, numbers["landlock_add_rule"], ruleset, path, rights & files)
        quiet = _NO_AUDIT_LOG if abi >= 7 else 0
        if libc.syscall(numbers["landlock_restrict_self"], ruleset, quiet) != 0:
            _fail("landlock_restrict_self")
    finally:
        os.close(ruleset)


def _add(libc: ctypes.CDLL, number: int, ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return  # what is not there needs no permission
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= _FILE_RIGHTS
        rule = _PathRule(rights, descriptor)
        if libc.syscall(number, ruleset, _RULE_PATH, ctypes.byref(rule), 0) != 0:
            _fail("landlock_add_rule")
    finally:
        os.close(descriptor)


def _fail(call: str) -> NoReturn:
    failed = ctypes.get_errno() or errno.EINVAL
    raise OSError(failed, f"{call}: {os.strerror(failed)}")
