"""Assistants are saved whole, keep what they were, and drafts survive until they are saved or dropped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.errors import InvalidRequest, NotFound
from engine.recipes import Binding, Recipe
from engine.types import JsonObject
from tests.support.fixtures import EngineFactory

TOOL: JsonObject = {"type": "function", "function": {"name": "clock", "parameters": {"type": "object"}}}
NOON = Binding(name="clock", kind="fixed", config={"text": "noon"}, approval="allow")


def test_each_save_keeps_what_was_there_and_can_be_rolled_back(make_engine: EngineFactory) -> None:
    recipes = make_engine().recipes
    made = recipes.save(Recipe(name="Ada", instructions="One.", tools=(TOOL,), bindings=(NOON,)))
    recipes.save(replace(recipes.of(made.id), instructions="Two.", bindings=()), made.id)
    recipes.save(recipes.of(made.id), made.id)  # nothing changed, nothing kept

    [version] = recipes.versions(made.id)
    assert (version.number, version.recipe.instructions, version.recipe.bindings) == (1, "One.", (NOON,))
    assert recipes.of(made.id).bindings == ()

    recipes.restore(made.id, 1)
    assert recipes.of(made.id) == version.recipe
    assert [each.recipe.instructions for each in recipes.versions(made.id)] == ["Two.", "One."]
    with pytest.raises(NotFound):
        recipes.restore(made.id, 9)


def test_nothing_is_saved_by_half(make_engine: EngineFactory) -> None:
    engine = make_engine()
    broken = Binding(name="clock", kind="python", config={"code": "def other(): pass"})

    with pytest.raises(InvalidRequest, match="no function clock"):
        engine.recipes.save(Recipe(name="Ada", tools=(TOOL,), bindings=(broken,)))
    assert engine.assistants.list().items == ()


def test_what_answers_no_function_of_its_own_is_left_out(make_engine: EngineFactory) -> None:
    recipes = make_engine().recipes

    assert recipes.of(recipes.save(Recipe(name="Ada", bindings=(NOON,))).id).bindings == ()


def test_a_duplicate_is_an_assistant_of_its_own(make_engine: EngineFactory) -> None:
    engine = make_engine()
    [sample] = engine.samples.add("translator", "en")
    copy = engine.recipes.duplicate(sample.id, "Translator 2")

    assert engine.recipes.of(copy.id).instructions == engine.recipes.of(sample.id).instructions
    assert "fireside" not in copy.metadata
    assert [a.id for a in engine.samples.add("translator", "en")] == [sample.id]


def test_a_draft_stays_until_it_is_saved_and_goes_with_its_assistant(make_engine: EngineFactory) -> None:
    engine = make_engine()
    recipes = engine.recipes
    recipes.keep_draft(None, Recipe(name="New one"))
    made = recipes.save(Recipe(name="Ada"))
    assert recipes.draft(None) is None

    recipes.keep_draft(made.id, replace(recipes.of(made.id), name="Grace"))
    assert recipes.drafted() == {made.id}
    recipes.keep_draft(made.id, recipes.of(made.id))  # as it is saved: no draft
    assert recipes.drafted() == frozenset()

    recipes.keep_draft(made.id, Recipe(name="Lost"))
    engine.assistants.delete(made.id)
    assert recipes.draft(made.id) is None
    recipes.keep_draft(made.id, Recipe(name="Late"))
    assert recipes.drafted() == frozenset()
