"""Makes the page that says what of the API is honoured, emulated or refused, from the routes themselves.

python -m tests.api.compatibility        writes engine/server/COMPATIBILITY.md
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from starlette.routing import Route

from engine.server import app
from engine.server.wire.body import Body
from engine.server.wire.files import CreateFile

PAGE = Path(__file__).resolve().parents[2] / "engine" / "server" / "COMPATIBILITY.md"
_BODY = re.compile(r"read_body\(request, (\w+)\)")

# What a field does when it is not simply honoured. A field of None is a parameter of the hosted API that is refused.
_ANY_MODEL = "emulated: an installed model's id, or any other name, which the table of names or the default answers for"
NOTES: dict[str, dict[str, str]] = {
    "CreateAssistant": {"model": _ANY_MODEL, "reasoning_effort": "emulated: kept, without effect on runs"},
    "UpdateAssistant": {"model": _ANY_MODEL, "reasoning_effort": "emulated: kept, without effect on runs"},
    "CreateRun": {"model": _ANY_MODEL, "reasoning_effort": "emulated: kept, without effect on runs"},
    "CreateThreadAndRun": {"model": _ANY_MODEL},
    "CreateMessage": {
        "content": "honoured; an `image_url` other than a data URL is refused: Fireside fetches nothing",
    },
    "CreateCompletion": {
        "model": _ANY_MODEL,
        "messages": "honoured; images are refused",
        "n": "refused unless 1: answers are written one after the other",
        "logit_bias": "emulated: the numbers are the local model's own tokens",
        "seed": "honoured; reduced to 31 bits",
        "stop": "honoured; up to 16, not 4",
        "top_k": "honoured; Fireside's own",
        "min_p": "honoured; Fireside's own",
        "repeat_penalty": "honoured; Fireside's own",
        "reasoning_effort": "emulated: given to the chat template, which may know it; `none` switches thinking off",
        "user": "emulated: accepted, changes nothing here",
        "safety_identifier": "emulated: accepted, changes nothing here",
        "prompt_cache_key": "emulated: accepted; prompts are always reused as far as they are the same",
        "metadata": "emulated: accepted, nothing is stored",
        "store": "refused unless false: nothing is stored",
        "service_tier": "refused unless auto or default: there is one machine",
        "modalities": "refused unless text",
        "functions, function_call": "refused: use tools",
        "audio, prediction, web_search_options, verbosity": "refused",
    },
    "CreateEmbeddings": {
        "model": _ANY_MODEL,
        "input": "honoured; token numbers are refused: a local model has its own",
        "dimensions": "refused: vectors have the length the model gives them",
        "user": "emulated: accepted, changes nothing here",
    },
}
_HEAD = """# What of the OpenAI API Fireside honours

Made from the routes by `python -m tests.api.compatibility`; a test keeps it true. Every parameter that is not listed is
refused with a 400 that names it. *Honoured* is what a parameter is unless it says otherwise.
"""


def page() -> str:
    """Return the page as it should be."""
    return "\n".join([_HEAD, *(line for route in app._ROUTES for line in _section(route))]) + "\n"


def _section(route: Route) -> Iterator[str]:
    methods = ", ".join(sorted((route.methods or set()) - {"HEAD"}))
    yield f"## {methods} {route.path}\n"
    shape = shape_of(route)
    if shape is None:
        yield "No body.\n" if "POST" in methods else ""
        return
    notes = NOTES.get(shape.__name__, {})
    plain = [_name(name, shape) for name in shape.model_fields if _name(name, shape) not in notes]
    if plain:
        yield f"- honoured: {', '.join(f'`{name}`' for name in plain)}"
    for names, note in notes.items():
        yield f"- {', '.join(f'`{name}`' for name in names.split(', '))}: {note}"
    yield ""


def _name(name: str, shape: type[Body]) -> str:
    return shape.model_fields[name].alias or name


def shape_of(route: Route) -> type[Body] | None:
    """Return the shape of a route's body; None without one."""
    found = _BODY.search(inspect.getsource(route.endpoint))
    if found is not None:
        shape = getattr(inspect.getmodule(route.endpoint), found[1])
        assert issubclass(shape, Body)
        return shape
    return CreateFile if route.path == "/v1/files" and "POST" in (route.methods or ()) else None


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    sys.stdout.write(f"{PAGE}\n")
