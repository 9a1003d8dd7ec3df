"""Windows cover a passage, fit the embedder, and carry its title."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.retrieval import tokens
from engine.retrieval.windows import windows_of


def test_what_fits_is_one_window_with_its_title() -> None:
    assert windows_of("Tea is good.", ("Book", "Drinks", "Tea times"), 256) == ["Drinks › Tea times\nTea is good."]
    assert windows_of("Tea\n\nis good.", ("Tea",), 256) == ["Tea\n\nis good."]
    assert windows_of("Tea\n\nis good.", ("Book", "Tea"), 256) == ["Book\nTea\n\nis good."]
    assert windows_of("Tea.", (), 256) == ["Tea."]


def test_what_is_longer_is_cut_between_sentences() -> None:
    text = " ".join(f"This is sentence number {n}." for n in range(40))
    windows = windows_of(text, ("Title",), 64)

    assert len(windows) > 3
    assert all(window.startswith("Title\n") and window.endswith(".") for window in windows)
    assert all(tokens.count(window) <= 48 for window in windows)
    assert " ".join(window.removeprefix("Title\n") for window in windows) == text


def test_a_title_that_takes_too_much_room_is_left_out() -> None:
    assert windows_of("Tea.", ("word " * 50,), 64) == ["Tea."]


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("ab 茶。.\n"), min_size=1, max_size=300), st.integers(20, 60))
def test_nothing_is_lost(text: str, limit: int) -> None:
    windows = windows_of(text, (), limit)

    assert "".join("".join(windows).split()) == "".join(text.split())
    assert all(tokens.count(window) <= max(16, limit * 0.75) for window in windows)
