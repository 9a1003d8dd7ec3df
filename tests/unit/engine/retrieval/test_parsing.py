"""Text files in the encodings people have; what cannot be read says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.retrieval import parsing
from engine.retrieval.parsing import Unreadable, Unsupported, parse

TEXT = "Tea 茶 steeps\nthree minutes. 三分钟。"


def _read(tmp_path: Path, content: bytes, filename: str = "a.txt") -> str:
    path = tmp_path / "blob"
    path.write_bytes(content)
    [block] = parse(path, filename).blocks
    assert block.line == 1
    return block.text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030"])
def test_text_is_read_in_its_encoding(tmp_path: Path, encoding: str) -> None:
    assert _read(tmp_path, TEXT.encode(encoding)) == TEXT


def test_text_that_fits_nothing_is_read_byte_by_byte(tmp_path: Path) -> None:
    assert _read(tmp_path, b"caf\xe9\xff") == "café\xff"


def test_lines_end_in_one_way(tmp_path: Path) -> None:
    assert _read(tmp_path, b"a\r\nb\rc\n") == "a\nb\nc\n"


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (b"", Unreadable, "no text"),
        (b" \n\t", Unreadable, "no text"),
        (b"%PDF-1.7 x", Unsupported, "(.bin)"),
        (b"ab\0cd", Unsupported, "Save it as text"),
        (b"\xff\xfea", Unreadable, "UTF-16"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, content: bytes, kind: type[Unreadable], words: str) -> None:
    with pytest.raises(Unreadable) as caught:
        _read(tmp_path, content, "a.BIN")

    assert type(caught.value) is kind
    assert words in caught.value.message
    assert caught.value.code == ("unsupported_file" if kind is Unsupported else "invalid_file")


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "MAX_BYTES", 10)

    with pytest.raises(Unreadable, match="Split it"):
        _read(tmp_path, b"x" * 11)
