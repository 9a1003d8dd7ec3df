"""Both languages say the same things with the same places to fill."""

from __future__ import annotations

import string

import pytest

from engine.cli import words
from engine.cli.words import Words, language


@pytest.mark.parametrize("key", sorted(words._WORDS))
def test_both_languages_fill_the_same_places(key: str) -> None:
    english, chinese = words._WORDS[key]
    places = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (english, chinese)]

    assert places[0] == places[1]
    assert english
    assert chinese


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "C", "LC_MESSAGES": "zh_TW"}, "zh"),
    ],
)
def test_the_system_chooses(variables: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert language() == expected


def test_the_setting_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")

    assert (language("en"), language("zh_CN"), language("system")) == ("en", "zh", "zh")


def test_places_are_filled() -> None:
    assert Words("en")("left", time="1:00") == "1:00 left"
    assert Words("zh")("left", time="1:00") == "剩余 1:00"
