"""Markdown becomes blocks; a growing text becomes the same blocks, and only its tail changes on the way."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.chat.render.blocks import Code, Paragraph, Rule, Span, Table
from desktop.chat.render.markdown import Growing, parse

SAMPLE = """# Head

Some **bold**, *italic*, `code`, ~~gone~~ and [a link](https://example.org).
A new line stays one.

1. one
   - deep
2. two

- [ ] open
- [x] done

> quoted

| a | b |
|---|--:|
| 1 | 中文 |

```python
def f():
    return "`"
```

---
![picture](a.png) <b>not html</b>
"""


def test_each_kind_of_block() -> None:
    blocks = parse(SAMPLE)
    kinds = [type(block) for block in blocks]

    assert kinds == [*[Paragraph] * 8, Table, Code, Rule, Paragraph]
    head, text, one, deep, two, open_, done, quote = blocks[:8]
    assert isinstance(head, Paragraph)
    assert (head.heading, head.text) == (1, "Head")
    assert isinstance(text, Paragraph)
    assert Span("bold", bold=True) in text.spans
    assert Span("code", code=True) in text.spans
    assert Span("gone", strike=True) in text.spans
    assert Span("a link", link="https://example.org") in text.spans
    assert "\u2028" in text.text
    markers = [(p.marker, p.depth) for p in (one, deep, two, open_, done) if isinstance(p, Paragraph)]
    assert markers == [("1.", 1), ("◦", 2), ("2.", 1), ("☐", 1), ("☑", 1)]
    assert isinstance(quote, Paragraph)
    assert quote.quote == 1


def test_a_table_keeps_its_alignment() -> None:
    [table] = parse("| a | b | c |\n|:-|:-:|-:|\n| 1 | 2 | 3 |")

    assert isinstance(table, Table)
    assert table.align == ("left", "center", "right")
    assert [[span.text for cell in row for span in cell] for row in table.rows] == [["a", "b", "c"], ["1", "2", "3"]]


def test_html_is_shown_as_text_and_pictures_are_not_fetched() -> None:
    [paragraph] = parse("<script>x</script> ![cat](http://example.org/cat.png)")

    assert isinstance(paragraph, Paragraph)
    assert paragraph.text == "<script>x</script> [cat]"


@pytest.mark.parametrize("step", [1, 3, 7, 1000])
def test_growing_ends_as_the_finished_text(step: int) -> None:
    growing = Growing()
    for start in range(0, len(SAMPLE), step):
        growing.feed(SAMPLE[start : start + step])

    assert growing.blocks == parse(SAMPLE)
    assert growing.finish() == parse(SAMPLE)
    assert growing.text == SAMPLE


def test_settled_blocks_never_change_again() -> None:
    growing = Growing()
    settled: tuple[object, ...] = ()
    for char in SAMPLE:
        growing.feed(char)
        assert growing.blocks[: len(settled)] == settled
        settled = growing.blocks[: growing.settled]
    assert len(settled) >= 10


def test_an_open_fence_is_code_from_its_first_line() -> None:
    growing = Growing()
    growing.feed("Look:\n\n```py\nx = 1\n")
    assert growing.blocks[1] == Code("x = 1\n", "py", closed=False)

    growing.feed("y = 2\n``")
    assert growing.blocks[1] == Code("x = 1\ny = 2\n", "py", closed=False)

    growing.feed("`\nafter")
    assert growing.blocks[1:] == (Code("x = 1\ny = 2", "py"), parse("after")[0])


def test_marks_that_are_still_open_do_not_flash_up() -> None:
    growing = Growing()
    growing.feed("This is **bo")
    [paragraph] = growing.blocks
    assert isinstance(paragraph, Paragraph)
    assert paragraph.spans == (Span("This is "), Span("bo", bold=True))

    growing = Growing()
    growing.feed("Call `f(")
    [paragraph] = growing.blocks
    assert isinstance(paragraph, Paragraph)
    assert paragraph.spans[-1] == Span("f(", code=True)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab `*_~#->|[]()1.\n\t中!\\", max_size=120), st.integers(1, 9))
def test_any_text_grows_without_failing(text: str, step: int) -> None:
    growing = Growing()
    for start in range(0, len(text), step):
        growing.feed(text[start : start + step])

    assert growing.text == text
    assert growing.finish() == parse(text)
