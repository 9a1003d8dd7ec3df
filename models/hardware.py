"""What this machine has: cores, memory, graphics cards. What cannot be found out counts as absent."""

from __future__ import annotations

import ctypes
import logging
import os
import platform
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

_CGROUP: Final = Path("/sys/fs/cgroup")
_DRM: Final = Path("/sys/class/drm")
# macOS lets the GPU use about three quarters of unified memory.
_METAL_SHARE: Final = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Gpu:
    """A graphics card llama.cpp could use; memory in bytes. `unified` memory is the machine's own, not added to it."""

    name: str
    backend: str
    memory_total: int
    memory_free: int
    unified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardware:
    """Memory in bytes. `cores` are those this process may use, as its container or affinity allows."""

    system: str
    machine: str
    processor: str
    cores: int
    physical_cores: int
    memory_total: int
    memory_free: int
    gpus: tuple[Gpu, ...] = ()

    def disk_free(self, path: Path) -> int:
        """See the function of the same name."""
        return disk_free(path)


def detect() -> Hardware:
    """Look at the machine; takes a few milliseconds, never raises for something that is missing."""
    import psutil  # here: a start with a model that fits does not look

    memory = psutil.virtual_memory()
    total, free = memory.total, memory.available
    limit, used = _memory_limit()
    if limit is not None and limit < total:
        total, free = limit, max(0, min(free, limit - used))
    cores = _cores()
    return Hardware(
        system=platform.system(),
        machine=platform.machine(),
        processor=_processor(),
        cores=cores,
        physical_cores=max(1, min(cores, psutil.cpu_count(logical=False) or cores)),
        memory_total=total,
        memory_free=free,
        gpus=_gpus(total, free),
    )


def disk_free(path: Path) -> int:
    """Return the bytes an ordinary user may still write where `path` is, or will be."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return shutil.disk_usage(path).free


def _cores() -> int:
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = (_CGROUP / "cpu.max").read_text("ascii").split()
        if quota != "max":
            allowed = min(allowed, max(1, round(int(quota) / int(period))))
    except (OSError, ValueError, ZeroDivisionError):
        pass  # no control group of version 2, so no quota
    return max(1, allowed)


def _memory_limit() -> tuple[int | None, int]:
    """Return the container's memory limit, if any, and what it uses of it; page cache counts as free."""
    try:
        limit = int((_CGROUP / "memory.max").read_text("ascii"))
        used = int((_CGROUP / "memory.current").read_text("ascii"))
        cached = {
            line.split()[0]: int(line.split()[1]) for line in (_CGROUP / "memory.stat").read_text("ascii").splitlines()
        }
    except (OSError, ValueError, IndexError):
        return None, 0
    return limit, max(0, used - cached.get("file", 0))


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines():
            if line.startswith(("model name", "Hardware")):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass  # not Linux
    return platform.processor() or platform.machine()


def _gpus(memory_total: int, memory_free: int) -> tuple[Gpu, ...]:
    found: list[Gpu] = []
    for probe in (_nvidia, _amd, lambda: _metal(memory_total, memory_free)):
        try:
            found += probe()
        except (OSError, ValueError, AttributeError, ctypes.ArgumentError) as error:
            log.debug("a graphics card could not be looked at: %s", error)
    return tuple(found)


def _metal(memory_total: int, memory_free: int) -> list[Gpu]:
    if platform.system() != "Darwin" or platform.machine() != "arm64":
        return []
    share = int(memory_total * _METAL_SHARE)
    return [
        Gpu(name=_processor(), backend="metal", memory_total=share, memory_free=min(share, memory_free), unified=True)
    ]


def _amd() -> list[Gpu]:
    found = []
    for total_file in sorted(_DRM.glob("card[0-9]*/device/mem_info_vram_total")):
        device = total_file.parent
        total = int(total_file.read_text("ascii"))
        used = int((device / "mem_info_vram_used").read_text("ascii"))
        named = device / "product_name"
        name = named.read_text("utf-8", "replace").strip() if named.exists() else ""
        found.append(Gpu(name=name or "AMD", backend="vulkan", memory_total=total, memory_free=max(0, total - used)))
    return found


class _NvmlMemory(ctypes.Structure):
    _fields_ = [("total", ctypes.c_ulonglong), ("free", ctypes.c_ulonglong), ("used", ctypes.c_ulonglong)]


def _nvidia() -> list[Gpu]:
    """Ask the driver's own library: it is there whenever the driver is, and answers without starting a program."""
    library = _nvml()
    if library is None or library.nvmlInit_v2() != 0:
        return []
    try:
        count = ctypes.c_uint()
        if library.nvmlDeviceGetCount_v2(ctypes.byref(count)) != 0:
            return []
        cards = (_nvidia_card(library, index) for index in range(min(count.value, 64)))
        return [card for card in cards if card]
    finally:
        library.nvmlShutdown()


def _nvidia_card(library: ctypes.CDLL, index: int) -> Gpu | None:
    handle, memory, name = ctypes.c_void_p(), _NvmlMemory(), ctypes.create_string_buffer(96)
    if library.nvmlDeviceGetHandleByIndex_v2(ctypes.c_uint(index), ctypes.byref(handle)) != 0:
        return None
    if library.nvmlDeviceGetMemoryInfo(handle, ctypes.byref(memory)) != 0:
        return None
    library.nvmlDeviceGetName(handle, name, ctypes.c_uint(len(name)))
    return Gpu(
        name=name.value.decode("utf-8", "replace") or "NVIDIA",
        backend="cuda",
        memory_total=memory.total,
        memory_free=memory.free,
    )


def _nvml(load: Callable[[str], ctypes.CDLL] = ctypes.CDLL) -> ctypes.CDLL | None:
    for name in ("nvml.dll",) if platform.system() == "Windows" else ("libnvidia-ml.so.1",):
        try:
            return load(name)
        except OSError:
            continue
    return None
