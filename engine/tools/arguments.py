"""Arguments of a call, checked against the function's schema before anything acts on them; pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from engine.types import JsonObject

_MOST = 300  # characters of a complaint: the model has to read it


class BadArguments(ValueError):
    """The arguments are not what the function takes; the text is for the model to read."""


def parse(untrusted_text: str, schema: Mapping[str, Any]) -> JsonObject:
    """Return the arguments as an object. Raises BadArguments with a short sentence that names the place."""
    # Imported here: no call is checked before a model has been loaded, which takes a hundred times as long.
    import jsonschema  # type: ignore[import-untyped]
    from referencing.exceptions import Unresolvable

    try:
        arguments = json.loads(untrusted_text or "{}")
    except ValueError:
        raise BadArguments("The arguments are not valid JSON.") from None
    if not isinstance(arguments, dict):
        raise BadArguments("The arguments must be one JSON object.")
    try:
        jsonschema.Draft202012Validator({"type": "object", **schema}).validate(arguments)
    except jsonschema.ValidationError as error:
        place = "/".join(str(part) for part in error.absolute_path)
        where = f" at '{place}'" if place else ""
        raise BadArguments(f"The arguments do not fit{where}: {error.message[:_MOST]}.") from None
    except (jsonschema.SchemaError, jsonschema.exceptions.UnknownType, Unresolvable, RecursionError):
        return arguments  # a schema that is none says nothing about the arguments
    return arguments
