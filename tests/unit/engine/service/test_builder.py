"""The builder fills the form field by field while it writes, and changes only what it is asked to."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.errors import Unavailable
from engine.recipes import Recipe
from engine.service.builder import Said, applied
from tests.support.fixtures import EngineFactory

FORM = {
    "name": "茶师",
    "description": "教人泡茶。",
    "instructions": "你是茶师。\n先问是什么茶。",
    "starters": ["绿茶用多少度的水？", "绿茶用多少度的水？", ""],
    "tools": ["file_search", "teleport"],
    "reply": "写好了。要不要只谈绿茶？",
}


def test_fields_are_heard_while_they_are_written(make_engine: EngineFactory) -> None:
    engine = make_engine([json.dumps(FORM, ensure_ascii=False)])
    heard: list[tuple[str, Any]] = []

    built = engine.builder.turn(Recipe(), (), "一个教泡茶的助手", on_field=lambda *each: heard.append(each))

    assert built.reply == FORM["reply"]
    assert built.changes["starters"] == ("绿茶用多少度的水？",)
    assert built.changes["tools"] == ("file_search",)
    grown = [value for name, value in heard if name == "instructions"]
    assert grown[-1] == FORM["instructions"]
    assert all(FORM["instructions"].startswith(value) for value in grown)
    names = list(dict.fromkeys(name for name, _ in heard))
    assert names == ["name", "description", "instructions", "starters", "tools"]


def test_a_written_form_is_changed_in_part(make_engine: EngineFactory) -> None:
    engine = make_engine(['{"reply": "Shorter now.", "instructions": "Be brief."}'])
    recipe = Recipe(name="Tea", instructions="Long.", metadata={"starter_1": "Hi", "avatar": "2"})

    built = engine.builder.turn(recipe, (Said(role="user", text="A tea master"),), "Shorter")

    assert applied(recipe, built.changes) == {"instructions": "Be brief."}


def test_changes_take_the_shape_of_the_recipe() -> None:
    function = {"type": "function", "function": {"name": "f"}}
    recipe = Recipe(tools=({"type": "file_search"}, function), metadata={"starter_1": "a", "starter_2": "b", "k": "v"})

    fields = applied(recipe, {"starters": ("c",), "tools": ("code_interpreter",)})

    assert fields["metadata"] == {"k": "v", "starter_1": "c"}
    assert fields["tools"] == ({"type": "code_interpreter"}, function)


def test_an_answer_without_a_form_is_said_so(make_engine: EngineFactory) -> None:
    with pytest.raises(Unavailable) as caught:
        make_engine(["I would rather not."]).builder.turn(Recipe(), (), "Hm")
    assert caught.value.code == "unavailable"
