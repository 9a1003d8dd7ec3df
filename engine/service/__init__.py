"""The engine's front door: what the window, the server and the command line call."""

from engine.service.engine import Engine

__all__ = ["Engine"]
