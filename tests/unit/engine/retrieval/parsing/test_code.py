"""Programs are cut at their definitions, with comments and decorators above them."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.retrieval.parsing import code

PYTHON = '''"""Doc."""

import os


# About the class.
@decorated
class Pot:
    """A pot."""

    def pour(self):
        return 1

    async def fill(self):
        def inner():
            pass


def main():
    pass
'''


def test_definitions_begin_pieces() -> None:
    blocks = list(code.blocks(PYTHON))

    assert [(block.title, block.level, block.line) for block in blocks] == [
        ("", 0, 1),
        ("Pot", 1, 6),
        ("pour", 2, 11),
        ("fill", 2, 14),
        ("inner", 3, 15),
        ("main", 1, 19),
    ]
    assert blocks[1].text.startswith("# About the class.\n@decorated")


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("export default async function brew(x) {", "brew"),
        ("pub(crate) fn steep() -> u8 {", "steep"),
        ("public static final class Kettle<T> {", "Kettle<T"),
        ("func (t *Tea) Pour() {", ""),
        ("CREATE TABLE IF NOT EXISTS teas (", "IF NOT EXISTS teas"),
        ("const x = 1;", ""),
    ],
)
def test_languages(line: str, name: str) -> None:
    assert [block.title for block in code.blocks(line + "\n")] == [name]


def test_a_file_without_definitions_is_one_piece(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: 1\n\nb: 2\n", "utf-8")

    [block] = code.read(path)
    assert (block.text, block.line, block.kind) == ("a: 1\n\nb: 2", 1, "code")
