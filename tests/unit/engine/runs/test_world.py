"""A run's limits come from the settings and the caller."""

from __future__ import annotations

from engine.runs.machine import Limits
from tests.support.stage import StageFactory


def test_limits(make_stage: StageFactory) -> None:
    stage = make_stage(run_minutes=2, tool_wait_seconds=30, max_answer_tokens=100)
    run = stage.new_run(max_completion_tokens=300, max_prompt_tokens=400)
    assert stage.world.limits(run) == Limits(
        answer_tokens=100,
        max_completion_tokens=300,
        max_prompt_tokens=400,
        run_seconds=120,
        tool_wait_seconds=30,
    )
