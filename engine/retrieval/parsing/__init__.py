"""Reads files of many formats as documents: one module a format, chosen by `dispatch`."""

from engine.retrieval.parsing.dispatch import parse
from engine.retrieval.problems import Unreadable, Unsupported

__all__ = ["Unreadable", "Unsupported", "parse"]
