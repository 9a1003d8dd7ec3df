"""Versions of Fireside and of what it stands on, without importing any of it."""

from __future__ import annotations

import platform
from importlib import metadata

_PACKAGES = (
    "llama-cpp-python",
    "PySide6-Essentials",
    "SQLAlchemy",
    "alembic",
    "starlette",
    "uvicorn",
    "pydantic",
    "sentence-transformers",
    "torch",
    "usearch",
    "pypdf",
    "RestrictedPython",
    "huggingface-hub",
)


def own_version() -> str:
    """Return Fireside's version; "unknown" when it runs from a bare folder."""
    return _version("fireside") or "unknown"


def installed_versions() -> dict[str, str | None]:
    """Return name -> version, None for what is missing."""
    return {"python": platform.python_version(), **{name: _version(name) for name in _PACKAGES}}


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
