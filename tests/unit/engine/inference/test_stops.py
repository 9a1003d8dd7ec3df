"""Stop strings are found at any split, and nothing of them is ever shown."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from engine.inference.stops import StopFilter


def through(stops: list[str], pieces: list[str]) -> tuple[str, bool]:
    stop = StopFilter(stops)
    shown = "".join(stop.feed(piece) for piece in pieces)
    return shown + stop.flush(), stop.hit


def test_without_stops_everything_passes_at_once() -> None:
    assert StopFilter([]).feed("abc") == "abc"
    assert StopFilter(["", ""]).feed("abc") == "abc"


def test_a_possible_beginning_is_held_back_until_it_is_decided() -> None:
    stop = StopFilter(["</s>"])
    assert stop.feed("hello <") == "hello "
    assert stop.feed("/") == ""
    assert stop.feed("b>") == "</b>"
    assert not stop.hit


def test_text_after_the_stop_is_dropped() -> None:
    stop = StopFilter(["END"])
    assert stop.feed("one END two") == "one "
    assert stop.hit
    assert stop.feed("three") == ""
    assert stop.flush() == ""


def test_what_was_held_back_comes_out_at_the_end() -> None:
    assert through(["###"], ["a", "#", "#"]) == ("a##", False)


def test_the_stop_that_ends_first_wins() -> None:
    assert through(["abcd", "bc"], ["abcd"]) == ("a", True)


@given(
    st.lists(st.text("ab<", min_size=1, max_size=4), max_size=3),
    st.text("ab<", max_size=30),
    st.lists(st.integers(0, 30), max_size=8),
)
def test_the_cut_does_not_matter(stops: list[str], text: str, cuts: list[int]) -> None:
    points = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    pieces = [text[a:b] for a, b in itertools.pairwise(points)]
    shown, hit = through(stops, pieces)
    assert (shown, hit) == through(stops, list(text)) == through(stops, [text])
    assert hit == any(stop in text for stop in stops)
    assert not any(stop in shown for stop in stops)
