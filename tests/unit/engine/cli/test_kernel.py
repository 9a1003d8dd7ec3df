"""What the kernel offers is asked, and read from the switches of the distributions."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from engine.cli import kernel


@pytest.mark.parametrize(
    ("files", "allowed"),
    [
        ({}, False),
        ({"user/max_user_namespaces": "0"}, False),
        ({"user/max_user_namespaces": "1000"}, True),
        ({"user/max_user_namespaces": "1000", "kernel/unprivileged_userns_clone": "0"}, False),
        ({"user/max_user_namespaces": "1000", "kernel/apparmor_restrict_unprivileged_userns": "1"}, False),
        ({"user/max_user_namespaces": "nonsense"}, False),
    ],
)
def test_user_namespaces(files: dict[str, str], allowed: bool, tmp_path: Path) -> None:
    for name, text in files.items():
        file = tmp_path / "sys" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    assert kernel.user_namespaces(tmp_path) is allowed


@pytest.mark.skipif(sys.platform != "linux", reason="asks a Linux kernel")
def test_asking_the_running_kernel_never_fails() -> None:
    found = kernel.ask()

    assert found.landlock >= 0


def test_other_systems_have_none_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")

    assert kernel.ask() == kernel.Kernel(landlock=0, seccomp=False, user_namespaces=False)
