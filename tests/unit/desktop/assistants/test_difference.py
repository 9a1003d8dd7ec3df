"""A difference names the fields and shows the lines that changed."""

from __future__ import annotations

from dataclasses import replace

from desktop.assistants.difference import differences
from engine.recipes import Binding, Recipe

ADA = Recipe(name="Ada", instructions="One.\nTwo.\nThree.", metadata={"avatar": "1", "starter_1": "Hi", "k": "v"})


def test_nothing_differs_from_itself() -> None:
    assert differences(ADA, ADA) == ()


def test_changed_lines_are_shown_with_what_is_around() -> None:
    [found] = differences(ADA, replace(ADA, instructions="One.\n2.\nThree."))

    assert found.field == "instructions"
    assert found.lines == ((" ", "One."), ("-", "Two."), ("+", "2."), (" ", "Three."))


def test_every_field_counts_in_the_order_of_the_form() -> None:
    new = Recipe(
        name="Grace",
        model="m",
        description="d",
        tools=({"type": "file_search"},),
        tool_resources={"file_search": {"vector_store_ids": ["vs_1"]}},
        metadata={"avatar": "2"},
        temperature=0.5,
        top_p=0.9,
        response_format={"type": "json_object"},
        reasoning_effort="low",
        bindings=(Binding(name="f", kind="fixed", config={"text": "x"}),),
    )

    assert [found.field for found in differences(ADA, new)] == [
        *("name", "look", "description", "instructions", "starters", "model", "temperature", "top_p"),
        *("response_format", "tools", "bindings", "files", "other"),
    ]
