"""The system call filter: an allow-list as a BPF program, written and loaded without any library."""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Iterable

from engine.sandbox.jail import syscalls

# One instruction: code (u16), jump if true, jump if false (u8 each), constant (u32).
Instruction = tuple[int, int, int, int]

_LOAD, _AND = 0x20, 0x54  # load a word of the call's description, mask it
_EQUAL, _AT_LEAST, _ANY_BIT = 0x15, 0x35, 0x45  # jumps
_RETURN = 0x06
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_EPERM, _ENOSYS = 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
_NUMBER, _ARCH = 0, 4
_X32 = 0x40000000

_SET_MODE_FILTER, _ALL_THREADS = 1, 1

_CLONE_THREAD = 0x00010000
# What pthread_create asks for: VM, FS, FILES, SIGHAND, THREAD, SYSVSEM, SETTLS, the two TID writes.
_CLONE_ALLOWED = 0x100 | 0x200 | 0x400 | 0x800 | _CLONE_THREAD | 0x40000 | 0x80000 | 0x100000 | 0x200000 | 0x1000000
_AF_UNIX, _SOCK_STREAM, _SOCK_TYPES = 1, 1, 0xF
# Duplicate, descriptor flags, status flags, record locks (both kinds), pipe size; never an owner, signal or lease.
_FCNTL = (0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030, 1032)
_IOCTL = (0x5401, 0x5421, 0x541B, 0x5450, 0x5451)  # TCGETS, FIONBIO, FIONREAD, FIONCLEX, FIOCLEX
_PRCTL = (15, 16, 0x53564D41)  # thread name, name of a memory area
_O_TRUNC = 0o1000


def _arg(index: int, *, high: bool = False) -> int:
    """Return the offset of half an argument on a little-endian machine."""
    return 16 + 8 * index + (4 if high else 0)


def _unless(jump: int, constant: int, verdict: int) -> list[Instruction]:
    """Return `verdict` unless the loaded word passes."""
    return [(jump, 1, 0, constant), (_RETURN, 0, 0, verdict)]


def _one_of(offset: int, values: Iterable[int]) -> list[Instruction]:
    block: list[Instruction] = [(_LOAD, 0, 0, offset)]
    for value in values:
        block += [(_EQUAL, 0, 1, value), (_RETURN, 0, 0, _ALLOW)]
    return [*block, (_RETURN, 0, 0, _EPERM)]


def _null(index: int) -> list[Instruction]:
    """Refuse unless a pointer argument is null."""
    return [
        *((_LOAD, 0, 0, _arg(index)), *_unless(_EQUAL, 0, _EPERM)),
        *((_LOAD, 0, 0, _arg(index, high=True)), *_unless(_EQUAL, 0, _EPERM)),
    ]


# What they tell about other processes is nobody's business.
_OF_ONESELF = ("getpgid", "getsid", "get_robust_list", "sched_getaffinity", "sched_getparam", "sched_getscheduler")


def _conditions(own_pid: int) -> dict[str, list[Instruction]]:
    allow: Instruction = (_RETURN, 0, 0, _ALLOW)
    return {
        **{call: _one_of(_arg(0), (0, own_pid)) for call in _OF_ONESELF},
        "clone": [
            *((_LOAD, 0, 0, _arg(0, high=True)), *_unless(_EQUAL, 0, _EPERM)),
            *((_LOAD, 0, 0, _arg(0)), (_AND, 0, 0, ~_CLONE_ALLOWED & 0xFFFFFFFF), *_unless(_EQUAL, 0, _EPERM)),
            *((_LOAD, 0, 0, _arg(0)), *_unless(_ANY_BIT, _CLONE_THREAD, _EPERM), allow),
        ],
        "socketpair": [
            *((_LOAD, 0, 0, _arg(0)), *_unless(_EQUAL, _AF_UNIX, _EPERM)),
            *((_LOAD, 0, 0, _arg(1)), (_AND, 0, 0, _SOCK_TYPES), *_unless(_EQUAL, _SOCK_STREAM, _EPERM), allow),
        ],
        "kill": _one_of(_arg(0), (own_pid,)),
        "tgkill": _one_of(_arg(0), (own_pid,)),
        "prlimit64": [*_null(2), *_one_of(_arg(0), (0, own_pid))],
        "fcntl": _one_of(_arg(1), _FCNTL),
        "ioctl": _one_of(_arg(1), _IOCTL),
        "prctl": _one_of(_arg(0), _PRCTL),
        "sendto": [*_null(4), allow],
    }


def _no_truncating_reader(flags: int) -> list[Instruction]:
    """Let an open through unless it truncates without the right to write: Landlock sees that only from ABI 3 on."""
    return [
        *((_LOAD, 0, 0, _arg(flags)), (_ANY_BIT, 1, 0, _O_TRUNC), (_RETURN, 0, 0, _ALLOW)),
        (_AND, 0, 0, 0o3),
        *((_EQUAL, 0, 1, 1), (_RETURN, 0, 0, _ALLOW)),
        *((_EQUAL, 0, 1, 2), (_RETURN, 0, 0, _ALLOW)),
        (_RETURN, 0, 0, _EPERM),
    ]


def program(own_pid: int, *, landlock_abi: int, machine: str | None = None) -> list[Instruction]:
    """Return the filter for the process with that id; an old Landlock makes it stricter about truncation."""
    machine = machine or syscalls.machine()
    free = syscalls.numbers(syscalls.FREE, machine)
    conditions = _conditions(own_pid)
    if landlock_abi < 3:
        del free["truncate"]
        conditions["openat"] = _no_truncating_reader(2)
        conditions["open"] = _no_truncating_reader(1)
    code: list[Instruction] = [
        *((_LOAD, 0, 0, _ARCH), *_unless(_EQUAL, syscalls.AUDIT_ARCH[machine], _KILL)),
        *((_LOAD, 0, 0, _NUMBER), (_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _KILL)),
    ]
    every = {**free, **syscalls.numbers(syscalls.CONDITIONAL, machine)}
    for call, number in every.items():
        block = conditions.get(call, [(_RETURN, 0, 0, _ALLOW)])
        code += [(_EQUAL, 0, len(block), number), *block]
    for number in syscalls.numbers(syscalls.ABSENT, machine).values():
        code += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ENOSYS)]
    code += [(_AT_LEAST, 0, 1, syscalls.NEWEST + 1), (_RETURN, 0, 0, _ENOSYS), (_RETURN, 0, 0, _EPERM)]
    return code


def encode(code: list[Instruction]) -> bytes:
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in code)


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def load(code: list[Instruction]) -> None:
    """Put the filter on all threads of this process, for ever. Needs no_new_privs. Raises OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    body = ctypes.create_string_buffer(encode(code))
    described = _Program(len(code), ctypes.addressof(body))
    number = syscalls.numbers(syscalls.OWN)["seccomp"]
    if libc.syscall(number, _SET_MODE_FILTER, _ALL_THREADS, ctypes.byref(described)) != 0:
        failed = ctypes.get_errno()
        raise OSError(failed, f"seccomp: {os.strerror(failed)}")
