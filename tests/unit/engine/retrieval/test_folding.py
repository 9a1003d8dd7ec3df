"""Spellings that look the same to a reader are the same after folding; what is shown stays as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.retrieval.folding import collapse, fold, plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AI⼤模型全栈⼯程师", "AI大模型全栈工程师"),  # U+2F24 and U+2F2F, as PDFs have them
        ("⻅⻚⻓", "见页长"),
        ("ofﬁce", "office"),
        ("zero\u200bwidth\u00adhyphen", "zerowidthhyphen"),
        ("Ａ，。１", "Ａ，。１"),
    ],
)
def test_disguises_are_taken_off(text: str, expected: str) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize(
    ("one", "other"), [("ＴＥＡ", "tea"), ("Straße", "STRASSE"), ("⼤", "大"), ("①", "1"), ("ｶﾞ", "ガ")]
)
def test_other_spellings_fold_to_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_white_space_becomes_one_space() -> None:
    assert collapse(" a \n\t b　c ") == "a b c"
