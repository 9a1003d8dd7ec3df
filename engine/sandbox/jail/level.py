"""What a jail is asked for and what stands, in words; the same nouns on every system."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.sandbox.types import Wall
from engine.types import JsonObject


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The jail of one process: its two folders, what it may read, its limits in bytes."""

    data: str
    tmp: str
    root: str  # an empty folder where namespaces build their file system
    read: tuple[str, ...]
    memory: int
    file: int
    namespaces: bool
    masked: frozenset[str] = frozenset()
    landlock_abi: int | None = None  # to behave like an older kernel

    def to_json(self) -> JsonObject:
        return {**dataclasses.asdict(self), "read": list(self.read), "masked": sorted(self.masked)}

    @staticmethod
    def from_json(plan: Mapping[str, Any]) -> Plan:
        return Plan(**{**plan, "read": tuple(plan["read"]), "masked": frozenset(plan["masked"])})


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a process says about its own jail before it has read anybody's code."""

    landlock: int = 0  # the ABI in use
    seccomp: bool = False
    rlimits: bool = False
    namespaces: bool = False
    seatbelt: bool = False
    appcontainer: bool = False

    def to_json(self) -> JsonObject:
        return dataclasses.asdict(self)

    @staticmethod
    def from_json(untrusted: object) -> Report:
        """Read a report; what is not of the right type counts as absent."""
        given = untrusted if isinstance(untrusted, dict) else {}
        values: dict[str, Any] = {}
        for field in dataclasses.fields(Report):
            value = given.get(field.name)
            values[field.name] = value if type(value) is type(field.default) else field.default
        return Report(**values)


def missing(report: Report, platform: str = sys.platform) -> str:
    """Return why this jail is not enough, as a sentence; empty if every required wall stands."""
    if platform.startswith("linux"):
        if not report.landlock:
            return "This Linux kernel has no Landlock (it needs 5.13 or newer, with Landlock switched on)."
        if not report.seccomp:
            return "The system call filter (seccomp) could not be put up."
        return ""
    if platform == "darwin":
        return "" if report.seatbelt else "The Seatbelt profile could not be put up."
    if platform == "win32":
        return "" if report.appcontainer else "The AppContainer could not be made."
    return f"Fireside has no jail for the system '{platform}'."


def walls(report: Report, platform: str = sys.platform) -> tuple[Wall, ...]:
    """Return the walls of this system with what each does, standing or not."""
    if platform.startswith("linux"):
        return _linux_walls(report)
    if platform == "darwin":
        return (
            Wall(name="seatbelt", standing=report.seatbelt, note="Files, network, processes: denied unless named."),
            Wall(name="rlimits", standing=report.rlimits, note="Processor time, file size and open files are bounded."),
        )
    if platform == "win32":
        note = "No user files, no network, no other processes; one process, bounded memory, ended with the app."
        return (Wall(name="appcontainer", standing=report.appcontainer, note=note),)
    return ()


def _linux_walls(report: Report) -> tuple[Wall, ...]:
    abi = report.landlock
    landlock = f"Only the session's files and the libraries can be opened (ABI {abi})."
    if 0 < abi < 4:
        landlock += " This kernel leaves the network to the system call filter."
    hidden = "Other files are not even visible; own process and network space."
    bare = "This system allows no user namespaces: names and sizes of other files can be seen, not their contents."
    return (
        Wall(name="landlock", standing=abi > 0, note=landlock if abi else "The kernel has no Landlock."),
        Wall(name="seccomp", standing=report.seccomp, note="No new processes, no network, no signals to others."),
        Wall(name="rlimits", standing=report.rlimits, note="Memory, file size and open files are bounded."),
        Wall(name="namespaces", standing=report.namespaces, note=hidden if report.namespaces else bare),
    )
