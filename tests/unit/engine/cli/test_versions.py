"""Versions are found without importing what they are of."""

from __future__ import annotations

import platform

import pytest

from engine.cli import versions


def test_versions_are_those_installed() -> None:
    found = versions.installed_versions()

    assert found["python"] == platform.python_version()
    assert found["starlette"]
    assert versions.own_version() != "unknown"


def test_what_is_missing_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "_PACKAGES", ("no-such-package-here",))

    assert versions.installed_versions()["no-such-package-here"] is None
