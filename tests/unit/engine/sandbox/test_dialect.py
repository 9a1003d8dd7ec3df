from __future__ import annotations

import pytest

from engine.sandbox.dialect import NotebookCommand, to_python


@pytest.mark.parametrize(
    ("written", "python"),
    [
        ("print(1)\n", "print(1)\n"),
        ("```python\nprint(1)\n```", "print(1)\n"),
        ("Here it is:\n```py\nx = 1\n```\nand then\n```\nprint(x)\n```", "x = 1\nprint(x)\n"),
        ("~~~\nprint(1)\n~~~", "print(1)\n"),
        ("```python\nprint(1)", "print(1)\n"),
        ("import math\\nprint(math.pi)", "import math\nprint(math.pi)"),
        ('print(\\"a\\")\\nprint(1)', 'print("a")\nprint(1)'),
        ("    x = 1\n    print(x)\n", "x = 1\nprint(x)\n"),
        ("%matplotlib inline\nx = 1", "\nx = 1"),
        ("x = 1\r\ny = 2\r\n", "x = 1\ny = 2\n"),
        ("\ufeffx = 1", "x = 1"),
        ("s = '''\n%time\n!ls\n'''", "s = '''\n%time\n!ls\n'''"),
        ("s = '```'\nprint(s)", "s = '```'\nprint(s)"),
    ],
)
def test_the_python_in_it_is_found(written: str, python: str) -> None:
    assert to_python(written) == python


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("!pip install seaborn\nimport seaborn", "cannot be installed"),
        ("%pip install x", "cannot be installed"),
        ("%%time\nx = 1", "perf_counter"),
        ("x = 1\n!ls -la", "os.listdir"),
        ("%cd /tmp", "/mnt/data"),
        ("!curl http://example.com", "plain Python"),
    ],
)
def test_notebook_commands_are_refused_in_words(written: str, words: str) -> None:
    with pytest.raises(NotebookCommand, match=words):
        to_python(written)


def test_broken_python_comes_back_for_python_to_complain() -> None:
    assert to_python("for i in range(3)\n    print(i)") == "for i in range(3)\n    print(i)"
