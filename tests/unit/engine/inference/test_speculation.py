"""Guesses from the text itself: right where it repeats, few where it does not, the same every time."""

from __future__ import annotations

from array import array

from hypothesis import given
from hypothesis import strategies as st

from engine.inference.speculation import Lookup, lookup_at

QUOTED = list(range(100, 160))


def write(text: list[int], answer: list[int], cost: float = 0.2) -> tuple[Lookup, int]:
    """Play an answer that is certain; return the guesser and how many decodings it took."""
    lookup, before, at, decodings = Lookup(cost), array("i", text), 0, 0
    while at < len(answer):
        guessed = lookup.guess(before, answer[at], len(answer) - at - 1)
        before.append(answer[at])
        at, decodings = at + 1, decodings + 1
        for token in guessed:
            if token != answer[at]:
                break
            lookup.hit()
            before.append(token)
            at += 1
    assert list(before) == text + answer
    return lookup, decodings


def test_a_quotation_takes_far_fewer_decodings() -> None:
    _, decodings = write([1, 2, *QUOTED, 3], QUOTED)
    assert decodings <= len(QUOTED) // 3


def test_what_repeats_nothing_is_never_guessed() -> None:
    lookup, decodings = write(QUOTED, list(range(200, 260)))
    assert (decodings, lookup.guessed) == (60, 0)


def test_guesses_that_do_not_come_true_soon_stop() -> None:
    text, answer = [], []
    for number in range(100):  # every beginning is known, no end comes true
        text += [1, 2, 3, 1000 + number]
        answer += [1, 2, 3, 5000 + number]
    lookup, decodings = write(text, answer, cost=0.5)
    assert decodings >= len(answer) * 0.95
    assert lookup.guessed < len(answer) // 2


def test_the_longest_match_wins() -> None:
    before = array("i", [9, 1, 2, 3, 4, 50, 8, 2, 3, 4, 60, 7, 1, 2, 3])
    assert Lookup(0.2).guess(before, 4, 1) == [50]


@given(st.lists(st.integers(0, 3), max_size=80), st.integers(0, 3), st.integers(0, 20))
def test_a_guess_is_what_followed_somewhere(text: list[int], token: int, most: int) -> None:
    guessed = Lookup(0.2).guess(array("i", text), token, most)
    assert len(guessed) <= most
    if guessed:
        ended, wanted = [*text, token][-3:], [*text, token]
        places = range(len(wanted) - 3)
        assert any(wanted[i : i + 3] == ended and wanted[i + 3 : i + 3 + len(guessed)] == guessed for i in places)


def test_guesses_are_made_only_where_they_are_cheap() -> None:
    assert lookup_at(0.05) is not None
    assert lookup_at(0.5) is None
