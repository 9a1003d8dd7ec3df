"""Assistants as they are written down at the front door: saved whole, with versions, drafts and copies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from engine.errors import NotFound
from engine.recipes import NEW, AssistantVersion, Binding, Recipe
from engine.service.assistants import Assistants
from engine.service.functions import Functions
from engine.store import Store
from engine.types import Assistant, JsonObject

_FIELDS = (
    *("model", "name", "description", "instructions", "tools", "tool_resources", "metadata"),
    *("temperature", "top_p", "response_format", "reasoning_effort"),
)


class Recipes:
    """What a person edits: all fields of an assistant together with what answers its functions."""

    def __init__(self, store: Store, assistants: Assistants, functions: Functions) -> None:
        self._store, self._assistants, self._functions = store, assistants, functions

    def of(self, assistant_id: str) -> Recipe:
        """Return what an assistant is now. Raises NotFound."""
        assistant = self._assistants.get(assistant_id)
        executors = {executor.name: executor for executor in self._functions.of(assistant_id)}
        bindings = tuple(
            Binding(
                name=name, kind=executors[name].kind, config=executors[name].config, approval=executors[name].approval
            )
            for name in _functions_of(assistant.tools)
            if name in executors
        )
        return Recipe(**{name: getattr(assistant, name) for name in _FIELDS}, bindings=bindings)

    def save(self, recipe: Recipe, assistant_id: str | None = None) -> Assistant:
        """Make an assistant, or change one and keep what it was as a version; its draft is dropped.

        All or nothing. Raises NotFound, InvalidRequest.
        """
        recipe = _without_strays(recipe)
        with self._store.transaction():
            if assistant_id is None:
                assistant = self._assistants.create(**fields_of(recipe))
            else:
                before = self.of(assistant_id)
                if before != recipe:
                    self._store.recipes.keep(assistant_id, before)
                assistant = self._assistants.update(assistant_id, **fields_of(recipe))
            self._functions.put_all(assistant.id, recipe.bindings)
            self._store.recipes.drop_draft(assistant_id or NEW)
        return assistant

    def duplicate(self, assistant_id: str, name: str) -> Assistant:
        """Make a second assistant like this one under another name. Raises NotFound."""
        recipe = self.of(assistant_id)
        metadata = {key: value for key, value in recipe.metadata.items() if key != "fireside"}  # no sample any more
        return self.save(replace(recipe, name=name, metadata=metadata))

    def versions(self, assistant_id: str) -> tuple[AssistantVersion, ...]:
        """Return what the assistant was before each change, newest first."""
        return self._store.recipes.versions(assistant_id)

    def restore(self, assistant_id: str, number: int) -> Assistant:
        """Make the assistant what it was; what it is now becomes a version itself. Raises NotFound."""
        for version in self.versions(assistant_id):
            if version.number == number:
                return self.save(version.recipe, assistant_id)
        raise NotFound("version", str(number))

    def keep_draft(self, assistant_id: str | None, recipe: Recipe) -> None:
        """Keep changes that were not saved, unless there are none. Nothing is checked: it is being written."""
        key = assistant_id or NEW
        try:
            unchanged = recipe == (self.of(assistant_id) if assistant_id else Recipe())
        except NotFound:  # deleted meanwhile
            unchanged = True
        if unchanged:
            self._store.recipes.drop_draft(key)
        else:
            self._store.recipes.keep_draft(key, recipe)

    def draft(self, assistant_id: str | None) -> Recipe | None:
        """Return what was written and not saved."""
        draft = self._store.recipes.draft(assistant_id or NEW)
        return draft.recipe if draft is not None else None

    def drafted(self) -> frozenset[str]:
        """Return the ids of assistants with unsaved changes, and "new"."""
        return self._store.recipes.drafted()

    def drop_draft(self, assistant_id: str | None) -> None:
        """Forget unsaved changes."""
        self._store.recipes.drop_draft(assistant_id or NEW)


def fields_of(recipe: Recipe) -> dict[str, Any]:
    """Return the recipe as fields of an assistant."""
    return {name: getattr(recipe, name) for name in _FIELDS}


def _without_strays(recipe: Recipe) -> Recipe:
    """Return the recipe with bindings of its own functions only, in their order."""
    known = {binding.name: binding for binding in recipe.bindings}
    return replace(recipe, bindings=tuple(known[name] for name in _functions_of(recipe.tools) if name in known))


def _functions_of(tools: Sequence[JsonObject]) -> list[str]:
    return [tool["function"]["name"] for tool in tools if tool.get("type") == "function"]
