"""What an assistant consists of, written down apart from any stored one: for drafts, versions, sharing and trying."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from engine.types import Approval, ExecutorKind, JsonObject

NEW = "new"  # the draft of an assistant that was never saved


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """What answers one function, before it belongs to an assistant; as in `FunctionExecutor`."""

    name: str
    kind: ExecutorKind
    config: JsonObject = field(default_factory=dict)
    approval: Approval = "ask"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """All that makes an assistant what it is: the fields of `Assistant`, and what answers its functions."""

    model: str = "default"
    name: str | None = None
    description: str | None = None
    instructions: str | None = None
    tools: tuple[JsonObject, ...] = ()
    tool_resources: JsonObject = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)
    temperature: float | None = None
    top_p: float | None = None
    response_format: JsonObject | str | None = None
    reasoning_effort: str | None = None
    bindings: tuple[Binding, ...] = ()


def recipe_to_json(recipe: Recipe) -> JsonObject:
    """Return the recipe as the store keeps it."""
    return asdict(recipe)


def recipe_from_json(data: JsonObject) -> Recipe:
    """Inverse of `recipe_to_json`. Raises TypeError or KeyError on anything else."""
    bindings = tuple(Binding(**binding) for binding in data["bindings"])
    return Recipe(**{**data, "tools": tuple(data["tools"]), "bindings": bindings})


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistantVersion:
    """What an assistant was before a change; `number` counts from 1."""

    id: str
    created_at: int
    assistant_id: str
    number: int
    recipe: Recipe


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistantDraft:
    """Changes that were not saved; `id` is the assistant's, or "new"."""

    id: str
    created_at: int
    recipe: Recipe
