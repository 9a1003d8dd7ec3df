"""What the code imports is declared and pinned: a fresh clone gets all of it, and nothing comes along by luck."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import packages_distributions

from tests.architecture.sources import PACKAGES, ROOT, sources

# Imports that belong to a distribution with another name than the one that is declared.
PART_OF = {"shiboken6": "pyside6-essentials", "pyside6": "pyside6-essentials"}
TYPES_ONLY = {"_typeshed"}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _declared() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return {_normal(re.split(r"[<>=!~\[; ]", line)[0]) for line in project["dependencies"]}


def _pinned() -> set[str]:
    lines = (ROOT / "requirements.lock").read_text("utf-8").splitlines()
    return {_normal(line.split("==")[0]) for line in lines if "==" in line and not line.startswith("#")}


def _imported() -> dict[str, str]:
    """Return each distribution the three packages import, with a file that does."""
    known = packages_distributions()
    ours = {*PACKAGES, "resources", *sys.stdlib_module_names, *TYPES_ONLY}
    found: dict[str, str] = {}
    for source in sources():
        if source.name.split("/")[0] not in PACKAGES:
            continue
        for module in {name.split(".")[0] for name in source.imports} - ours:
            name = _normal(known.get(module, [module])[0])
            found[PART_OF.get(name, name)] = source.name
    return found


def test_every_import_is_declared() -> None:
    assert {name: file for name, file in _imported().items() if name not in _declared()} == {}


def test_every_declared_dependency_is_pinned() -> None:
    assert _declared() - _pinned() == set()
