"""Model-written Python, run in a jailed child process: one session per thread, files in /mnt/data."""

from engine.sandbox.folder import read_file
from engine.sandbox.sandbox import Sandbox
from engine.sandbox.session import RESTARTED, Session
from engine.sandbox.types import CellResult, Image, Limits, Mount, ProducedFile, Wall, Walls

__all__ = [
    "RESTARTED",
    "CellResult",
    "Image",
    "Limits",
    "Mount",
    "ProducedFile",
    "Sandbox",
    "Session",
    "Wall",
    "Walls",
    "read_file",
]
