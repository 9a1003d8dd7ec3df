from __future__ import annotations

import pytest

from engine.sandbox import rules
from engine.sandbox.rules import Verdict


@pytest.mark.parametrize("name", ["shape", "groupby", "__name__", "__init__", "_asdict", "__str__", "append"])
def test_usual_attributes_are_read_directly(name: str) -> None:
    assert rules.attribute(name) == (Verdict.PLAIN, "")


@pytest.mark.parametrize("name", ["_private", "format", "system", "modules", "__dict__", "loads", "__setattr__"])
def test_some_attributes_are_decided_while_running(name: str) -> None:
    assert rules.attribute(name)[0] is Verdict.GUARDED


@pytest.mark.parametrize("name", ["__globals__", "__subclasses__", "tb_frame", "f_back", "__reduce__", "_getattr_"])
def test_ways_into_the_interpreter_are_refused_with_words(name: str) -> None:
    verdict, words = rules.attribute(name)

    assert verdict is Verdict.REFUSED
    assert name in words


@pytest.mark.parametrize("name", ["x", "_", "__", "_x", "__name__", "__slots__", "数据"])
def test_names_that_may_be_used(name: str) -> None:
    assert rules.variable(name) == ""


@pytest.mark.parametrize("name", ["_getattr_", "_write_", "__import__", "__builtins__", "__loader__"])
def test_names_that_may_not(name: str) -> None:
    assert name in rules.variable(name)


@pytest.mark.parametrize(
    "name", ["pandas", "numpy.random", "matplotlib.pyplot", "os.path", "urllib.parse", "mpl_toolkits.mplot3d", "json"]
)
def test_modules_for_working_with_data_are_allowed(name: str) -> None:
    assert rules.module(name) == ""


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("requests", "no network"),
        ("urllib.request", "no network"),
        ("subprocess", "no other programs"),
        ("pip", "cannot be installed"),
        ("ctypes", "not available"),
        ("numpy.ctypeslib", "not available"),
        ("engine.sandbox", "not available"),
        ("importlib", "not available"),
    ],
)
def test_a_refusal_says_why(name: str, words: str) -> None:
    assert words in rules.module(name)
