"""Functions in Python answer from the jail, forget between calls, and fail with a sentence the model can read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.sandbox import Sandbox
from engine.tools.functions.base import ExecutorFailed
from engine.tools.functions.python import PythonFunction, complaint, python_name


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    made = Sandbox(tmp_path_factory.mktemp("sandbox"), spare=False, preload=False)
    if not made.available().available:
        pytest.skip(made.available().reason)
    yield made
    made.close()


def test_the_arguments_are_keywords_and_the_answer_is_text_or_json(sandbox: Sandbox) -> None:
    code = "def add_up(numbers, unit='元'):\n    print('adding')\n    return {'sum': sum(numbers), 'unit': unit}\n"

    assert PythonFunction(sandbox, code, "add-up").run({"numbers": [1, 2.5]}) == '{"sum": 3.5, "unit": "元"}'
    assert PythonFunction(sandbox, "def hi(name):\n    return 'Hi ' + name", "hi").run({"name": "'; x"}) == "Hi '; x"


def test_nothing_is_carried_from_call_to_call(sandbox: Sandbox) -> None:
    code = (
        "import os\ndef count():\n    with open('/mnt/data/seen', 'a') as f:\n        f.write('x')\n"
        "    return os.path.getsize('/mnt/data/seen')\n"
    )
    function = PythonFunction(sandbox, code, "count")

    assert [function.run({}), function.run({})] == ["1", "1"]


def test_a_failure_says_what_went_wrong(sandbox: Sandbox) -> None:
    with pytest.raises(ExecutorFailed, match="ZeroDivisionError"):
        PythonFunction(sandbox, "def f(x):\n    return x / 0", "f").run({"x": 1})
    with pytest.raises(ExecutorFailed, match="unexpected keyword"):
        PythonFunction(sandbox, "def f(x):\n    return x", "f").run({"y": 1})


def test_where_no_code_may_run_nothing_runs(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path, spare=False, preload=False)
    sandbox.close()

    with pytest.raises(ExecutorFailed, match="cannot run here"):
        PythonFunction(sandbox, "def f():\n    return 1", "f").run({})


def test_code_is_looked_at_before_it_is_kept() -> None:
    assert complaint("def add_up(x):\n    return x", "add-up") == ""
    assert complaint("def other():\n    pass", "add-up") == "The code has no function add_up."
    assert complaint("def f(:\n", "f").startswith("Line 1: ")
    assert complaint("x" * 200_000, "f").startswith("The code is longer")
    assert python_name("a-b") == "a_b"
