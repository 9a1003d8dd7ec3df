"""The table of children is closed and names what exists."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path

import pytest

from engine.workers import registry


def test_nothing_else_can_start() -> None:
    with pytest.raises(KeyError):
        registry.entry("os:system")
    with pytest.raises(TypeError):
        registry.WORKERS["new"] = "os:abort"  # type: ignore[index]


@pytest.mark.parametrize("name", sorted(registry.WORKERS))
def test_every_name_stands_for_a_function(name: str) -> None:
    """Checked without importing: the children's libraries have no business in this process."""
    module, function = registry.WORKERS[name].split(":")
    found = importlib.util.find_spec(module)
    assert found is not None
    assert found.origin is not None
    tree = ast.parse(Path(found.origin).read_text("utf-8"))
    assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
