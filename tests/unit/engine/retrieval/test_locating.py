"""A quote is found in the text it was read from, whatever happened to spaces, hyphens and lines."""

from __future__ import annotations

from engine.retrieval.locating import find


def _found(text: str, quote: str) -> str | None:
    place = find(text, quote)
    return None if place is None else text[slice(*place)]


def test_spaces_lines_and_hyphens_do_not_matter() -> None:
    assert _found("The course is for\r\npeo-\r\nple who build alone. Next", "for people who build alone") == (
        "for\r\npeo-\r\nple who build alone"
    )
    assert _found("适合 两类人：自己干，", "适合两类人:自己干") == "适合 两类人：自己干"


def test_most_of_a_quote_is_enough() -> None:
    assert _found("x the total sales were high y", "Heading: the total sales were high") == "the total sales were high"


def test_what_is_not_there_is_not_found() -> None:
    assert find("something else entirely", "the total sales") is None
    assert find("", "a") is None
    assert find("text", " . ") is None
