"""The table of actions: unique, sensible, and found by typing."""

from __future__ import annotations

from collections import Counter

from desktop import resources
from desktop.actions import ACTIONS, State, matching

READY = State(ready=True)
NAMES = {action.id: action.text.source for action in ACTIONS}


def test_ids_and_shortcuts_are_unique() -> None:
    ids = Counter(action.id for action in ACTIONS)
    shortcuts = Counter(action.shortcut for action in ACTIONS if action.shortcut)

    assert [name for name, count in (ids + shortcuts).items() if count > 1] == []


def test_every_icon_is_shipped() -> None:
    missing = [a.icon for a in ACTIONS if a.icon and not resources.path("icons", f"{a.icon}.svg").exists()]

    assert missing == []


def test_before_the_engine_is_open_one_can_only_quit() -> None:
    assert [action.id for action in ACTIONS if action.enabled(State())] == ["quit"]


def test_stop_needs_something_to_stop() -> None:
    assert "stop" not in matching("stop", NAMES, READY)
    assert "stop" in matching("stop", NAMES, State(ready=True, thread=True, running=True))
    assert "retry" not in matching("", NAMES, State(ready=True, thread=True, running=True, messages=True))


def test_typing_finds_actions_that_begin_so_first() -> None:
    found = matching("go", NAMES, READY)

    assert found[0] == "go_chat"
    assert matching("GO mod", NAMES, READY) == ["go_models"]
    assert matching("no such thing", NAMES, READY) == []


def test_both_languages_find_an_action() -> None:
    names = {**NAMES, "go_settings": "前往设置"}

    assert matching("设置", names, READY) == ["go_settings"]
    assert matching("go to settings", names, READY) == ["go_settings"]
