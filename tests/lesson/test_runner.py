"""The lesson runner reads lessons as people write them and does not call a failed cell a good one."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.lesson import runner
from tests.lesson.runner import Cell, is_right, judge, parse, points, provide_files, report, run_all, run_cell

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


def test_our_own_lesson_covers_all_tools() -> None:
    text = Path(__file__).with_name("lesson.md").read_text("utf-8")

    assert all(cell.section for cell in parse(text))
    assert [
        word for word in ("code_interpreter", "file_search", '"function"', "vector_stores") if word not in text
    ] == []


def test_files_a_lesson_only_names_are_copies_of_those_it_brings(tmp_path: Path) -> None:
    (tmp_path / "real.pdf").write_bytes(b"%PDF")

    provide_files([Cell(1, "s", "files = ['file1.pdf', \"real.pdf\", 'notes.docx']")], tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["file1.pdf", "real.pdf"]
    assert (tmp_path / "file1.pdf").read_bytes() == b"%PDF"


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


def test_a_copied_assistant_id_follows_the_newest_assistant() -> None:
    names = {"assistant": SimpleNamespace(id="asst_second"), "assistant_id": "asst_first"}
    cell = Cell(1, "s", "print(assistant_id)", "id")

    run_cell(cell, names)

    assert cell.output == "asst_second\n"


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


@pytest.mark.parametrize(
    ("printed", "words", "numbers"),
    [
        ("assistant > 9 rows\n\nso 9 - 6 = 3, or 2.0 hours\n\nAnything else?", set(), {"9", "6", "3", "2.0"}),
        ("assistant > 182,100 in 2024", set(), {"182100"}),
        ("assistant > 1. **Alone**: 5 trades\n2. **Together**", {"Alone", "Together"}, set()),
        ("assistant > Alone【4:0†source】.", {"†"}, set()),
        ("assistant > no idea", set(), set()),
    ],
)
def test_the_points_of_an_answer_are_its_bold_words_or_its_last_numbers(
    printed: str, words: set[str], numbers: set[str]
) -> None:
    assert points(Cell(1, "s", "ask('sales of 2024')", printed=printed)) == (words, numbers)


@pytest.mark.parametrize(
    ("output", "right"),
    [
        ("assistant > 3\nassistant > 12, that is 3.0 more, or 1111.1107", True),
        ("assistant > 12 and 3\nassistant > 123 1111.11", False),
        ("assistant > 12, 3, 1111.2", False),
        ("assistant > 1,2, 3, 1111.11", False),
    ],
)
def test_an_answer_is_right_when_it_has_the_lesson_s_points(output: str, right: bool) -> None:
    printed = "assistant > first\n\nThere are 12, 3 more, 1111.11 in all."

    assert is_right(Cell(1, "s", "", printed, result="ok", output=output)) is right
    assert not is_right(Cell(1, "s", "", printed, result="failed: x", output=output))


def test_answers_that_need_tools_are_asked_for_again_where_they_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(runner, "REPORT", tmp_path)
    answers = iter(["assistant > 7", "assistant > 8"] + ["assistant > 7"] * 9)
    names = {"say": lambda: next(answers)}
    cells = [
        Cell(1, "s", "first = say"),
        Cell(2, "s", "print(first())", printed="assistant > 7", needs=("function calling",)),
        Cell(3, "s", "1 / 0", printed="assistant > 7"),
        Cell(4, "s", "first = None"),
    ]

    assert run_all(cells, names, 2) == 1
    assert "cell  2  1 of 2 answers are right" in capsys.readouterr().out
    assert run_all(cells, names, 9) == 0
    assert [cell.result for cell in cells] == ["ok", "ok", "not run", "ok"]
