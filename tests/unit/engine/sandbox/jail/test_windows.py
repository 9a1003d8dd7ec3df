"""What can be checked without Windows: the layout of its structures (64 bit), the text it gets. It has never run."""

from __future__ import annotations

import ctypes
import sys

import pytest

from engine.sandbox.jail import windows
from engine.sandbox.jail.level import Plan

PLAN = Plan(data="d", tmp="t", root="r", read=(), memory=1, file=1, namespaces=False)
elsewhere = pytest.mark.skipif(sys.platform == "win32", reason="there it would work")


@pytest.mark.parametrize(
    ("structure", "size"),
    [
        (windows.BasicLimits, 64),
        (windows.IoCounters, 48),
        (windows.ExtendedLimits, 144),
        (windows.Capabilities, 24),
        (windows.StartupInfo, 104),
        (windows.StartupInfoEx, 112),
        (windows.ProcessInformation, 24),
    ],
)
@pytest.mark.skipif(ctypes.sizeof(ctypes.c_void_p) != 8, reason="sizes of 64 bit systems")
def test_structures_have_the_documented_size(structure: type[ctypes.Structure], size: int) -> None:
    assert ctypes.sizeof(structure) == size


def test_the_job_holds_one_process_that_ends_with_the_app() -> None:
    limits = windows.limits(1 << 30)

    assert limits.basic.active_processes == 1
    assert limits.process_memory == limits.job_memory == 1 << 30
    assert limits.basic.flags & 0x2000
    assert limits.basic.flags & 0x8


def test_the_environment_is_sorted_and_ended() -> None:
    assert windows.environment_block({"b": "2", "A": "1"}) == "A=1\0b=2\0\0"


@elsewhere
def test_elsewhere_nothing_starts() -> None:
    with pytest.raises(OSError, match="Windows"):
        windows.start(["python"], {}, PLAN)
    with pytest.raises(OSError, match="Windows"):
        windows.inside(PLAN)
    with pytest.raises(OSError, match="Windows"):
        windows.has_bytes(0)
