"""Hardware: this machine makes sense, and every probe fails quietly where there is nothing."""

from __future__ import annotations

import ctypes
import platform
from pathlib import Path
from typing import Any

import psutil
import pytest

from models import hardware


def test_this_machine() -> None:
    found = hardware.detect()
    assert 1 <= found.physical_cores <= found.cores
    assert 0 < found.memory_free <= found.memory_total <= psutil.virtual_memory().total
    assert found.processor
    assert found.disk_free(Path.cwd()) > 0


def test_disk_space_where_a_folder_will_be(tmp_path: Path) -> None:
    assert hardware.disk_free(tmp_path / "not" / "yet") > 0


def test_a_containers_limits_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cpu.max").write_text("150000 100000\n")
    (tmp_path / "memory.max").write_text("1000000000\n")
    (tmp_path / "memory.current").write_text("600000000\n")
    (tmp_path / "memory.stat").write_text("anon 1\nfile 200000000\n")
    monkeypatch.setattr(hardware, "_CGROUP", tmp_path)
    found = hardware.detect()
    assert found.memory_total == 1_000_000_000
    assert found.memory_free <= 600_000_000
    assert found.cores <= 2


def test_no_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cpu.max").write_text("max 100000\n")
    (tmp_path / "memory.max").write_text("max\n")
    monkeypatch.setattr(hardware, "_CGROUP", tmp_path)
    assert hardware.detect().memory_total == psutil.virtual_memory().total


def test_amd_cards_are_read_from_the_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    device = tmp_path / "card0" / "device"
    device.mkdir(parents=True)
    (device / "mem_info_vram_total").write_text("17163091968\n")
    (device / "mem_info_vram_used").write_text("1000000000\n")
    monkeypatch.setattr(hardware, "_DRM", tmp_path)
    cards = [gpu for gpu in hardware.detect().gpus if gpu.backend == "vulkan"]
    assert [(c.name, c.memory_total, c.memory_free) for c in cards] == [("AMD", 17163091968, 16163091968)]


def test_a_broken_probe_counts_as_no_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    device = tmp_path / "card0" / "device"
    device.mkdir(parents=True)
    (device / "mem_info_vram_total").write_text("nonsense")
    monkeypatch.setattr(hardware, "_DRM", tmp_path)
    assert not [gpu for gpu in hardware.detect().gpus if gpu.backend == "vulkan"]


class _Driver:
    """Answers like NVIDIA's management library with one card, or with one that fails."""

    def __init__(self, *, failing: bool = False) -> None:
        self.failing = failing
        self.shut_down = False

    def nvmlInit_v2(self) -> int:
        return 0

    def nvmlShutdown(self) -> int:
        self.shut_down = True
        return 0

    def nvmlDeviceGetCount_v2(self, count: Any) -> int:
        count._obj.value = 1
        return 0

    def nvmlDeviceGetHandleByIndex_v2(self, _index: Any, _handle: Any) -> int:
        return 1 if self.failing else 0

    def nvmlDeviceGetMemoryInfo(self, _handle: Any, memory: Any) -> int:
        memory._obj.total, memory._obj.free = 24_000, 20_000
        return 0

    def nvmlDeviceGetName(self, _handle: Any, name: Any, _length: Any) -> int:
        name.value = b"NVIDIA Test"
        return 0


@pytest.mark.parametrize("failing", [False, True])
def test_nvidia_cards_are_asked_from_the_driver(monkeypatch: pytest.MonkeyPatch, failing: bool) -> None:
    driver = _Driver(failing=failing)
    monkeypatch.setattr(hardware, "_nvml", lambda: driver)
    cards = [gpu for gpu in hardware.detect().gpus if gpu.backend == "cuda"]
    expected = [] if failing else [("NVIDIA Test", 24_000, 20_000)]
    assert [(c.name, c.memory_total, c.memory_free) for c in cards] == expected
    assert driver.shut_down


def test_without_the_driver() -> None:
    def load(_name: str) -> ctypes.CDLL:
        raise OSError("no such library")

    assert hardware._nvml(load) is None


def test_apple_silicon_shares_its_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    card = next(gpu for gpu in hardware.detect().gpus if gpu.backend == "metal")
    assert card.unified
    assert card.memory_total < psutil.virtual_memory().total
