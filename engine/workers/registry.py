"""The closed table of child processes: a name stands for a function in the child, and nothing else can start."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from types import MappingProxyType

# Strings, so that only the child imports llama.cpp or torch.
WORKERS: Mapping[str, str] = MappingProxyType(
    {
        "inference": "engine.inference.worker:serve",
        "retrieval": "engine.retrieval.worker:serve",
        "reader": "engine.retrieval.reader:serve",
        "pages": "engine.retrieval.pagework:serve",
        "sandbox": "engine.sandbox.child:main",  # started by engine.sandbox, whose walls are stricter
    }
)


def entry(name: str) -> Callable[[], None]:
    """Import and return what serves under that name; called in the child only. Raises KeyError for other names."""
    module, function = WORKERS[name].split(":")
    found: Callable[[], None] = getattr(importlib.import_module(module), function)
    return found
