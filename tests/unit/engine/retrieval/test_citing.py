"""Markers for lines without one, and what is kept about a finished answer."""

from __future__ import annotations

from engine.retrieval.citations import Source, marker_of
from engine.retrieval.citing import Citer, reviewed
from engine.types import Chunk

TEA = "Green tea is steeped at seventy degrees. It is served in small cups."
REFUNDS = "退款须在购买后三十天之内申请。运费不予退还。"
SOURCES = tuple(
    Source(marker=marker_of(0, n), file_id=f"file-{n}", filename=name, chunk=Chunk(text=text, tokens=20, page=n + 2))
    for n, (name, text) in enumerate((("tea.md", TEA), ("退款.md", REFUNDS)))
)


def test_a_line_gets_the_markers_of_the_passages_it_says_the_same_as() -> None:
    citer = Citer(SOURCES)
    assert citer.markers("Green tea is steeped at seventy degrees.") == ("【0:0†source】",)
    assert citer.markers("1. **退款**：退款须在购买后三十天之内申请。") == ("【0:1†source】",)
    assert citer.markers("Green tea is served in small cups. 运费不予退还。") == ("【0:0†source】", "【0:1†source】")
    assert citer.markers("") == ()


def test_a_line_that_has_its_marker_says_something_else_or_is_no_sentence_gets_none() -> None:
    citer = Citer(SOURCES)
    assert citer.markers("Green tea is steeped at seventy degrees【0:0†source】.") == ()
    assert citer.markers("Coffee has to be roasted slowly and ground by hand.") == ()
    assert citer.markers("Green tea is steeped at ninety degrees, for 12 minutes.") == ()
    assert citer.markers("# Green tea is steeped at seventy degrees") == ()
    assert citer.markers("| Green tea is steeped | at seventy degrees |") == ()


def test_code_stays_as_it_is() -> None:
    citer = Citer(SOURCES)
    assert citer.markers("```") == ()
    assert citer.markers("Green tea is steeped at seventy degrees.") == ()
    assert citer.markers("```") == ()
    assert citer.markers("Green tea is steeped at seventy degrees.") != ()


def test_a_review_says_where_citations_come_from_and_what_has_no_support() -> None:
    answer = "It is served in small cups.【0:0†source】 Emperors drank it from golden bowls every single morning."
    found = reviewed(answer, SOURCES)

    [quote] = found["quotes"]
    assert (quote["at"], quote["marker"], quote["file_id"], quote["page"]) == (27, "【0:0†source】", "file-0", 2)
    assert TEA[int(str(quote["start"])) : int(str(quote["stop"]))] == "It is served in small cups."
    [unsupported] = found["unsupported"]
    assert answer[int(str(unsupported["start"])) : int(str(unsupported["stop"]))].startswith("Emperors")


def test_headings_tables_code_and_questions_claim_nothing() -> None:
    answer = (
        "# A heading about emperors of old\n\n| Emperors | drank from golden bowls |\n\n"
        "```\nprint all golden bowls of emperors\n```\n\nDo you want to know more about emperors and bowls?\n\n"
        "Emperors drank it from golden bowls."
    )
    [only] = reviewed(answer, SOURCES)["unsupported"]
    assert answer[int(str(only["start"])) : int(str(only["stop"]))] == "Emperors drank it from golden bowls."
