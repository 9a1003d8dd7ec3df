"""Assistants on the wire, both ways."""

from __future__ import annotations

import pytest

from engine.errors import InvalidRequest
from engine.server.wire.assistants import CreateAssistant, UpdateAssistant, assistant_json
from engine.server.wire.body import parse
from engine.types import Assistant


def test_an_update_holds_only_what_was_sent() -> None:
    assert parse(UpdateAssistant, {}).given() == {}
    assert parse(UpdateAssistant, {"name": None, "tools": []}).given() == {"name": None, "tools": ()}


def test_the_model_is_needed_and_never_null() -> None:
    for shape, body in ((CreateAssistant, {}), (UpdateAssistant, {"model": None}), (UpdateAssistant, {"model": ""})):
        with pytest.raises(InvalidRequest) as refused:
            parse(shape, body)
        assert refused.value.param == "model"


def test_no_format_is_auto() -> None:
    assert assistant_json(Assistant(id="a", created_at=1, model="m"))["response_format"] == "auto"
