"""The two palettes, light and dark, as plain colour tokens; every text pair in them keeps WCAG AA contrast."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """Colour tokens as "#rrggbb". `ink` on `sheet` is the reading pair; `accent` is the one hue."""

    name: str
    backdrop: str
    sheet: str
    raised: str
    line: str
    line_strong: str
    hover: str
    pressed: str
    bubble: str
    ink: str
    strong: str
    muted: str
    faint: str
    knob: str
    accent: str
    accent_hover: str
    on_accent: str
    accent_ink: str
    accent_soft: str
    code_back: str
    code_head: str
    danger: str
    danger_soft: str
    good: str
    warn: str
    selection: str
    shadow: str
    code_keyword: str
    code_name: str
    code_string: str
    code_number: str
    code_comment: str
    code_punctuation: str


LIGHT = Colours(
    name="light",
    backdrop="#f5f4f2",
    sheet="#ffffff",
    raised="#ffffff",
    line="#e7e4df",
    line_strong="#d5d1ca",
    hover="#eceae6",
    pressed="#e3e0da",
    bubble="#f3f0eb",
    ink="#1f1d1b",
    strong="#12100e",
    muted="#67625b",
    faint="#9a948b",
    knob="#ffffff",
    accent="#c2511b",
    accent_hover="#a94414",
    on_accent="#ffffff",
    accent_ink="#b34715",
    accent_soft="#fbebe2",
    code_back="#f8f6f3",
    code_head="#f1eeea",
    danger="#b3261e",
    danger_soft="#fbeceb",
    good="#2c6e3f",
    warn="#8a5a00",
    selection="#fad9c6",
    shadow="#3b2a1d",
    code_keyword="#b34715",
    code_name="#1f5fa8",
    code_string="#33702f",
    code_number="#8a4b00",
    code_comment="#6f6a62",
    code_punctuation="#4c4843",
)

DARK = Colours(
    name="dark",
    backdrop="#121110",
    sheet="#1c1b1a",
    raised="#222120",
    line="#2f2d2a",
    line_strong="#45423d",
    hover="#242321",
    pressed="#2d2b28",
    bubble="#2a2826",
    ink="#e4e0da",
    strong="#ffffff",
    muted="#a9a49c",
    faint="#76716a",
    knob="#e4e0da",
    accent="#f4874b",
    accent_hover="#f79c68",
    on_accent="#1d120b",
    accent_ink="#f69a66",
    accent_soft="#38241a",
    code_back="#161514",
    code_head="#272523",
    danger="#f2877c",
    danger_soft="#3a2220",
    good="#86c48f",
    warn="#e0b265",
    selection="#5a3521",
    shadow="#000000",
    code_keyword="#f69a66",
    code_name="#7fb3ee",
    code_string="#94c88a",
    code_number="#e3b577",
    code_comment="#918b82",
    code_punctuation="#c9c4bb",
)

# Assistants on one thread are told apart by these; each pair is (letter, tile) for light, then for dark.
AVATARS: tuple[tuple[tuple[str, str], tuple[str, str]], ...] = (
    (("#b34715", "#fbebe2"), ("#f69a66", "#38241a")),
    (("#1f5fa8", "#e6eff9"), ("#8abaf0", "#1c2a3a")),
    (("#2c6e3f", "#e5f2e8"), ("#8ccb96", "#1c2f21")),
    (("#7a3e9d", "#f3e9f8"), ("#cf9fe8", "#2f2138")),
    (("#8a5a00", "#f8efd9"), ("#e0b265", "#33290f")),
    (("#a8326a", "#fae7f0"), ("#f092bd", "#3a1d2b")),
    (("#1a6b73", "#e0f1f2"), ("#7cc7cf", "#16292b")),
    # Only where they are chosen: red, black, white.
    (("#b3261e", "#fbe4e2"), ("#f2877c", "#3a1d1b")),
    (("#f3f1ee", "#3a3835"), ("#e4e0da", "#000000")),
    (("#4c4843", "#f1efec"), ("#2b2927", "#dcd8d2")),
)
_GIVEN = 7  # the colours that assistants get without having chosen one


def avatar_colours(key: str, colours: Colours) -> tuple[str, str]:
    """Return (letter, tile) colours for an assistant: a number chooses, any other key has always the same ones.

    What follows a colon in the key is the sign on the tile and says nothing about colours.
    """
    chosen = key.partition(":")[0]
    pair = AVATARS[int(chosen) % len(AVATARS) if chosen.isdecimal() else sum(chosen.encode()) % _GIVEN]
    return pair[1] if colours.name == "dark" else pair[0]


def contrast(first: str, second: str) -> float:
    """Return the WCAG contrast ratio of two "#rrggbb" colours, 1 to 21."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
