"""The lesson runner reads lessons as people write them and does not call a failed cell a good one."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.lesson.runner import Cell, judge, parse, report, run_cell

LESSON = """# Title
## 1. First
```python
print("a")
```
**Output:**
```
assistant > look:
```sql
SELECT 1
```
done
```
## 2. Tools
```python
client.create(tools=[{"type": "code_interpreter"}], file=client.files.create())
```
```python
client.ask()
```
"""


def test_cells_keep_their_section_order_and_output() -> None:
    first, *_ = cells = parse(LESSON)

    assert [cell.section for cell in cells] == ["1. First", "2. Tools", "2. Tools"]
    assert first.code == 'print("a")\n'
    assert first.printed == "assistant > look:\n```sql\nSELECT 1\n```\ndone\n"
    assert first.expectation == "an answer"


def test_a_need_marks_its_whole_section() -> None:
    assert [cell.needs for cell in parse(LESSON)] == [(), ("code interpreter",), ("code interpreter",)]


def test_our_own_lesson_needs_nothing_before_the_tools() -> None:
    cells = parse(Path(__file__).with_name("lesson.md").read_text("utf-8"))

    assert [cell.section[0] for cell in cells if cell.needs] == ["4", "4", "4", "5", "5"]


def test_a_cell_that_raises_has_failed() -> None:
    cell = Cell(1, "s", "1 / 0")

    run_cell(cell, {})

    assert cell.result == "failed: ZeroDivisionError: division by zero"


def test_cells_share_one_namespace_and_the_assistant_of_the_lesson() -> None:
    names = {"assistant": SimpleNamespace(id="asst_real")}
    first, second = Cell(1, "s", "a = 'asst_psmawyqIV5HrDiwxYAesO4ia'"), Cell(2, "s", "print(a)", "id")

    run_cell(first, names)
    run_cell(second, names)

    assert (second.result, second.output) == ("ok", "asst_real\n")


def test_shell_lines_are_not_run() -> None:
    cell = Cell(1, "s", "!pip install openai\n")

    run_cell(cell, {})

    assert cell.result == "skipped: not Python"


@pytest.mark.parametrize(
    ("printed", "output", "result"),
    [
        ("", "", "ok"),
        ("text", "other text", "ok"),
        ("text", " \n", "failed: nothing was printed"),
        ("assistant > hi", "assistant > hello", "ok"),
        ("assistant > hi", "assistant > \n", "failed: no answer was printed"),
        ('{"id": 1, "data": []}', '{"id": 2, "data": [3], "more": 0}', "ok"),
        ('{"id": 1, "data": []}', '{"id": 2}', "failed: fields missing: data"),
        ('f {"q": 1}\nassistant > hi', 'f {"q": 2}\nassistant > ', "failed: no answer was printed"),
        ('{"id": 1}\n---\n{"id": 2}', '{"id": 1}', "failed: 1 objects printed, not 2"),
    ],
)
def test_what_is_printed_is_judged_by_fields_and_presence(printed: str, output: str, result: str) -> None:
    assert judge(Cell(1, "s", "", printed, output=output)) == result


def test_the_report_has_a_row_for_each_cell() -> None:
    table = report([Cell(1, "1. First", "", result="ok", seconds=0.25)])

    assert table.splitlines()[-1] == "| 1 | 1. First | runs | ok | 0.2 |"
