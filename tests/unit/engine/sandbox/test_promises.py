"""A name that promises one value and holds a column is pointed out; what is meant as a column is not."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np
import pandas as pd
import pytest

from engine.sandbox.promises import doubts, made

TABLE = pd.DataFrame({"price": [2, 3], "number": [10, 20]})


def said_of(code: str) -> str | None:
    names: dict[str, Any] = {"df": TABLE, "np": np}
    promised = made(ast.parse(code))
    exec(code, names)
    return doubts(promised, names)


def test_a_method_that_binds_tighter_than_the_operator_is_pointed_out() -> None:
    said = said_of("total = df['price'] * df['number'].sum()\nprint(total)")

    assert said == "total holds 2 values, not one. To get one, write: (df['price'] * df['number']).sum()"
    assert said_of("meanPrice = np.array([1.0, 2.0])\nprint(f'{meanPrice}')") == "meanPrice holds 2 values, not one."
    assert said_of("max_price = df['price'] - df['number'].mean()\nmax_price") is not None


@pytest.mark.parametrize(
    "code",
    [
        "total = (df['price'] * df['number']).sum()\nprint(total)",
        "total = df['price'] * df['number']\nprint(total.sum())",
        "total = df['price'] * df['number']\ndf['t'] = total",
        "total_by_row = df['price'] * df['number']\nprint(total_by_row)",
        "monthly_sum = df['price']\nprint(monthly_sum)",
        "share = df['price'] / df['price'].sum()\nprint(share)",
        "totals = df['price']\ntotals",
        "total = [1, 2]\nprint(total)",
        "total = df\nprint(total)",
        "total = df['price'][:1]\nprint(total)",
        "def f():\n    total = df['price']\n    return total\nf()",
        "total, count = 1, 2\nprint(total)",
    ],
)
def test_what_is_meant_is_left_alone(code: str) -> None:
    assert said_of(code) is None
