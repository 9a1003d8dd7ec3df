"""Versions are numbered, bounded and go with their assistant; drafts stay until they are dropped."""

from __future__ import annotations

import pytest

from engine.errors import NotFound
from engine.recipes import Binding, Recipe
from engine.store import Store
from engine.store.recipes import MOST_VERSIONS
from engine.types import PageRequest


def test_versions_are_numbered_and_the_oldest_go_first(store: Store) -> None:
    assistant = store.assistants.create(model="m")
    for number in range(MOST_VERSIONS + 3):
        store.recipes.keep(assistant.id, Recipe(name=f"v{number}"))
    store.recipes.keep(assistant.id, Recipe(name=f"v{MOST_VERSIONS + 2}"))  # nothing new

    kept = store.recipes.versions(assistant.id)
    assert [version.number for version in kept[:2]] == [MOST_VERSIONS + 3, MOST_VERSIONS + 2]
    assert len(kept) == MOST_VERSIONS
    store.assistants.delete(assistant.id)
    assert store.recipes.versions(assistant.id) == ()


def test_a_draft_comes_back_as_it_was(store: Store) -> None:
    recipe = Recipe(
        name="瓜瓜", tools=({"type": "file_search"},), bindings=(Binding(name="f", kind="fixed", config={"text": "x"}),)
    )
    store.recipes.keep_draft("new", Recipe())
    store.recipes.keep_draft("new", recipe)

    draft = store.recipes.draft("new")
    assert draft is not None
    assert draft.recipe == recipe
    assert store.recipes.drafted() == {"new"}
    store.recipes.drop_draft("new")
    assert store.recipes.draft("new") is None


def test_scratch_assistants_and_threads_are_in_no_list(store: Store) -> None:
    tried = store.assistants.create(model="m", scratch=True)
    thread = store.threads.create(scratch=True)

    assert store.assistants.list(PageRequest()).items == ()
    assert store.threads.list(PageRequest()).items == ()
    assert store.assistants.get(tried.id).scratch
    store.assistants.clear_scratch()
    store.threads.clear_scratch()
    assert store.recipes.drafted() == frozenset()
    with pytest.raises(NotFound):
        store.threads.get(thread.id)
