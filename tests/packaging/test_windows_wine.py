"""The Windows installer under Wine: installs, upgrades, uninstalls. Takes minutes, so it has to be asked for."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

SETUPS = sorted((ROOT / "build" / "dist" / "windows").glob("*-setup.exe"))


@pytest.mark.skipif(os.environ.get("FIRESIDE_PACKAGING_FULL") != "1", reason="minutes: FIRESIDE_PACKAGING_FULL=1")
@pytest.mark.skipif(not shutil.which("wine"), reason="Wine is not installed")
@pytest.mark.skipif(not SETUPS, reason="python packaging/windows/build.py makes the installer")
@pytest.mark.timeout(1800)
def test_the_installer_installs_upgrades_and_uninstalls(tmp_path: Path) -> None:
    script = ROOT / "packaging" / "windows" / "wine" / "check_installer.sh"

    shown = subprocess.run(
        ["bash", script, SETUPS[-1]],
        env={**os.environ, "WINEPREFIX": str(tmp_path / "prefix"), "DISPLAY": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert shown.returncode == 0, shown.stdout + shown.stderr[-2000:]
    assert "NOT " not in shown.stdout
