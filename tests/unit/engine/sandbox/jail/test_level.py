from __future__ import annotations

import json

import pytest

from engine.sandbox.jail.level import Plan, Report, missing, walls

GOOD = Report(landlock=7, seccomp=True, rlimits=True, namespaces=True)


def test_a_plan_travels_as_json() -> None:
    plan = Plan(
        data="/d",
        tmp="/t",
        root="/r",
        read=("/usr/lib",),
        memory=1,
        file=2,
        namespaces=True,
        masked=frozenset({"policy"}),
        landlock_abi=3,
    )

    assert Plan.from_json(json.loads(json.dumps(plan.to_json()))) == plan


def test_a_report_travels_and_nonsense_counts_as_absent() -> None:
    assert Report.from_json(json.loads(json.dumps(GOOD.to_json()))) == GOOD
    assert Report.from_json({"landlock": True, "seccomp": 1, "rlimits": "yes", "more": 3}) == Report()
    assert Report.from_json(None) == Report()


@pytest.mark.parametrize(
    ("report", "platform", "words"),
    [
        (GOOD, "linux", ""),
        (Report(landlock=1, seccomp=True), "linux", ""),
        (Report(seccomp=True), "linux", "no Landlock"),
        (Report(landlock=7), "linux", "seccomp"),
        (Report(), "darwin", "Seatbelt"),
        (Report(seatbelt=True), "darwin", ""),
        (Report(rlimits=True), "win32", "AppContainer"),
        (Report(appcontainer=True), "win32", ""),
        (GOOD, "freebsd14", "no jail"),
    ],
)
def test_it_fails_closed(report: Report, platform: str, words: str) -> None:
    reason = missing(report, platform)

    assert bool(reason) == bool(words)
    assert words in reason


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_every_wall_has_a_sentence(platform: str) -> None:
    for report in (GOOD, Report(), Report(seatbelt=True, appcontainer=True), Report(landlock=2)):
        described = walls(report, platform)
        assert described
        assert all(wall.note.endswith(".") for wall in described)


def test_an_unknown_system_has_no_walls() -> None:
    assert walls(GOOD, "plan9") == ()
