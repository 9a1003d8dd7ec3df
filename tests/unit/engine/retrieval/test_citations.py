"""Markers lead to a passage, a page and a sentence; what no passage says is flagged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.retrieval.citations import MARKER, Source, check, marker_of, quote_for
from engine.types import Chunk

WHO = Chunk(
    text="第一类人群是“自己干”：有能力独立完成AI应用的全过程。第二类人群是“合伙干”：配合懂AI技术的人一起完成。",
    tokens=60,
    page=3,
    last_page=3,
    heading=("适合哪些人",),
)
FEES = Chunk(text="The fee is 9,800 yuan. A full refund is possible within 7 days.", tokens=20, page=5, last_page=5)


def _source(result: int, chunk: Chunk, name: str = "intro.pdf") -> Source:
    return Source(marker=marker_of(4, result), file_id=f"file-{result}", filename=name, chunk=chunk)


SOURCES = [_source(0, WHO), _source(1, FEES)]


def test_a_marker_leads_to_page_and_sentence() -> None:
    checked = check("合伙干的人配合懂AI技术的人【4:0†source】。The fee is 9800 yuan【4:1†source】.", SOURCES)

    first, second = checked.citations
    assert (first.source.file_id, first.page, first.quote.text.startswith("第二类人群")) == ("file-0", 3, True)
    assert WHO.text[first.quote.start : first.quote.stop] == first.quote.text
    assert (second.page, second.quote.text) == (5, "The fee is 9,800 yuan.")
    assert checked.text[first.start : first.stop] == "【4:0†source】"
    assert all(statement.supported for statement in checked.statements)


def test_a_sentence_of_a_passage_over_two_pages_is_cited_with_its_own_page() -> None:
    text = "The fee is 9,800 yuan.\n\nA full refund is possible within 7 days."
    chunk = Chunk(text=text, tokens=20, page=5, last_page=6, page_starts=(text.index("A full"),))
    checked = check(
        "The fee is 9800 yuan【4:0†source】. A refund is possible within 7 days【4:0†source】.", [_source(0, chunk)]
    )

    assert [citation.page for citation in checked.citations] == [5, 6]


def test_a_marker_that_points_nowhere_is_dropped() -> None:
    checked = check("The fee is 9800 yuan【4:7†source】【4:1†source】.【9:0†x】", SOURCES)

    assert checked.text == "The fee is 9800 yuan【4:1†source】."
    assert checked.dropped == ("【4:7†source】", "【9:0†x】")
    assert len(checked.citations) == 1


@pytest.mark.parametrize(
    "claim",
    [
        "Lunch with the teachers is included every Friday.",
        "The fee is 8,800 yuan.",
        "A full refund is possible within 30 days.",
        "课程在北京线下进行，提供宿舍。",
    ],
)
def test_what_no_passage_says_is_flagged(claim: str) -> None:
    [statement] = check(claim, SOURCES).statements

    assert not statement.supported


def test_a_marker_after_the_full_stop_belongs_to_the_sentence_before() -> None:
    checked = check("The fee is 9800 yuan.【4:1†source】 Ask us.", SOURCES)

    first, second = checked.statements
    assert (first.cited, first.best, second.cited) == (("【4:1†source】",), SOURCES[1], ())
    assert second.supported  # too short to judge
    assert checked.citations[0].quote.text == "The fee is 9,800 yuan."


def test_two_sentences_are_quoted_where_one_says_half() -> None:
    chunk = Chunk(text="Green tea costs three euros. It steeps two minutes. Milk is free.", tokens=14)

    assert quote_for("Green tea steeps two minutes and costs three euros", chunk).text == (
        "Green tea costs three euros. It steeps two minutes."
    )
    assert quote_for("Milk is free", chunk).text == "Milk is free."


def test_an_answer_without_sources_has_nothing_left_to_cite() -> None:
    checked = check("All is well in the land of tea【0:0†source】.", [])

    assert (checked.text, checked.citations) == ("All is well in the land of tea.", ())
    assert not checked.statements[0].supported
    assert check("", SOURCES).statements == ()


def test_a_marker_of_another_form_is_a_bug() -> None:
    with pytest.raises(ValueError, match="marker"):
        check("x", [Source(marker="[1]", file_id="f", filename="f", chunk=FEES)])


@given(
    st.lists(
        st.sampled_from(["【4:0†source】", "【4:1†source】", "【5:5†x】", "费用", "The fee. ", "。", "【", "4:0", "\n"])
    )
)
def test_places_hold_in_any_text(parts: list[str]) -> None:
    checked = check("".join(parts), SOURCES)

    for citation in checked.citations:
        assert MARKER.fullmatch(checked.text[citation.start : citation.stop])
    assert len(checked.citations) == len(MARKER.findall(checked.text))
    assert all(0 <= s.start < s.stop <= len(checked.text) for s in checked.statements)
