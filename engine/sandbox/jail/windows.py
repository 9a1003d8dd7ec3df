"""Windows: an AppContainer without capabilities in a job object. Written from documentation and never run.

The app makes the walls before the process starts: the container sees no user files, no network (loopback included)
and no other process; the job holds exactly one process, bounds its memory and ends with the app. Nothing here needs
administrator rights. A low integrity level or a restricted token alone would not do: they leave the user's files
readable.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Any

from engine.sandbox.jail.level import Plan, Report

_DWORD, _WORD = ctypes.c_uint32, ctypes.c_uint16
_EXTENDED_STARTUP, _NO_WINDOW, _UNICODE_ENVIRONMENT = 0x00080000, 0x08000000, 0x00000400
_USE_STANDARD_HANDLES = 0x00000100
_ATTRIBUTE_HANDLES, _ATTRIBUTE_CAPABILITIES = 0x00020002, 0x00020009
_ATTRIBUTE_JOBS, _ATTRIBUTE_CHILDREN = 0x0002000D, 0x0002000E
_CHILDREN_RESTRICTED = 1
_JOB_UI, _JOB_EXTENDED = 4, 9
# one process, memory of process and job, end with the last handle, end on a crash without a dialogue
_JOB_FLAGS = 0x00000008 | 0x00000100 | 0x00000200 | 0x00002000 | 0x00000400
_ALL_UI_LIMITS = 0xFF
_ALREADY_EXISTS = 0x800700B7
_TOKEN_QUERY, _TOKEN_IS_APPCONTAINER = 0x0008, 29
_STILL_ACTIVE = 259
_ALL_PACKAGES = "*S-1-15-2-1"
_NAME = "Fireside.Sandbox"
_TICK = 0.01


class BasicLimits(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION."""

    _fields_ = [
        ("process_time", ctypes.c_int64),
        ("job_time", ctypes.c_int64),
        ("flags", _DWORD),
        ("minimum_set", ctypes.c_size_t),
        ("maximum_set", ctypes.c_size_t),
        ("active_processes", _DWORD),
        ("affinity", ctypes.c_size_t),
        ("priority", _DWORD),
        ("scheduling", _DWORD),
    ]


class IoCounters(ctypes.Structure):
    """IO_COUNTERS."""

    _fields_ = [(name, ctypes.c_uint64) for name in ("reads", "writes", "others", "read", "written", "other")]


class ExtendedLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

    _fields_ = [
        ("basic", BasicLimits),
        ("io", IoCounters),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process_memory", ctypes.c_size_t),
        ("peak_job_memory", ctypes.c_size_t),
    ]


class Capabilities(ctypes.Structure):
    """SECURITY_CAPABILITIES: the container's identity, and no capability at all."""

    _fields_ = [
        ("sid", ctypes.c_void_p),
        ("capabilities", ctypes.c_void_p),
        ("count", _DWORD),
        ("reserved", _DWORD),
    ]


class StartupInfo(ctypes.Structure):
    """STARTUPINFOW."""

    _fields_ = [
        ("size", _DWORD),
        ("reserved", ctypes.c_void_p),
        ("desktop", ctypes.c_void_p),
        ("title", ctypes.c_void_p),
        *((name, _DWORD) for name in ("x", "y", "width", "height", "columns", "rows", "fill", "flags")),
        ("show", _WORD),
        ("reserved_size", _WORD),
        ("reserved_bytes", ctypes.c_void_p),
        *((name, ctypes.c_void_p) for name in ("stdin", "stdout", "stderr")),
    ]


class StartupInfoEx(ctypes.Structure):
    """STARTUPINFOEXW."""

    _fields_ = [("info", StartupInfo), ("attributes", ctypes.c_void_p)]


class ProcessInformation(ctypes.Structure):
    """PROCESS_INFORMATION."""

    _fields_ = [
        ("process", ctypes.c_void_p),
        ("thread", ctypes.c_void_p),
        ("pid", _DWORD),
        ("tid", _DWORD),
    ]


def environment_block(environment: dict[str, str]) -> str:
    """Return the environment as CreateProcessW wants it: sorted, each entry ended by a null, one more at the end."""
    return (
        "".join(f"{name}={value}\0" for name, value in sorted(environment.items(), key=lambda i: i[0].upper())) + "\0"
    )


def limits(memory: int) -> ExtendedLimits:
    """Return what the job allows: one process, so much memory, nothing after the app."""
    extended = ExtendedLimits()
    extended.basic.flags = _JOB_FLAGS
    extended.basic.active_processes = 1
    extended.process_memory = extended.job_memory = memory
    return extended


def inside(plan: Plan) -> Report:
    """Say, in the child, whether this process really is in a container; the app made it. Raises OSError."""
    del plan
    token, answer, size = ctypes.c_void_p(), _DWORD(), _DWORD()
    kernel, security = _library("kernel32"), _library("advapi32")
    _check(security.OpenProcessToken(kernel.GetCurrentProcess(), _TOKEN_QUERY, ctypes.byref(token)))
    _check(
        security.GetTokenInformation(token, _TOKEN_IS_APPCONTAINER, ctypes.byref(answer), 4, ctypes.byref(size)),
    )
    kernel.CloseHandle(token)
    return Report(appcontainer=bool(answer.value), rlimits=True)


class ContainedProcess:
    """A started process with the face of subprocess.Popen as far as the sandbox uses it."""

    def __init__(self, process: int, job: int, pid: int, pipes: Sequence[IO[bytes]]) -> None:
        self.pid = pid
        self.stdin, self.stdout, self.stderr = pipes
        self.returncode: int | None = None
        self._process, self._job = process, job

    def poll(self) -> int | None:
        if self.returncode is None:
            code = _DWORD()
            _check(_library("kernel32").GetExitCodeProcess(ctypes.c_void_p(self._process), ctypes.byref(code)))
            self.returncode = None if code.value == _STILL_ACTIVE else code.value
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end. Raises subprocess.TimeoutExpired."""
        milliseconds = 0xFFFFFFFF if timeout is None else int(timeout * 1000)
        _library("kernel32").WaitForSingleObject(ctypes.c_void_p(self._process), milliseconds)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired("sandbox", timeout or 0)
        return code

    def kill(self) -> None:
        """End the job, that is: the process and whatever it has."""
        _library("kernel32").TerminateJobObject(ctypes.c_void_p(self._job), 1)

    def close(self) -> None:
        for handle in (self._process, self._job):
            _library("kernel32").CloseHandle(ctypes.c_void_p(handle))


def start(command: Sequence[str], environment: dict[str, str], plan: Plan) -> ContainedProcess:
    """Start a program in the container. Raises OSError; then there is no jail, and no code may run."""
    sid, text = _container()
    _grant((plan.data, plan.tmp), f"*{text}", "M")
    _grant(plan.read, _ALL_PACKAGES, "RX")
    job = _job(plan.memory)
    pairs = [os.pipe(), os.pipe(), os.pipe()]  # requests, replies, output
    theirs = [pairs[0][0], pairs[1][1], pairs[2][1]]
    handles = (ctypes.c_void_p * 3)(*(_handle(descriptor, inherit=True) for descriptor in theirs))
    try:
        information = _create(command, environment, sid, handles, job)
    finally:
        for descriptor in theirs:
            os.close(descriptor)
    ours = (os.fdopen(pairs[0][1], "wb", 0), os.fdopen(pairs[1][0], "rb", 0), os.fdopen(pairs[2][0], "rb", 0))
    return ContainedProcess(information.process, job, information.pid, ours)


def wait(readers: Sequence[int], seconds: float) -> list[int]:
    """Return the descriptors that have bytes or have ended, waiting for at most so long."""
    deadline = time.monotonic() + seconds
    while True:
        ready = [descriptor for descriptor in readers if has_bytes(descriptor)]
        if ready or time.monotonic() >= deadline:
            return ready
        threading.Event().wait(_TICK)


def has_bytes(descriptor: int) -> bool:
    """Return whether reading would not wait: bytes are there, or the other end is closed."""
    there = _DWORD()
    handle = ctypes.c_void_p(_handle(descriptor))
    asked = _library("kernel32").PeekNamedPipe(handle, None, 0, None, ctypes.byref(there), None)
    return not asked or there.value > 0


# --------------------------------------------------------------------------------------------------- the calls


def _library(name: str) -> Any:
    """Return a system library. Raises OSError elsewhere than on Windows."""
    if os.name != "nt":
        raise OSError("AppContainer is a part of Windows")
    return ctypes.WinDLL(name, use_last_error=True)  # type: ignore[attr-defined]


def _handle(descriptor: int, *, inherit: bool = False) -> int:
    """Return the system's handle of a file descriptor. Raises OSError elsewhere than on Windows."""
    if sys.platform == "win32":
        import msvcrt

        handle = msvcrt.get_osfhandle(descriptor)
        if inherit:
            os.set_handle_inheritable(handle, True)
        return handle
    raise OSError("handles are a part of Windows")


def _check(succeeded: int) -> None:
    if not succeeded:
        code = ctypes.get_last_error()  # type: ignore[attr-defined]
        raise OSError(code, f"Windows error {code}")


def _container() -> tuple[ctypes.c_void_p, str]:
    """Return the container's identity, made at the first call on this machine, and its text form."""
    sid = ctypes.c_void_p()
    userenv = _library("userenv")
    result = userenv.CreateAppContainerProfile(_NAME, _NAME, "Fireside's code interpreter", None, 0, ctypes.byref(sid))
    if result & 0xFFFFFFFF == _ALREADY_EXISTS:
        result = userenv.DeriveAppContainerSidFromAppContainerName(_NAME, ctypes.byref(sid))
    if result != 0:
        raise OSError(f"CreateAppContainerProfile: {result & 0xFFFFFFFF:#010x}")
    text = ctypes.c_wchar_p()
    _check(_library("advapi32").ConvertSidToStringSidW(sid, ctypes.byref(text)))
    return sid, str(text.value)


def _grant(paths: Iterable[str], who: str, right: str) -> None:
    """Let an identity into folders and what is in them. Raises OSError."""
    for path in paths:
        given = f"{who}:(OI)(CI){right}" if Path(path).is_dir() else f"{who}:{right}"
        done = subprocess.run(["icacls", path, "/grant", given, "/Q"], capture_output=True, check=False)
        if done.returncode != 0:
            raise OSError(f"icacls {path}: {done.returncode}")


def _job(memory: int) -> int:
    kernel = _library("kernel32")
    kernel.CreateJobObjectW.restype = ctypes.c_void_p
    job = kernel.CreateJobObjectW(None, None)
    _check(job)
    extended, surface = limits(memory), _DWORD(_ALL_UI_LIMITS)
    for kind, given in ((_JOB_EXTENDED, extended), (_JOB_UI, surface)):
        size = ctypes.sizeof(given)
        _check(kernel.SetInformationJobObject(ctypes.c_void_p(job), kind, ctypes.byref(given), size))
    return int(job)


def _create(
    command: Sequence[str], environment: dict[str, str], sid: ctypes.c_void_p, handles: Any, job: int
) -> ProcessInformation:
    kernel = _library("kernel32")
    size = ctypes.c_size_t()
    kernel.InitializeProcThreadAttributeList(None, 4, 0, ctypes.byref(size))
    attributes = ctypes.create_string_buffer(size.value)
    _check(kernel.InitializeProcThreadAttributeList(attributes, 4, 0, ctypes.byref(size)))
    capabilities, children = Capabilities(sid, None, 0, 0), _DWORD(_CHILDREN_RESTRICTED)
    jobs = (ctypes.c_void_p * 1)(job)
    for kind, value in (
        (_ATTRIBUTE_CAPABILITIES, capabilities),
        (_ATTRIBUTE_HANDLES, handles),
        (_ATTRIBUTE_CHILDREN, children),
        (_ATTRIBUTE_JOBS, jobs),
    ):
        given = ctypes.c_size_t(ctypes.sizeof(value))
        _check(
            kernel.UpdateProcThreadAttribute(
                attributes, 0, ctypes.c_size_t(kind), ctypes.byref(value), given, None, None
            )
        )
    startup = StartupInfoEx()
    startup.info.size, startup.info.flags = ctypes.sizeof(startup), _USE_STANDARD_HANDLES
    startup.info.stdin, startup.info.stdout, startup.info.stderr = handles
    startup.attributes = ctypes.cast(attributes, ctypes.c_void_p)
    made = ProcessInformation()
    line = ctypes.create_unicode_buffer(subprocess.list2cmdline(command))
    block = ctypes.create_unicode_buffer(environment_block(environment))
    flags = _EXTENDED_STARTUP | _NO_WINDOW | _UNICODE_ENVIRONMENT
    try:
        _check(
            kernel.CreateProcessW(
                None, line, None, None, True, flags, block, None, ctypes.byref(startup), ctypes.byref(made)
            )
        )
    finally:
        kernel.DeleteProcThreadAttributeList(attributes)
    kernel.CloseHandle(ctypes.c_void_p(made.thread))
    return made
