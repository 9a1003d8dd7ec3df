"""Names that promise one value and hold many: what small models get wrong with columns, told before they answer."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_ONE = frozenset({"total", "sum", "average", "avg", "mean", "median", "count", "maximum", "minimum", "max", "min"})
_MANY = frozenset({"by", "per", "each", "every", "list", "array", "series", "column", "col", "running", "rolling"})
_MANY_TOO = frozenset({"cumulative", "daily", "weekly", "monthly", "yearly", "group", "grouped", "row", "rows"})
_AGGREGATES = frozenset({"sum", "mean", "max", "min", "median", "count", "std", "var", "prod"})
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_SHOWN_WITH = frozenset({"print", "display"})


@dataclass(frozen=True)
class Promise:
    """A name that the cell sets and only shows; `instead`: what was perhaps meant, if the expression tells."""

    name: str
    instead: str | None


def made(tree: ast.Module) -> tuple[Promise, ...]:
    """Return the promises in a cell, before it runs."""
    set_at: dict[str, ast.expr] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
            if isinstance(target, ast.Name) and _promises_one(target.id):
                set_at[target.id] = statement.value
    if not set_at:
        return ()
    used = _used(tree)
    return tuple(Promise(name, _meant(value)) for name, value in set_at.items() if name not in used)


def doubts(promised: Iterable[Promise], namespace: Mapping[str, Any]) -> str | None:
    """Return a sentence about the first name that holds many values, once the cell has run."""
    for promise in promised:
        count = _many(namespace.get(promise.name))
        if count > 1:
            meant = f" To get one, write: {promise.instead}" if promise.instead else ""
            return f"{promise.name} holds {count} values, not one.{meant}"
    return None


def _promises_one(name: str) -> bool:
    words = {word.lower() for word in _WORD.findall(name)}
    return bool(words & _ONE) and not words & (_MANY | _MANY_TOO)


def _used(tree: ast.Module) -> set[str]:
    """Return the names that the cell reads for anything else than to show them."""
    return {node.id for node in _reads(tree) if isinstance(node.ctx, ast.Load)}


def _reads(node: ast.AST) -> Iterator[ast.Name]:
    """Yield every name but those that stand alone in what is printed, formatted or left as a cell's value."""
    shown: list[ast.expr] = []
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _SHOWN_WITH:
        shown = node.args
    elif isinstance(node, ast.FormattedValue | ast.Expr):
        shown = [node.value]
    skipped = {id(value) for value in shown if isinstance(value, ast.Name)}
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Name):
            if id(child) not in skipped:
                yield child
        else:
            yield from _reads(child)


def _meant(value: ast.expr) -> str | None:
    """Return `(a * b).sum()` for `a * b.sum()`: the method binds tighter than the operator."""
    if not isinstance(value, ast.BinOp) or not isinstance(value.right, ast.Call):
        return None
    method = value.right.func
    if not isinstance(method, ast.Attribute) or method.attr not in _AGGREGATES:
        return None
    whole = ast.unparse(ast.BinOp(value.left, value.op, method.value))
    return f"({whole}).{method.attr}()"


def _many(value: Any) -> int:
    """Return how many values a column or array of numbers has; 0 for anything else."""
    kind = type(value)
    if kind.__name__ not in ("Series", "ndarray") or kind.__module__.partition(".")[0] not in ("pandas", "numpy"):
        return 0
    return int(value.size)
