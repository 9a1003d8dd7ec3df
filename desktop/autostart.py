"""Starting Fireside when somebody logs in: one entry in the place the system has for that, written and taken away."""

from __future__ import annotations

import os
import plistlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_NAME = "Fireside"
_LABEL = "app.fireside"
_RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"


def command() -> tuple[str, ...]:
    """Return what starts the window: the app itself, or this Python with it, without a console where there is one."""
    if getattr(sys, "frozen", False):
        return (os.environ.get("APPIMAGE") or sys.executable,)
    quiet = Path(sys.executable).with_name("pythonw.exe")
    return (str(quiet) if quiet.exists() else sys.executable, "-m", "desktop")


def put(argv: Sequence[str], *, platform: str = sys.platform, home: Path | None = None) -> None:
    """Start `argv` at every login from now on. Raises OSError."""
    if platform == "win32":
        _put_windows(argv)
        return
    path = entry(platform=platform, home=home)
    path.parent.mkdir(parents=True, exist_ok=True)
    if platform == "darwin":
        wanted: dict[str, Any] = {"Label": _LABEL, "ProgramArguments": list(argv), "RunAtLoad": True}
        path.write_bytes(plistlib.dumps(wanted))
        return
    line = " ".join(_quoted(each) for each in argv)
    path.write_text(f"[Desktop Entry]\nType=Application\nName={_NAME}\nExec={line}\nTerminal=false\n", "utf-8")


def take_away(*, platform: str = sys.platform, home: Path | None = None) -> None:
    """Start nothing at login any more. Raises OSError."""
    if platform == "win32":
        _take_windows()
        return
    entry(platform=platform, home=home).unlink(missing_ok=True)


def entry(*, platform: str = sys.platform, home: Path | None = None) -> Path:
    """Return the file that makes the system start Fireside, on systems that have one."""
    folder = home or Path.home()
    if platform == "darwin":
        return folder / "Library" / "LaunchAgents" / f"{_LABEL}.plist"
    config = os.environ.get("XDG_CONFIG_HOME", "") if home is None else ""
    return (Path(config) if Path(config).is_absolute() else folder / ".config") / "autostart" / "fireside.desktop"


def _quoted(word: str) -> str:
    """Return a word as the desktop entry specification wants it on an Exec line."""
    escaped = "".join(f"\\{sign}" if sign in '"`$\\' else sign for sign in word).replace("%", "%%")
    return f'"{escaped}"'.replace("\\", "\\\\")


def _put_windows(argv: Sequence[str]) -> None:
    import subprocess
    import winreg  # only there

    registry: Any = winreg
    with registry.CreateKey(registry.HKEY_CURRENT_USER, _RUN) as key:
        registry.SetValueEx(key, _NAME, 0, registry.REG_SZ, subprocess.list2cmdline(argv))


def _take_windows() -> None:
    import contextlib
    import winreg

    registry: Any = winreg
    with (
        contextlib.suppress(FileNotFoundError),
        registry.OpenKey(registry.HKEY_CURRENT_USER, _RUN, 0, registry.KEY_SET_VALUE) as key,
    ):
        registry.DeleteValue(key, _NAME)
