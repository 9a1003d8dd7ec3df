"""What is packed for the children is what they and the jail need, and nothing of the window's."""

from __future__ import annotations

import importlib.util
from pathlib import PurePosixPath

import pytest

from engine.sandbox import rules
from tests.packaging.from_file import load

contents = load("contents")


@pytest.fixture(scope="module")
def packed() -> frozenset[PurePosixPath]:
    return frozenset(target for _, target in contents.library_files())


def test_the_childrens_libraries_are_packed_whole(packed: frozenset[PurePosixPath]) -> None:
    tops = {target.parts[0] for target in packed}

    assert {"torch", "sentence_transformers", "llama_cpp", "llguidance", "usearch", "rapidocr", "onnxruntime"} <= tops
    assert {"pandas", "numpy", "matplotlib", "openpyxl", "scipy", "RestrictedPython", "PIL", "pypdfium2"} <= tops
    assert {"PySide6", "starlette", "cryptography", "pytest"} & tops == set()
    assert not any(str(target).startswith("llama_cpp/lib/") for target in packed), "staged by build.py"


def test_the_jail_offers_in_the_built_app_what_it_offers_from_source(packed: frozenset[PurePosixPath]) -> None:
    standard = set(contents.standard_library())
    tops = {target.parts[0].partition(".")[0] for target in packed}
    installed = {name for name in rules.MODULES if importlib.util.find_spec(name) is not None}

    assert installed - standard - tops - {"__future__"} <= {"bs4", "lxml", "yaml"}


def test_names_of_packages_hide_no_module_of_ours(packed: frozenset[PurePosixPath]) -> None:
    assert {"engine", "models", "resources", "desktop"} & {target.parts[0] for target in packed} == set()


def test_the_standard_library_comes_with_its_parts() -> None:
    found = contents.standard_library()

    assert {"json.decoder", "xml.etree.ElementTree", "concurrent.futures.thread", "sqlite3", "zoneinfo"} <= set(found)
    assert not [name for name in found if "test" in name.split(".")]


def test_requirements_are_followed_to_their_ends() -> None:
    names = {each.metadata["Name"].lower() for each in contents.distributions(["jsonschema>=4"])}

    assert {"jsonschema", "referencing", "attrs"} <= names
    assert "pyside6_essentials" not in names


def test_only_the_apps_own_side_of_the_engine_stays_out_of_the_children() -> None:
    assert contents.is_for_workers("engine.retrieval.worker")
    assert contents.is_for_workers("engine.sandbox.child")
    assert not contents.is_for_workers("engine.store.rows")
