from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.sandbox.jail import syscalls

HEADER = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")
TABLES = {**syscalls.FREE, **syscalls.CONDITIONAL, **syscalls.ABSENT, **syscalls.OWN}


@pytest.mark.skipif(not HEADER.exists(), reason="the kernel's headers are not installed")
def test_numbers_agree_with_the_kernel_s_header() -> None:
    header = {name: int(number) for name, number in re.findall(r"__NR_(\w+) (\d+)", HEADER.read_text())}

    assert {name: row[0] for name, row in TABLES.items()} == {name: header.get(name) for name in TABLES}


def test_no_number_is_used_twice() -> None:
    for machine in ("x86_64", "aarch64"):
        numbers = [
            number
            for table in (syscalls.FREE, syscalls.CONDITIONAL, syscalls.ABSENT)
            for number in syscalls.numbers(table, machine).values()
        ]
        assert len(numbers) == len(set(numbers))
        assert max(numbers) <= syscalls.NEWEST


@pytest.mark.parametrize(
    "call",
    [
        *("execve", "execveat", "fork", "vfork", "ptrace", "process_vm_readv", "mount", "unshare", "setns", "bpf"),
        *("perf_event_open", "keyctl", "io_uring_setup", "userfaultfd", "memfd_create", "socket", "connect", "bind"),
        *("listen", "accept4", "sendmsg", "sendmmsg", "link", "symlink", "mknodat", "chmod", "fchmod", "utimensat"),
        *("setxattr", "name_to_handle_at", "pidfd_open", "prctl64", "setrlimit", "shmget", "mq_open", "inotify_init1"),
        *("setitimer", "timer_create", "setsid", "setpgid", "chroot", "pivot_root", "kexec_load", "init_module"),
    ],
)
def test_dangerous_calls_are_in_no_list(call: str) -> None:
    assert call not in {**syscalls.FREE, **syscalls.CONDITIONAL, **syscalls.ABSENT}


def test_an_unknown_machine_has_no_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")

    with pytest.raises(OSError, match="riscv64"):
        syscalls.machine()
