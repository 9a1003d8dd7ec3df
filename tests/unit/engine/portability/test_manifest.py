"""The manifest's schema is a schema, and takes what the exporter writes."""

from __future__ import annotations

import jsonschema  # type: ignore[import-untyped]
import pytest

from engine.portability.manifest import FORMAT, SCHEMA, VERSION


def test_it_is_a_valid_schema_that_takes_the_least_and_no_more() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    least = {
        **{"format": FORMAT, "version": VERSION, "made_at": 1, "functions": [], "code_files": []},
        "assistant": {"model": "default", "tools": []},
    }
    jsonschema.Draft202012Validator(SCHEMA).validate(least)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate({**least, "more": 1})
