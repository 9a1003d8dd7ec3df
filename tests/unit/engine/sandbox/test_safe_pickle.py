from __future__ import annotations

import collections
import datetime
import io
import pickle  # noqa: TID251  the thing under test
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.sandbox import safe_pickle


@pytest.mark.parametrize(
    "value",
    [
        {"a": [1, 2.5, None, b"x", {3}]},
        collections.OrderedDict(a=1),
        datetime.datetime(2024, 1, 2),
        collections.Counter("aab"),
        complex(1, 2),
    ],
)
def test_data_comes_back(value: object) -> None:
    assert safe_pickle.loads(pickle.dumps(value)) == value


def test_arrays_and_tables_come_back(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"], "c": pd.to_datetime(["2024-01-01", "2024-01-02"])})
    array = np.arange(6).reshape(2, 3)
    frame.to_pickle(tmp_path / "a.pkl")

    assert (safe_pickle.loads(pickle.dumps(array)) == array).all()
    assert safe_pickle.load(io.BytesIO(pickle.dumps(np.float64(2.5)))) == 2.5
    pd.testing.assert_frame_equal(safe_pickle.read_pickle(tmp_path / "a.pkl"), frame)


@pytest.mark.parametrize(
    "data",
    [
        b"cbuiltins\neval\n(S'1'\ntR.",
        b"cos\nsystem\n(S'true'\ntR.",
        b"cpandas\neval\n(S'1'\ntR.",
        b"cnumpy.testing\nrundocs\n(tR.",
        b"cbuiltins\ngetattr\n(S'a'\nS'b'\ntR.",
        b"csubprocess\nPopen\n(S'true'\ntR.",
        b"cfunctools\npartial\n(tR.",
    ],
)
def test_nothing_is_called(data: bytes) -> None:
    with pytest.raises(pickle.UnpicklingError, match="not read from pickles"):
        safe_pickle.loads(data)
