"""What the form of an assistant can choose from, read from the engine in one go; knows no Qt."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.errors import NotFound
from engine.recipes import NEW, Recipe
from engine.service import Engine
from engine.types import PageRequest, ToolServer


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """(id, name) of models and stores of files, names of files, and the tool servers; `running` are ids."""

    models: tuple[tuple[str, str], ...] = ()
    stores: tuple[tuple[str, str], ...] = ()
    files: dict[str, str] = field(default_factory=dict)
    servers: tuple[ToolServer, ...] = ()
    running: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An assistant to edit: what is stored, and what was written and not saved."""

    assistant_id: str | None
    stored: Recipe
    draft: Recipe | None
    shelf: Shelf


def open_recipe(engine: Engine, assistant_id: str | None) -> Opened:
    """Read all that the builder shows. Raises NotFound."""
    stored = engine.recipes.of(assistant_id) if assistant_id else Recipe()
    draft = engine.recipes.draft(assistant_id or NEW)
    return Opened(
        assistant_id=assistant_id, stored=stored, draft=draft, shelf=read_shelf(engine, code_files(draft or stored))
    )


def read_shelf(engine: Engine, file_ids: tuple[str, ...] = ()) -> Shelf:
    """Read what there is to choose from, with the names of these files."""
    files: dict[str, str] = {}
    for file_id in file_ids:
        try:
            files[file_id] = engine.files.get(file_id).filename
        except NotFound:
            continue  # deleted since: it is not shown, and gone with the next save
    stores = engine.vector_stores.list(PageRequest(limit=100)).items
    return Shelf(
        models=tuple((m.id, m.name) for m in engine.models.installed() if m.kind == "chat" and m.problem is None),
        stores=tuple((store.id, store.name) for store in stores if store.name),
        files=files,
        servers=engine.tool_servers.list(),
        running=engine.tool_servers.running(),
    )


def code_files(recipe: Recipe) -> tuple[str, ...]:
    """Return the ids of the files that the code interpreter gets."""
    return tuple((recipe.tool_resources.get("code_interpreter") or {}).get("file_ids") or ())


def store_of(recipe: Recipe) -> str:
    """Return the id of the store that is searched, or nothing."""
    ids = (recipe.tool_resources.get("file_search") or {}).get("vector_store_ids") or ()
    return str(ids[0]) if ids else ""


def with_resources(recipe: Recipe, files: tuple[str, ...], store: str) -> dict[str, object]:
    """Return tool resources with these files and this store, and whatever else was there."""
    resources = {k: v for k, v in recipe.tool_resources.items() if k not in ("code_interpreter", "file_search")}
    if files:
        resources["code_interpreter"] = {"file_ids": list(files)}
    if store:
        resources["file_search"] = {"vector_store_ids": [store]}
    return resources
