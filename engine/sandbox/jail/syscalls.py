"""System call numbers (x86-64, aarch64): those the jail lets through, with or without conditions."""

from __future__ import annotations

import platform
from collections.abc import Mapping

Numbers = Mapping[str, tuple[int | None, int | None]]

# fmt: off
FREE: Numbers = {
    "read": (0, 63), "write": (1, 64), "readv": (19, 65), "writev": (20, 66), "pread64": (17, 67),
    "pwrite64": (18, 68), "preadv": (295, 69), "pwritev": (296, 70), "preadv2": (327, 286), "pwritev2": (328, 287),
    "close": (3, 57), "close_range": (436, 436), "fstat": (5, 80), "statfs": (137, 43), "fstatfs": (138, 44),
    "lseek": (8, 62), "munmap": (11, 215), "mmap": (9, 222), "mremap": (25, 216), "mprotect": (10, 226),
    "madvise": (28, 233), "mincore": (27, 232), "msync": (26, 227), "brk": (12, 214), "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "rt_sigpending": (127, 136),
    "rt_sigtimedwait": (128, 137), "rt_sigsuspend": (130, 133), "sigaltstack": (131, 132),
    "restart_syscall": (219, 128), "pipe2": (293, 59), "pselect6": (270, 72), "ppoll": (271, 73),
    "epoll_create1": (291, 20), "epoll_ctl": (233, 21), "epoll_pwait": (281, 22), "epoll_pwait2": (441, 441),
    "eventfd2": (290, 19), "dup": (32, 23), "dup3": (292, 24), "nanosleep": (35, 101),
    "clock_nanosleep": (230, 115), "clock_gettime": (228, 113), "clock_getres": (229, 114),
    "gettimeofday": (96, 169), "times": (100, 153), "getpid": (39, 172), "gettid": (186, 178),
    "getppid": (110, 173), "getuid": (102, 174), "geteuid": (107, 175),
    "getgid": (104, 176), "getegid": (108, 177), "getresuid": (118, 148), "getresgid": (120, 150),
    "getgroups": (115, 158), "getcwd": (79, 17), "chdir": (80, 49), "fchdir": (81, 50), "mkdirat": (258, 34),
    "unlinkat": (263, 35), "renameat": (264, 38), "renameat2": (316, 276), "ftruncate": (77, 46),
    "truncate": (76, 45), "fallocate": (285, 47), "fsync": (74, 82), "fdatasync": (75, 83),
    "sync_file_range": (277, 84), "getdents64": (217, 61), "readlinkat": (267, 78),
    "newfstatat": (262, 79), "statx": (332, 291), "faccessat": (269, 48), "faccessat2": (439, 439),
    "umask": (95, 166), "fadvise64": (221, 223), "sendfile": (40, 71), "copy_file_range": (326, 285),
    "futex": (202, 98), "futex_waitv": (449, 449), "set_robust_list": (273, 99),
    "rseq": (334, 293), "set_tid_address": (218, 96), "exit": (60, 93), "exit_group": (231, 94),
    "sched_yield": (24, 124),
    "sched_get_priority_max": (146, 125), "sched_get_priority_min": (147, 126),
    "getcpu": (309, 168), "getrandom": (318, 278), "getrusage": (98, 165), "uname": (63, 160), "sysinfo": (99, 179),
    "getrlimit": (97, 163), "membarrier": (324, 283), "recvfrom": (45, 207), "shutdown": (48, 210),
    "getsockopt": (55, 209), "getsockname": (51, 204), "getpeername": (52, 205),
    "openat": (257, 56), "open": (2, None), "stat": (4, None), "lstat": (6, None), "access": (21, None),
    "readlink": (89, None), "mkdir": (83, None), "rmdir": (84, None), "unlink": (87, None), "rename": (82, None),
    "pipe": (22, None), "select": (23, None), "poll": (7, None), "epoll_create": (213, None),
    "epoll_wait": (232, None), "dup2": (33, None), "getdents": (78, None), "time": (201, None),
    "getpgrp": (111, None), "eventfd": (284, None),
}
# Let through only with certain arguments; see `seccomp.program`.
CONDITIONAL: Numbers = {
    "clone": (56, 220), "socketpair": (53, 199), "kill": (62, 129), "tgkill": (234, 131), "prlimit64": (302, 261),
    "fcntl": (72, 25), "ioctl": (16, 29), "prctl": (157, 167), "sendto": (44, 206),
    "getpgid": (121, 155), "getsid": (124, 156), "get_robust_list": (274, 100), "sched_getaffinity": (204, 123),
    "sched_getparam": (143, 121), "sched_getscheduler": (145, 120),
}
# Their arguments lie in memory where a filter cannot look; "no such call" makes the C library use the older one.
ABSENT: Numbers = {
    "clone3": (435, 435), "openat2": (437, 437),
}
# Calls the jail itself makes.
OWN: Numbers = {
    "seccomp": (317, 277), "pivot_root": (155, 41), "mount_setattr": (442, 442),
    "landlock_create_ruleset": (444, 444), "landlock_add_rule": (445, 445), "landlock_restrict_self": (446, 446),
}
# fmt: on
NEWEST = 450  # numbers above are newer than this table

_COLUMN = {"x86_64": 0, "aarch64": 1}
AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


def machine() -> str:
    """Return the machine's name as the tables know it. Raises OSError for one they do not know."""
    name = {"AMD64": "x86_64", "arm64": "aarch64"}.get(platform.machine(), platform.machine())
    if name not in _COLUMN:
        raise OSError(f"the system call table has no column for {name}")
    return name


def numbers(table: Numbers, name: str | None = None) -> dict[str, int]:
    """Return the numbers of a table on this (or the named) machine, without the calls it lacks."""
    column = _COLUMN[name or machine()]
    return {call: row[column] for call, row in table.items() if row[column] is not None}  # type: ignore[misc]
