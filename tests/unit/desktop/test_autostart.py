"""The entry that starts Fireside at login, as each system wants it."""

from __future__ import annotations

import plistlib
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from desktop import autostart

ARGV = ("/opt/Fire side/fireside", "--home", '/data/50%/"a"')


def test_linux_gets_a_desktop_entry(tmp_path: Path) -> None:
    autostart.put(ARGV, platform="linux", home=tmp_path)

    path = tmp_path / ".config" / "autostart" / "fireside.desktop"
    lines = path.read_text("utf-8").splitlines()
    assert lines[:3] == ["[Desktop Entry]", "Type=Application", "Name=Fireside"]
    assert lines[3] == 'Exec="/opt/Fire side/fireside" "--home" "/data/50%%/\\\\"a\\\\""'
    autostart.take_away(platform="linux", home=tmp_path)
    autostart.take_away(platform="linux", home=tmp_path)
    assert not path.exists()


def test_a_mac_gets_a_launch_agent(tmp_path: Path) -> None:
    autostart.put(ARGV, platform="darwin", home=tmp_path)

    (path,) = (tmp_path / "Library" / "LaunchAgents").iterdir()
    assert plistlib.loads(path.read_bytes())["ProgramArguments"] == list(ARGV)
    assert plistlib.loads(path.read_bytes())["RunAtLoad"] is True
    autostart.take_away(platform="darwin", home=tmp_path)
    assert not path.exists()


def test_windows_gets_a_value_of_the_run_key(monkeypatch: pytest.MonkeyPatch) -> None:
    values: dict[str, str] = {}

    class Key:
        def __enter__(self) -> Key:
            return self

        def __exit__(self, *_: object) -> None:
            """Nothing to close."""

    def delete(_key: Any, name: str) -> None:
        if name not in values:
            raise FileNotFoundError(name)
        del values[name]

    registry = types.ModuleType("winreg")
    known = {"HKEY_CURRENT_USER": 1, "REG_SZ": 1, "KEY_SET_VALUE": 2, "DeleteValue": delete}
    known |= {"CreateKey": lambda *_: Key(), "OpenKey": lambda *_: Key()}
    known["SetValueEx"] = lambda _key, name, _zero, _kind, value: values.__setitem__(name, value)
    for name, value in known.items():
        setattr(registry, name, value)
    monkeypatch.setitem(sys.modules, "winreg", registry)

    autostart.put(("C:\\Program Files\\Fireside\\fireside.exe",), platform="win32")
    assert values == {"Fireside": '"C:\\Program Files\\Fireside\\fireside.exe"'}
    autostart.take_away(platform="win32")
    autostart.take_away(platform="win32")
    assert values == {}


def test_the_entry_follows_the_systems_own_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    assert autostart.entry(platform="linux") == tmp_path / "autostart" / "fireside.desktop"


def test_what_is_started_is_this_app(monkeypatch: pytest.MonkeyPatch) -> None:
    assert autostart.command()[-2:] == ("-m", "desktop")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.delenv("APPIMAGE", raising=False)
    assert autostart.command() == (sys.executable,)
    monkeypatch.setenv("APPIMAGE", "/opt/Fireside.AppImage")
    assert autostart.command() == ("/opt/Fireside.AppImage",)
