"""Lines of pages become headings and paragraphs again; what every page repeats is left out."""

from __future__ import annotations

import pytest

from engine.retrieval.parsing.layout import Line, blocks, joined


def _page(number: int, *lines: tuple[str, float]) -> list[Line]:
    y = 800.0
    found = []
    for text, size in lines:
        if text:
            found.append(Line(text, number, size, y))
        y -= size * 1.5
    return found


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["one", "two"], "one two"),
        (["策划、研", "发"], "策划、研发"),
        (["完成  AI", "应用"], "完成 AI应用"),
        (["hyphen-", "ated"], "hyphenated"),
        (["well-", "Known"], "well- Known"),
        (["", "x", ""], "x"),
    ],
)
def test_lines_are_joined_as_their_script_wants_it(lines: list[str], text: str) -> None:
    assert joined(lines) == text


def test_large_letters_are_headings_by_size_and_gaps_part_paragraphs() -> None:
    page = _page(
        1, ("Book", 24), ("Chapter", 16), ("one", 10), ("two", 10), ("three", 10), ("", 10), ("four", 10), ("five", 10)
    )
    found = list(blocks([page], {}))

    assert [(block.kind, block.level, block.text) for block in found] == [
        ("heading", 1, "Book"),
        ("heading", 2, "Chapter"),
        ("paragraph", 0, "one two three"),
        ("paragraph", 0, "four five"),
    ]


def test_an_outline_counts_more_than_sizes_and_names_what_the_page_does_not_show() -> None:
    page = _page(3, ("Large", 20), ("Real  title", 10), ("text goes on", 10))
    found = list(blocks([page], {3: [(1, "Hidden"), (2, "Real title")]}))

    assert [(block.level, block.text, block.page) for block in found] == [
        (1, "Hidden", 3),
        (0, "Large", 3),
        (2, "Real title", 3),
        (0, "text goes on", 3),
    ]


def test_bullets_and_short_last_lines_begin_paragraphs_where_heights_are_unknown() -> None:
    lines = [
        "A line that is as long as lines are here, about",
        "this.",
        "Next begins here and it is rather long too",
        "1. first",
        "• second",
    ]
    found = list(blocks([[Line(text, 1) for text in lines]], {}))

    assert [block.text.split()[0] for block in found] == ["A", "Next", "1.", "•"]


def test_headers_footers_and_page_numbers_of_most_pages_are_left_out() -> None:
    pages = [_page(n, ("My Book", 10), (f"Text number {'x' * n}.", 10), (f"Page {n}", 10)) for n in range(1, 8)]
    texts = [block.text for block in blocks(pages, {})]

    assert texts == [f"Text number {'x' * n}." for n in range(1, 8)]
    assert "My Book" in next(iter(blocks(pages[:2], {}))).text


def test_pages_without_lines_are_nothing() -> None:
    assert list(blocks([[], []], {})) == []
