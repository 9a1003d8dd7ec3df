"""How a file begins, in words for the model; whatever the file holds, one short line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.tools.previews import preview


def of(folder: Path, name: str, content: bytes) -> str:
    path = folder / "blob"
    path.write_bytes(content)
    return preview(path, name)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.csv", b"name,price\npen,3\nink,4\nrare,9\n", "columns: name, price; first rows: pen, 3 | ink, 4"),
        ("a.CSV", b"\xef\xbb\xbfname\r\n\r\npen\r\n", "columns: name; first rows: pen"),
        ("a.csv", b"name,price\n", "columns: name, price"),
        ("a.csv", b"n;p\n1,5;2\n", "columns: n, p; separated by ';'; first rows: 1,5, 2"),
        ("a.tsv", b"n\tp\n1\t2\n", "columns: n, p; separated by '\\t'; first rows: 1, 2"),
        ("a.csv", "姓名,年\n张三,1\n".encode("gbk"), "columns: 姓名, 年; first rows: 张三, 1; encoding='gb18030'"),
        ("a.csv", b'"a ""b""",c\n"x\n', 'columns: a "b", c; first rows: x'),
        ("a.json", b'{"k": 1}\n', 'begins: {"k": 1}'),
        ("notes.txt", b"\n\nFirst line\nsecond", "begins: First line"),
        ("a.csv", b"", ""),
        ("a.csv", b"PK\x00\x01", ""),
        ("a.xlsx", b"name,price\n", ""),
        ("a.csv", b"\xff\xff\xff", ""),
    ],
)
def test_the_beginning_of_a_file(tmp_path: Path, name: str, content: bytes, expected: str) -> None:
    assert of(tmp_path, name, content) == expected


def test_long_things_are_cut_and_odd_characters_dropped(tmp_path: Path) -> None:
    wide = ",".join(f"column{number}" for number in range(200)).encode()
    said = of(tmp_path, "a.csv", wide + b"\n" + b"x" * 100_000)
    assert said.endswith("column29 …")
    assert "\u202e" not in of(tmp_path, "a.txt", "a\u202eb\x1b[31m".encode())
    assert len(of(tmp_path, "a.txt", b"y" * 1000)) < 200


def test_a_file_that_is_gone_has_no_beginning(tmp_path: Path) -> None:
    assert preview(tmp_path / "none", "a.csv") == ""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.binary(max_size=300), name=st.sampled_from(["a.csv", "a.json", "a.tsv"]))
def test_any_bytes_make_one_short_line(tmp_path: Path, content: bytes, name: str) -> None:
    said = of(tmp_path, name, content)
    assert "\n" not in said
    assert len(said) < 5000
