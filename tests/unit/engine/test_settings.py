"""Settings: checked, stored whole, and a broken file costs nothing but itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.errors import InvalidRequest
from engine.settings import DECLARATIONS, Settings, SettingsFile, check


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.json"


def test_every_default_passes_its_own_check() -> None:
    for key in DECLARATIONS:
        assert check(key, getattr(Settings(), key)) == getattr(Settings(), key)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("nonsense", 1),
        ("theme", "purple"),
        ("theme", 3),
        ("temperature", 2.5),
        ("temperature", -0.1),
        ("temperature", True),
        ("context_length", 1.5),
        ("api_port", 70_000),
        ("network_allowed", 1),
        ("model_names", ["gpt-4o"]),
        ("model_names", {"gpt-4o": []}),
    ],
)
def test_a_bad_value_is_refused_with_its_name(key: str, value: Any) -> None:
    with pytest.raises(InvalidRequest, match=key) as refused:
        check(key, value)

    assert refused.value.param == key


def test_a_whole_number_will_do_for_a_fraction() -> None:
    assert check("temperature", 1) == 1.0
    assert isinstance(check("temperature", 1), float)


def test_a_change_is_stored_and_announced_once(path: Path) -> None:
    changed: list[str] = []
    settings = SettingsFile(path, changed.append)

    settings.set(theme="dark", api_port=9000)
    settings.set(theme="dark")

    assert changed == ["theme", "api_port"]
    assert SettingsFile(path).current == settings.current


def test_only_what_differs_from_the_defaults_is_written(path: Path) -> None:
    settings = SettingsFile(path)

    settings.set(theme="dark")

    assert json.loads(path.read_text("utf-8")) == {"theme": "dark"}


def test_a_refused_change_changes_nothing(path: Path) -> None:
    settings = SettingsFile(path)

    with pytest.raises(InvalidRequest):
        settings.set(theme="dark", api_port=-1)

    assert settings.current == Settings()
    assert not path.exists()


@pytest.mark.parametrize("text", ["{", "[]", "null", "\0"])
def test_a_broken_file_is_set_aside(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")

    settings = SettingsFile(path)

    assert settings.current == Settings()
    assert settings.problems
    assert path.with_suffix(".json.broken").read_text("utf-8") == text


def test_one_bad_value_does_not_cost_the_others(path: Path) -> None:
    path.write_text(json.dumps({"theme": "dark", "api_port": "many"}), "utf-8")

    settings = SettingsFile(path)

    assert (settings.current.theme, settings.current.api_port) == ("dark", Settings().api_port)
    assert "api_port" in settings.problems[0]


def test_a_key_of_a_newer_version_is_kept(path: Path) -> None:
    path.write_text(json.dumps({"from_the_future": 1}), "utf-8")

    SettingsFile(path).set(theme="dark")

    assert json.loads(path.read_text("utf-8")) == {"from_the_future": 1, "theme": "dark"}


def test_settings_do_not_share_their_tables() -> None:
    Settings().model_names["gpt-4o"] = "changed"

    assert Settings().model_names["gpt-4o"] == ""
