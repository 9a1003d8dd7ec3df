"""What counts is where a question lies between a greeting and one that is surely about the files."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import InvalidRequest
from engine.inference.port import LoadSpec
from engine.inference.scripted import ScriptedBackend
from engine.runs.files_first import FilesFirst

SPEC = LoadSpec(model_id="m", path=Path("/nowhere.gguf"))


def backend(**leanings: float) -> tuple[ScriptedBackend, list[str]]:
    asked: list[str] = []

    def leaning(question: str) -> float:
        asked.append(question)
        return next(value for word, value in leanings.items() if word in question)

    made = ScriptedBackend()
    made.leanings = leaning
    return made, asked


@pytest.mark.parametrize(("leaning", "needed"), [(3.0, True), (1.6, True), (1.5, False), (-1.0, False)])
def test_between_the_two_ends(leaning: float, needed: bool) -> None:
    model, _ = backend(Hello=1.0, numbers=3.0, Plot=leaning)

    assert FilesFirst().needed(model, SPEC, "- a.csv", "Plot it", chinese=False) is needed


def test_a_model_that_cannot_tell_is_not_believed() -> None:
    model, _ = backend(Hello=2.0, numbers=2.0, Plot=5.0)

    assert not FilesFirst().needed(model, SPEC, "- a.csv", "Plot it", chinese=False)


def test_the_two_ends_are_asked_for_once() -> None:
    model, asked = backend(**{"你好": 0.0, "加起来": 2.0, "画": 1.0})
    files = FilesFirst()
    assert files.needed(model, SPEC, "- a.csv", "画一张图", chinese=True)
    assert files.needed(model, SPEC, "- a.csv", "再画一张", chinese=True)

    assert len(asked) == 4
    assert files.needed(model, SPEC, "- b.csv", "再画一张", chinese=True)
    assert len(asked) == 7
    assert "- b.csv" in asked[-1]


def test_a_template_that_refuses_leaves_the_choice_to_the_model() -> None:
    def refuse(_question: str) -> float:
        raise InvalidRequest("The template refuses.", code="template_refused")

    model = ScriptedBackend()
    model.leanings = refuse
    assert not FilesFirst().needed(model, SPEC, "- a.csv", "Plot it", chinese=False)
