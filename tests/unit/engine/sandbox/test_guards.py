from __future__ import annotations

import builtins
import math
import types
from collections import namedtuple
from typing import Any

import pytest

from engine.sandbox.guards import Guards, RefusedAttribute, RefusedImport
from engine.sandbox.policy import compile_text


@pytest.fixture
def namespace() -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "__main__"}
    guards = Guards(names, compile_text)
    names |= {**guards.names(), "__builtins__": guards.builtins()}
    return names


def run(source: str, namespace: dict[str, Any]) -> Any:
    exec(compile_text(source, "<cell 1>", "exec"), namespace)
    return namespace.get("result")


def test_usual_python_works(namespace: dict[str, Any]) -> None:
    source = """
import os.path as p, json
from collections import Counter as C, OrderedDict
from math import *
class A:
    def __init__(self): self._n = 0
    def up(self):
        self._n += 1
        return self
    def __getattr__(self, name): return name
a = A().up()
a.x = 2
setattr(a, 'y', 3)
result = (p.join('a', 'b'), json.loads('[1]'), C('aab')['a'], sqrt(9), a._n, a.x, a.y, a.z, vars(a)['_n'],
          '{0:>3}{name}'.format(1, name='x'), '{a.x}'.format(a=a), getattr(a, 'x'), hasattr(1, 'nope'),
          getattr(1, 'nope', 7), eval('1 + 1'), 'json' in globals(), str.format('{}', 5))
"""
    expected = ("a/b", [1], 2, 3.0, 1, 2, 3, "z", 1, "  1x", "2", 2, False, 7, 2, True, "5")

    assert run(source, namespace) == expected


def test_eval_and_exec_see_local_names_and_obey_the_policy(namespace: dict[str, Any]) -> None:
    source = "def f():\n    q = 4\n    return eval('q + 1')\nexec('w = 9')\nresult = (f(), w, eval('z', {'z': 1}))"

    assert run(source, namespace) == (5, 9, 1)
    with pytest.raises(RefusedAttribute, match="not compiled code"):
        run("eval(compile)", namespace)


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos.system('true')",
        "import sys\nsys.modules",
        "import statistics\nstatistics.sys.modules",
        "import shutil\nshutil._samefile",
        "import json\njson.dumps = 1",
        "import json\njson.JSONEncoder.default = 1",
        "import json\nsetattr(json, 'dumps', 1)",
        "import json\nobject.__setattr__(json, 'dumps', 1)",
        "import json\ngetattr(json.dumps, '__globals__')",
        "import json\n'{0.__globals__}'.format(json.dumps)",
        "import json\n'{f.__globals__}'.format_map({'f': json.dumps})",
        "import json\nlist(map(str.format, ['{0.__globals__}'], [json.dumps]))",
        "import operator, json\noperator.attrgetter('__globals__')(json.dumps)",
        "from operator import methodcaller\nimport json\nmethodcaller('__getattribute__', '__globals__')(json.dumps)",
        "import json\nvars(json)",
        "import timeit\ntimeit.timeit('1')",
        "import types\ntypes.FunctionType",
        "compile('1', '', 'eval')",
        "import zipfile, io\nclass Z(zipfile.ZipFile):\n    def go(self): return self._open_to_write\n"
        "Z(io.BytesIO(), 'w').go()",
        "import json\ndelattr(json, 'dumps')",
    ],
)
def test_what_the_guards_stop(source: str, namespace: dict[str, Any]) -> None:
    with pytest.raises(RefusedAttribute):
        run(source, namespace)


@pytest.mark.parametrize(
    "source",
    ["import subprocess", "import ctypes", "from os import system", "from numpy import ctypeslib", "import requests"],
)
def test_what_cannot_be_imported(source: str, namespace: dict[str, Any]) -> None:
    with pytest.raises(RefusedImport):
        run(source, namespace)


def test_a_refused_import_can_be_handled_as_a_missing_one(namespace: dict[str, Any]) -> None:
    assert run("try:\n    import requests\nexcept ImportError:\n    result = 'none'", namespace) == "none"


def test_a_missing_member_is_an_import_error(namespace: dict[str, Any]) -> None:
    with pytest.raises(ImportError, match="cannot import name 'nope' from 'math'"):
        run("from math import nope", namespace)


def test_a_lying_string_is_no_attribute_name(namespace: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="plain string"):
        run("class S(str): pass\ngetattr(1, S('real'))", namespace)


def test_a_star_import_cannot_bring_a_guard(namespace: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("colorsys")
    vars(module).update(__all__=["_getattr_", "fine"], _getattr_=1, fine=2)
    monkeypatch.setitem(__import__("sys").modules, "colorsys", module)
    guard = namespace["_getattr_"]

    run("from colorsys import *", namespace)

    assert namespace["_getattr_"] is guard
    assert namespace["fine"] == 2


def test_globals_is_a_copy(namespace: dict[str, Any]) -> None:
    guard = namespace["_write_"]

    run("globals()['_write_'] = 1\nlocals()['_write_'] = 2", namespace)

    assert namespace["_write_"] is guard


def test_public_underscores_of_libraries_are_reachable() -> None:
    guards = Guards({}, compile_text)

    assert guards.getattr(namedtuple("P", "x")(1), "_asdict")() == {"x": 1}
    with pytest.raises(RefusedAttribute):
        guards.getattr(math, "_secret")


def test_input_and_exit(namespace: dict[str, Any]) -> None:
    with pytest.raises(EOFError):
        run("input('name? ')", namespace)
    with pytest.raises(SystemExit):
        run("exit()", namespace)
    assert "breakpoint" not in namespace["__builtins__"]
    assert namespace["__builtins__"]["__import__"] is builtins.__import__


@pytest.mark.parametrize("call", ["exec('1', {}, {'_getattr_': max})", "eval('1', None, {'_import_': max})"])
def test_eval_and_exec_take_no_guards_from_their_local_names(call: str, namespace: dict[str, Any]) -> None:
    with pytest.raises(RefusedAttribute, match="reserved"):
        run(call, namespace)
    with pytest.raises(RefusedAttribute, match="dict"):
        run("from collections import ChainMap\nexec('1', {}, ChainMap({}))", namespace)
    assert run("result = eval('a + 1', {}, {'a': 1})", namespace) == 2
