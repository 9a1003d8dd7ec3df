from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from engine.sandbox import hints

FRAME = pd.DataFrame({"Region": ["N"], "amount": [1.0]})


def hint(source: str, namespace: dict[str, Any], files: tuple[str, ...] = ()) -> str | None:
    try:
        exec(source, namespace)
    except Exception as error:  # noqa: BLE001
        return hints.for_error(error, namespace, lambda: list(files))
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize(
    "source",
    ["df['amounts']", "df.groupby('amuont')", "df[['amunt']]", "df.amout", "df.sort_values('Amount')"],
)
def test_a_wrong_column_is_answered_with_the_columns(source: str) -> None:
    said = hint(source, {"df": FRAME})

    assert said is not None
    assert said.startswith("df has the columns: Region, amount.")
    assert "Did you mean 'amount'?" in said


def test_many_columns_are_cut() -> None:
    said = hint("df['zzz']", {"df": pd.DataFrame({f"c{n}": [1] for n in range(50)})})

    assert said == "df has the columns: " + ", ".join(f"c{n}" for n in range(30)) + " …."


def test_a_missing_file_is_answered_with_the_files() -> None:
    said = hint("open('/mnt/data/sale.csv')", {}, ("other.txt", "sales.csv"))

    assert said == "Files in /mnt/data: other.txt, sales.csv. Did you mean 'sales.csv'?"
    assert hint("open('/nowhere/x')", {}) == "There are no files in /mnt/data."


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("b'\\xff'.decode()", "gbk"),
        ("import nothing_like_it", "pandas, numpy"),
        ("raise MemoryError", "memory"),
        ("raise PermissionError(1, 'no')", "no network"),
        ("result_total = 1\nprint(result_totl)", "Did you mean 'result_total'?"),
        ("raise RecursionError", "recursion"),
    ],
)
def test_other_causes_that_are_known(source: str, words: str) -> None:
    said = hint(source, {})

    assert said is not None
    assert words in said


@pytest.mark.parametrize("source", ["{}['a']", "[].nothing", "1 / 0", "int('x')"])
def test_nothing_is_said_where_nothing_is_known(source: str) -> None:
    assert hint(source, {}) is None


def test_a_plot_of_two_lengths_is_answered_with_the_grouped_table() -> None:
    frame = pd.DataFrame({"month": ["a", "b", "a"], "sold": [1, 2, 3]})
    namespace = {"df": frame, "total": frame.groupby("month")["sold"].sum(), "months": frame["month"]}
    problem = "raise ValueError('x and y must have same first dimension, but have shapes (3,) and (2,)')"

    assert (
        hint(problem, namespace) == "total has 2 values, one for each 'month': plot total.index against total.values."
    )
    assert hint(problem, {"df": frame}) == "The two have different lengths: take both from the same table."
