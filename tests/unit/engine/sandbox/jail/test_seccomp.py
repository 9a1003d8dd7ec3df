"""The filter is run here by a small interpreter of BPF, so that every verdict can be seen without being jailed."""

from __future__ import annotations

import errno
import struct

import pytest

from engine.sandbox.jail import syscalls
from engine.sandbox.jail.seccomp import Instruction, encode, program

PID = 4242
ALLOW, KILL = 0x7FFF0000, 0x80000000
EPERM, ENOSYS = 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
ALL = {**syscalls.FREE, **syscalls.CONDITIONAL, **syscalls.ABSENT}
CLONE_THREAD_FLAGS = 0x3D0F00


def verdict(code: list[Instruction], number: int, *args: int, arch: int = syscalls.AUDIT_ARCH["x86_64"]) -> int:
    """Run a filter on one system call."""
    padded = [*args, *[0] * (6 - len(args))]
    data = struct.pack("<IIQ6Q", number, arch, 0, *(value & 0xFFFFFFFFFFFFFFFF for value in padded))
    accumulator = position = 0
    while True:
        operation, jump_true, jump_false, constant = code[position]
        position += 1
        if operation == 0x20:
            (accumulator,) = struct.unpack_from("<I", data, constant)
        elif operation == 0x54:
            accumulator &= constant
        elif operation == 0x06:
            return constant
        else:
            passed = {
                0x15: accumulator == constant,
                0x35: accumulator >= constant,
                0x45: bool(accumulator & constant),
            }[operation]
            position += jump_true if passed else jump_false


@pytest.fixture(scope="module")
def code() -> list[Instruction]:
    return program(PID, landlock_abi=7, machine="x86_64")


def call(name: str) -> int:
    number = ALL[name][0]
    assert number is not None
    return number


def test_usual_calls_pass(code: list[Instruction]) -> None:
    for name in syscalls.FREE:
        assert verdict(code, call(name)) == ALLOW, name


@pytest.mark.parametrize("number", [41, 42, 57, 58, 59, 90, 101, 155, 165, 272, 298, 310, 319, 321, 322, 425, 434, 450])
def test_socket_connect_fork_exec_chmod_ptrace_mount_and_the_like_do_not(code: list[Instruction], number: int) -> None:
    assert verdict(code, number) == EPERM


def test_calls_newer_than_the_table_do_not_exist(code: list[Instruction]) -> None:
    assert verdict(code, 451) == verdict(code, 600) == ENOSYS
    assert verdict(code, call("clone3")) == verdict(code, call("openat2")) == ENOSYS


def test_other_ways_of_calling_kill(code: list[Instruction]) -> None:
    assert verdict(code, 0, arch=0x40000003) == KILL
    assert verdict(code, 0x40000000) == KILL
    assert verdict(code, 0xFFFFFFFF) == KILL


@pytest.mark.parametrize(
    ("name", "args", "passes"),
    [
        ("clone", (CLONE_THREAD_FLAGS,), True),
        ("clone", (17,), False),
        ("clone", (0x10000 | 0x10000000,), False),
        ("clone", (CLONE_THREAD_FLAGS | 0x20000000,), False),
        ("clone", (CLONE_THREAD_FLAGS | 1 << 33,), False),
        ("clone", (CLONE_THREAD_FLAGS & ~0x10000,), False),
        ("socketpair", (1, 1 | 0o2000000), True),
        ("socketpair", (1, 2), False),
        ("socketpair", (2, 1), False),
        ("kill", (PID, 9), True),
        ("kill", (0, 9), False),
        ("kill", (-1, 9), False),
        ("kill", (1, 0), False),
        ("tgkill", (PID, PID + 1, 9), True),
        ("tgkill", (1, 1, 9), False),
        ("prlimit64", (0, 7, 0, 1234), True),
        ("prlimit64", (PID, 7, 0, 1234), True),
        ("prlimit64", (0, 7, 1, 0), False),
        ("prlimit64", (0, 7, 1 << 32, 0), False),
        ("prlimit64", (1, 7, 0, 0), False),
        ("fcntl", (3, 1), True),
        ("fcntl", (3, 8, 1), False),
        ("fcntl", (3, 10), False),
        ("fcntl", (3, 1024), False),
        ("ioctl", (0, 0x5401), True),
        ("ioctl", (0, 0x5412), False),
        ("ioctl", (0, 0x5452), False),
        ("prctl", (15, 0), True),
        ("prctl", (1, 0), False),
        ("prctl", (4, 1), False),
        ("prctl", (22, 0), False),
        ("getpgid", (0,), True),
        ("getpgid", (PID + 1,), False),
        ("sched_getaffinity", (PID, 128), True),
        ("sched_getaffinity", (1, 128), False),
        ("get_robust_list", (1,), False),
        ("sendto", (3, 0, 1, 0, 0, 0), True),
        ("sendto", (3, 0, 1, 0, 1, 16), False),
        ("sendto", (3, 0, 1, 0, 1 << 40, 16), False),
    ],
)
def test_arguments_are_looked_at(code: list[Instruction], name: str, args: tuple[int, ...], passes: bool) -> None:
    assert verdict(code, call(name), *args) == (ALLOW if passes else EPERM)


@pytest.mark.parametrize("abi", [1, 2])
def test_an_old_landlock_makes_truncation_a_matter_of_the_filter(abi: int) -> None:
    code = program(PID, landlock_abi=abi, machine="x86_64")
    o_trunc, o_wronly, o_rdwr, o_creat = 0o1000, 1, 2, 0o100

    assert verdict(code, call("truncate")) == EPERM
    for name, before in (("openat", (0, 0)), ("open", (0,))):
        assert verdict(code, call(name), *before, 0) == ALLOW
        assert verdict(code, call(name), *before, o_creat | o_wronly | o_trunc) == ALLOW
        assert verdict(code, call(name), *before, o_rdwr | o_trunc) == ALLOW
        assert verdict(code, call(name), *before, o_trunc) == EPERM
        assert verdict(code, call(name), *before, o_trunc | 3) == EPERM


def test_both_machines_have_a_filter_that_the_kernel_takes() -> None:
    for machine in ("x86_64", "aarch64"):
        made = program(PID, landlock_abi=7, machine=machine)
        assert len(made) <= 4096
        assert all(jump < 256 for instruction in made for jump in instruction[1:3])
        assert len(encode(made)) == 8 * len(made)
        arch = syscalls.AUDIT_ARCH[machine]
        numbers = syscalls.numbers(syscalls.FREE, machine)
        assert verdict(made, numbers["openat"], arch=arch) == ALLOW
        assert verdict(made, 220 if machine == "aarch64" else 56, 17, arch=arch) == EPERM
