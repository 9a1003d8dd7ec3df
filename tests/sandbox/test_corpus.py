"""Hostile programs get nowhere, harmless ones work: our own corpus always, the rest and every mask on request.

`FIRESIDE_SANDBOX_FULL=1` also runs the corpus beside the repository (or in FIRESIDE_SANDBOX_CORPUS), each program in a
process of its own, without namespaces, and as an ordinary user where the tests run as root.
`python -m tests.sandbox.matrix` prints what is left when each layer is masked.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.sandbox import Limits, Sandbox
from tests.sandbox import harness
from tests.sandbox.harness import LIMITS, Attempt, Program, attempt, programs

FULL = bool(os.environ.get("FIRESIDE_SANDBOX_FULL"))
# Without namespaces Landlock lets a program see that a file exists and how large it is, not what is in it.
RESIDUE = {"s01_stat_size", "b39_stat_size", "b40_stat_leak", "b39_stat"}
full = pytest.mark.skipif(not FULL, reason="long: set FIRESIDE_SANDBOX_FULL=1")


@pytest.fixture(scope="module")
def outside() -> Iterator[Path]:
    """A folder outside /tmp: without namespaces a session sees its own folder under that name."""
    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="fireside-tests-") as folder:
        yield Path(folder)


def own_or_all(kind: str) -> list[Program]:
    return [program for program in programs(kind) if FULL or program.path.is_relative_to(harness.OWN)]


def attempt_all(sandbox: Sandbox, outside: Path, chosen: list[Program]) -> list[Attempt]:
    assert sandbox.available().available or sandbox._masked, sandbox.available().reason
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda program: attempt(program, sandbox, outside), chosen))


def escapes(attempts: list[Attempt]) -> dict[str, str]:
    return {tried.name: f"{tried.why}: {tried.logs[-500:]}" for tried in attempts if tried.escaped}


def test_there_are_programs_to_try() -> None:
    own = [program for program in programs("hostile") if program.path.is_relative_to(harness.OWN)]

    assert len(own) >= 60
    assert all(program.field("success") and program.field("technique") for program in own)
    assert len({program.name for program in own}) == len(own)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_no_hostile_program_gets_out(tmp_path: Path, outside: Path) -> None:
    sandbox = Sandbox(tmp_path / "home", limits=LIMITS, preload=False, spare=False)
    try:
        tried = attempt_all(sandbox, outside, own_or_all("hostile"))
        residue = set() if sandbox._namespaces else RESIDUE
    finally:
        sandbox.close()

    assert {name: why for name, why in escapes(tried).items() if name not in residue} == {}


@full
@pytest.mark.timeout(3600)
def test_without_namespaces_only_names_and_sizes_can_be_seen(tmp_path: Path, outside: Path) -> None:
    sandbox = Sandbox(tmp_path / "home", limits=LIMITS, preload=False, spare=False)
    sandbox._namespaces = False
    try:
        tried = attempt_all(sandbox, outside, own_or_all("hostile"))
    finally:
        sandbox.close()

    assert set(escapes(tried)) <= RESIDUE


@full
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.timeout(3600)
def test_an_ordinary_user_is_as_safe(tmp_path: Path) -> None:
    """Root's interpreter may be out of an ordinary user's reach: the system's is used, with the same libraries."""
    runuser, python = shutil.which("runuser"), shutil.which("python3", path="/usr/bin")
    if runuser is None or python is None:
        pytest.skip("needs runuser and a Python of the system")
    libraries = [entry for entry in sys.path if Path(entry).name == "site-packages"]
    path = os.pathsep.join([str(harness.REPOSITORY), *libraries])
    done = subprocess.run(
        [
            *(runuser, "-u", "nobody", "--", "env", f"PYTHONPATH={path}", "PYTHONDONTWRITEBYTECODE=1"),
            *(python, "-m", "tests.sandbox.matrix", "everything", "namespaces"),
        ],
        cwd=harness.REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    rows = [line.split("|")[1:4] for line in done.stdout.splitlines() if line.startswith("| ")][1:]
    assert [int(row[1]) for row in rows] == [0, len(RESIDUE & {program.name for program in programs("hostile")})]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_harmless_programs_work(tmp_path: Path) -> None:
    """Two sessions, one program after another in each; with FULL each in a session of its own."""
    sandbox = Sandbox(tmp_path / "home", limits=Limits(seconds=60, grace=1), spare=FULL)
    mounts = harness.fixtures(tmp_path / "fixtures")
    chosen = programs("harmless")
    halves = [chosen] if FULL else [chosen[::2], chosen[1::2]]

    def work(half: list[Program]) -> list[harness.Check]:
        shared = None if FULL else f"thread_{id(half)}"
        return [harness.check(program, sandbox, mounts, thread_id=shared) for program in half]

    try:
        with ThreadPoolExecutor(2) as pool:
            checks = [check for part in pool.map(work, halves) for check in part]
    finally:
        sandbox.close()

    assert {check.name: (check.problems, check.logs[-500:]) for check in checks if check.problems} == {}
    assert len(checks) >= 18
