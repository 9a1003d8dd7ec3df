"""Runs the whole test suite where no address but loopback can be reached, and says how that was made sure.

On Linux: a network namespace of its own that holds nothing but loopback, so native code and child processes cannot
get out either. Elsewhere, or where namespaces are forbidden: a hook in the test process that refuses to connect.
"""

from __future__ import annotations

import ctypes
import os
import socket
import struct
import subprocess
import sys
from pathlib import Path

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
SIOCSIFFLAGS = 0x8914
IFF_UP = 0x1


def cut_off() -> None:
    """Move this process into a network namespace with loopback only. Raises OSError where that is forbidden."""
    if sys.platform != "linux":
        raise OSError("only Linux has them")
    import fcntl  # not on Windows

    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    wanted = CLONE_NEWNET if user == 0 else CLONE_NEWNET | CLONE_NEWUSER
    if libc.unshare(wanted) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    if wanted & CLONE_NEWUSER:  # keep the same ids inside
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", IFF_UP))


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    """Become pytest."""
    plugins: list[str] = []
    try:
        cut_off()
        say("Tests run offline: a network namespace with loopback only.")
    except OSError as error:
        say(f"Tests run offline: connections refused by a hook (no network namespace: {error}).")
        plugins = ["-p", "tests.no_network"]
    os.environ["FIRESIDE_TESTS_OFFLINE"] = "hook" if plugins else "namespace"
    command = [sys.executable, "-m", "pytest", *plugins, *arguments]
    if sys.platform != "win32":
        os.execv(command[0], command)
    return subprocess.call(command)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
