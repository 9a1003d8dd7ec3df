from __future__ import annotations

import ast

import pytest

from engine.sandbox.policy import RefusedCode, compile_text, transform

ACCEPTED = [
    "d['k'] += 1",
    "self_n = 0\nself_n += 1",
    "x: int = 1",
    "class A:\n    x: int = 1\n    def __repr__(self): return f'{self.x}'\n    def __len__(self): return 1",
    "_tmp = 1\ndef _helper(a, _b=2): return a + _b",
    "if __name__ == '__main__': pass",
    "print(type(1).__name__)",
    "async def f():\n    async with g() as h:\n        return [x async for x in h]",
    "match v:\n    case {'x': x, **rest}: pass\n    case [a, *_]: pass\n    case int() | P(x=1): pass",
    "def f():\n    n = 0\n    def g():\n        nonlocal n\n        n += 1\n    return g",
    "class R(dict, total=False): pass",
    "a, (b, *c) = 1, (2, 3)",
    "for i, (k, v) in enumerate({}.items()): pass",
    "with open('a') as f, open('b') as g: pass",
    "x = [i for i in range(3) if (y := i)]",
    "try:\n    pass\nexcept (A, B) as e:\n    raise C from e\nfinally:\n    pass",
    "import os, sys as s\nfrom math import *\nfrom json import loads as l",
    "from __future__ import annotations\nx = 1",
    "lambda *a, k=1, **kw: (a, k, kw)",
    "super().__init__()",
]

REFUSED = {
    "().__class__.__base__": "__base__",
    "f.__globals__": "__globals__",
    "e.__traceback__.tb_frame": "tb_frame",
    "__builtins__": "__builtins__",
    "__import__('os')": "__import__",
    "_getattr_ = 1": "_getattr_",
    "from operator import add as _getattr_": "_getattr_",
    "import os as _write_": "_write_",
    "def f(_getattr_, /): pass": "_getattr_",
    "lambda _write_: 1": "_write_",
    "def f(*_write_): pass": "_write_",
    "[0 for _getattr_ in x]": "_getattr_",
    "(_getattr_ := 1)": "_getattr_",
    "with a as _getattr_: pass": "_getattr_",
    "try:\n    pass\nexcept E as _getattr_:\n    pass": "_getattr_",
    "class _getattr_: pass": "_getattr_",
    "def _write_(): pass": "_write_",
    "global _getattr_": "_getattr_",
    "match x:\n    case [*_getattr_]: pass": "_getattr_",
    "match x:\n    case {**_getattr_}: pass": "_getattr_",
    "match x:\n    case int() as _getattr_: pass": "_getattr_",
    "match f:\n    case object(__globals__=g): pass": "__globals__",
    "try:\n    pass\nexcept* E:\n    pass": "except*",
    "class A:\n    def __reduce__(self): pass": "__reduce__",
    "class A:\n    def __del__(self): pass": "__del__",
    "from . import x": "Relative",
    "connection.enable_load_extension(True)": "enable_load_extension",
    "def f():\n    nonlocal _getattr_": "_getattr_",
}


@pytest.mark.parametrize("source", ACCEPTED)
def test_what_models_write_is_accepted(source: str) -> None:
    compile_text(source, "<cell 1>", "exec")


@pytest.mark.parametrize("source", REFUSED)
def test_what_reaches_into_the_interpreter_is_refused_by_name(source: str) -> None:
    with pytest.raises(RefusedCode, match=r"Line \d+") as caught:
        transform(ast.parse(source))

    assert REFUSED[source] in str(caught.value)


def test_usual_attributes_are_not_rewritten() -> None:
    tree = ast.parse("df.groupby('a').b.sum()")
    before = ast.dump(tree)

    transform(tree)

    assert ast.dump(tree) == before


def test_attributes_that_need_a_look_go_through_the_guard() -> None:
    tree = ast.parse("'{}'.format(1); a.b = 2; del a._c")

    transform(tree)

    assert ast.unparse(tree) == "_getattr_('{}', 'format')(1)\n_write_(a, 'b').b = 2\ndel _write_(a, '_c')._c"


def test_imports_become_calls_of_the_guard() -> None:
    tree = ast.parse("import a.b as c, d.e\nfrom f import g as h, i\nfrom j import *")

    transform(tree)

    assert ast.unparse(tree).splitlines() == [
        "c = _import_('a.b', whole=True)",
        "d = _import_('d.e', whole=False)",
        "h, i = _from_('f', ('g', 'i'))",
        "_star_('j')",
    ]


def test_at_most_three_reasons_are_given() -> None:
    with pytest.raises(RefusedCode) as caught:
        transform(ast.parse("\n".join(f"a.__globals{n}__" for n in range(9))))

    assert len(str(caught.value).splitlines()) == 3
