"""Imports the scripts in packaging/, which is no package: the name belongs to a library."""

from __future__ import annotations

import importlib.util
from types import ModuleType

from tests.architecture.sources import ROOT


def load(name: str) -> ModuleType:
    """Return packaging/NAME.py as a module."""
    spec = importlib.util.spec_from_file_location(f"packaging_{name}", ROOT / "packaging" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
