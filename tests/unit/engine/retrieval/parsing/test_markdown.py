"""Markdown keeps its headings, tables, fences and lines."""

from __future__ import annotations

from pathlib import Path

from engine.retrieval.parsing import markdown

TEXT = """---
title: Tea
---
# Tea #

Water and
leaves.
## Prices
| kind | price |
| --- | ---: |
| green | 3 |
| black | 4 |
After.

```python
# not a heading

x = 1
```
Underlined
----------
- one
- two
"""


def test_the_parts_are_told_apart() -> None:
    blocks = list(markdown.blocks(TEXT))

    assert [(block.kind, block.level, block.line) for block in blocks] == [
        ("code", 0, 1),
        ("heading", 1, 4),
        ("paragraph", 0, 6),
        ("heading", 2, 8),
        ("table", 0, 9),
        ("paragraph", 0, 13),
        ("code", 0, 15),
        ("heading", 2, 20),
        ("paragraph", 0, 22),
    ]
    assert blocks[1].text == "Tea"
    assert blocks[4].header_lines == 2
    assert blocks[4].text.endswith("| black | 4 |")
    assert blocks[6].text.endswith("```")


def test_what_is_left_open_ends_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("```\nnever closed\n# still code", "utf-8")
    assert [block.kind for block in markdown.read(path)] == ["code"]

    path.write_text("---\nno front matter\n\na | b\n", "utf-8")
    assert [block.kind for block in markdown.read(path)] == ["paragraph", "paragraph"]
