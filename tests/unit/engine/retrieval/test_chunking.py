"""Passages: bounded, overlapping, with nothing lost, cut where one would cut by hand."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.retrieval import tokens
from engine.retrieval.chunking import split
from engine.retrieval.document import Block, BlockKind, Document
from engine.types import Chunk


def _document(*texts: str) -> Document:
    return Document(blocks=[Block(text=text, line=1) for text in texts])


def _heading(text: str, level: int = 1, page: int | None = None) -> Block:
    return Block(text=text, kind="heading", level=level, page=page)


def test_a_short_text_is_one_passage() -> None:
    [chunk] = split(_document("\n\nTea.\nMilk.\n"), 100, 50)

    assert (chunk.text, chunk.line, chunk.last_line, chunk.tokens) == ("Tea.\nMilk.", 3, 4, 4)


def test_no_text_has_no_passages() -> None:
    assert split(_document(" \n "), 100, 50) == []
    assert split(Document(blocks=[]), 100, 50) == []


def test_passages_end_where_sentences_end_and_overlap() -> None:
    text = " ".join(f"Sentence {n:03} is here." for n in range(100))
    chunks = split(_document(text), 100, 50)

    assert all(chunk.text.endswith(".") and chunk.tokens <= 100 for chunk in chunks)
    for before, after in pairwise(chunks):
        assert after.text.split(".")[0] in before.text
        assert after.text.rsplit(" Sentence", 1)[1] not in before.text


def test_chinese_is_cut_at_its_own_full_stop() -> None:
    chunks = split(_document("茶泡三分钟。" * 50), 100, 0)

    assert {chunk.text[-1] for chunk in chunks} == {"。"}
    assert "".join(chunk.text for chunk in chunks) == "茶泡三分钟。" * 50


def test_an_endless_word_is_cut() -> None:
    chunks = split(_document("x" * 5000), 100, 0)

    assert "".join(chunk.text for chunk in chunks) == "x" * 5000
    assert all(chunk.tokens <= 100 for chunk in chunks)


def test_each_section_is_a_passage_under_its_headings_and_repeats_nothing_of_the_one_before() -> None:
    body = "word " * 40
    blocks = [_heading("A"), Block(text=body), _heading("B", 2), Block(text=body), _heading("C"), Block(text=body)]
    chunks = split(Document(blocks=blocks), 100, 50)

    assert [chunk.heading for chunk in chunks] == [("A",), ("A", "B"), ("C",)]
    assert [chunk.text.split()[0] for chunk in chunks] == ["A", "B", "C"]


def test_small_sections_share_a_passage_and_no_heading_stands_at_an_end() -> None:
    blocks = [block for n in range(20) for block in (_heading(f"Title {n}"), Block(text="word " * 11))]
    chunks = split(Document(blocks=blocks), 60, 0)

    assert len(chunks) < 20
    assert all(chunk.text.split("\n\n")[-1].startswith("word") for chunk in chunks)


def test_a_passage_ends_with_its_page_when_it_is_long_enough_and_names_all_its_pages() -> None:
    long, short = "word " * 30, "word"
    full = split(Document(blocks=[Block(text=long, page=1), Block(text=long, page=2)]), 100, 0)
    both = split(Document(blocks=[Block(text=short, page=1), Block(text=short, page=2)]), 100, 0)

    assert [(chunk.page, chunk.last_page) for chunk in full] == [(1, 1), (2, 2)]
    assert [(chunk.page, chunk.last_page) for chunk in both] == [(1, 2)]


def test_a_passage_over_several_pages_knows_where_each_begins() -> None:
    table = Block(text="cup,price\n" + "green,3\n" * 33, kind="table", page=2, header_lines=1)
    blocks = [_heading("Fees", page=2), Block(text="They are due.", page=2), Block(text="They are low.", page=4)]
    [chunk] = split(Document(blocks=blocks), 100, 0)
    *_, last = split(Document(blocks=[table, Block(text="End of it.", page=3)]), 100, 0)
    [mixed] = split(Document(blocks=[Block(text="Two.", page=2), Block(text="One.", page=1)]), 100, 0)

    assert [chunk.page_at(chunk.text.index(word)) for word in ("Fees", "due", "low")] == [2, 2, 4]
    assert (chunk.page, chunk.last_page, len(chunk.page_starts)) == (2, 4, 2)
    assert last.text.startswith("cup,price\n")
    assert [last.page_at(last.text.index(word)) for word in ("green", "End")] == [2, 3]
    assert (mixed.page, mixed.page_starts) == (1, ())
    assert Chunk(text="x", tokens=1).page_at(0) is None


def test_a_table_keeps_its_header_on_every_part_and_its_lines() -> None:
    rows = ["| name | price |", *(f"| tea {n} | {n} |" for n in range(60))]
    table = Block(text="\n".join(rows), kind="table", header_lines=1, line=1)
    chunks = split(Document(blocks=[table]), 100, 0)

    assert len(chunks) > 3
    assert all(chunk.text.startswith("| name | price |\n") and chunk.tokens <= 100 for chunk in chunks)
    assert [row for chunk in chunks for row in chunk.text.split("\n")[1:]] == rows[1:]
    first = chunks[1].text.split("\n")[1]
    assert rows[(chunks[1].line or 0) - 1] == first


def test_a_header_too_wide_to_be_repeated_is_not() -> None:
    table = Block(text="\n".join(["| " + "head " * 60 + "|", *["| cell |"] * 60]), kind="table", header_lines=1)
    chunks = split(Document(blocks=[table]), 100, 0)

    assert sum("head" in chunk.text for chunk in chunks) < len(chunks)
    assert all(chunk.tokens <= 100 for chunk in chunks)


def test_code_is_cut_between_lines() -> None:
    lines = [f"value_{n} = compute({n})" for n in range(100)]
    chunks = split(Document(blocks=[Block(text="\n".join(lines), kind="code", line=1, level=1, title="f")]), 100, 0)

    assert [line for chunk in chunks for line in chunk.text.split("\n")] == lines
    assert all(chunk.heading == ("f",) for chunk in chunks)


_KINDS: list[BlockKind] = ["paragraph", "heading", "table", "code"]


@st.composite
def _documents(draw: st.DrawFn) -> Document:
    blocks = []
    for index in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(_KINDS))
        text = draw(st.text(st.sampled_from("ab 1茶。.\n!？|"), max_size=120))
        level = draw(st.integers(1, 3)) if kind == "heading" else 0
        header = draw(st.integers(0, 1)) if kind == "table" else 0
        blocks.append(Block(text=text, kind=kind, level=level, header_lines=header, page=1 + index // 2))
    return Document(blocks=blocks)


@settings(max_examples=150, deadline=None)
@given(_documents(), st.integers(1, 40), st.integers(0, 20))
def test_nothing_is_lost_and_nothing_too_long(document: Document, most: int, overlap: int) -> None:
    chunks = split(document, most, min(overlap, most // 2))

    for chunk in chunks:
        assert chunk.tokens == tokens.count(chunk.text) <= most
        assert chunk.text.strip() == chunk.text != ""
    if overlap == 0 and not any(block.header_lines for block in document.blocks):
        assert "".join("".join(chunk.text.split()) for chunk in chunks) == "".join(document.text.split())


@pytest.mark.parametrize(("most", "overlap"), [(100, 50), (800, 400), (4096, 2048)])
def test_every_passage_says_something_new(most: int, overlap: int) -> None:
    text = " ".join(f"Sentence number {n} of many." for n in range(3000))
    chunks = split(_document(text), most, overlap)

    assert len({chunk.text for chunk in chunks}) == len(chunks)
    assert f"number {2999} " in chunks[-1].text
