"""A recipe survives the way through JSON."""

from __future__ import annotations

import json

from engine.recipes import Binding, Recipe, recipe_from_json, recipe_to_json


def test_a_recipe_is_the_same_after_json() -> None:
    recipe = Recipe(
        name="瓜瓜",
        tools=({"type": "code_interpreter"},),
        metadata={"avatar": "2"},
        temperature=0.5,
        bindings=(Binding(name="f", kind="python", config={"code": "x"}, approval="never"),),
    )

    assert recipe_from_json(json.loads(json.dumps(recipe_to_json(recipe)))) == recipe
