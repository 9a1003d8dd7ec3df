"""Both palettes can be read by people with weak eyes."""

from __future__ import annotations

import pytest

from desktop.colours import AVATARS, DARK, LIGHT, Colours, avatar_colours, contrast

TEXT_ON = [
    *[(ink, back) for ink in ("ink", "strong", "muted") for back in ("sheet", "backdrop", "bubble", "raised", "hover")],
    *[("accent_ink", back) for back in ("sheet", "backdrop", "raised", "accent_soft")],
    *[("on_accent", back) for back in ("accent", "accent_hover")],
    *[(ink, "sheet") for ink in ("danger", "good", "warn")],
    ("danger", "danger_soft"),
    ("ink", "danger_soft"),
    ("ink", "selection"),
    ("muted", "code_head"),
    ("good", "code_head"),
    *[(f"code_{tone}", "code_back") for tone in ("keyword", "name", "string", "number", "comment", "punctuation")],
]


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=lambda colours: colours.name)
@pytest.mark.parametrize(("ink", "back"), TEXT_ON)
def test_text_has_the_contrast_of_wcag_aa(colours: Colours, ink: str, back: str) -> None:
    assert contrast(getattr(colours, ink), getattr(colours, back)) >= 4.5


@pytest.mark.parametrize("pair", [shade for pairs in AVATARS for shade in pairs])
def test_letters_of_avatars_can_be_read(pair: tuple[str, str]) -> None:
    assert contrast(*pair) >= 4.5


def test_icons_and_outlines_stand_out() -> None:
    for colours in (LIGHT, DARK):
        assert contrast(colours.faint, colours.sheet) >= 3
        assert contrast(colours.accent, colours.sheet) >= 3


def test_contrast_is_the_known_ratio() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == pytest.approx(1)


def test_an_assistant_keeps_its_colours() -> None:
    assert avatar_colours("asst_a", LIGHT) == avatar_colours("asst_a", LIGHT)
    assert avatar_colours("0", LIGHT) == AVATARS[0][0]
    assert avatar_colours("1", DARK) == AVATARS[1][1]
