"""The suite itself, and verdicts on calls."""

from __future__ import annotations

import json

import jsonschema
import pytest

from engine.inference.callsyntax import Call
from engine.tools.grading import Case, Verdict, card, judge, suite


def _case(case_id: str) -> Case:
    return next(case for case in suite() if case.id == case_id)


def _right(case: Case) -> list[Call]:
    """Return the calls the case asks for, with the first accepted values."""
    return [
        Call(call["name"], json.dumps({key: values[0] for key, values in call["arguments"].items()}))
        for call in case.calls
    ]


def test_the_suite_has_what_it_says() -> None:
    assert len(suite()) == 20
    assert {case.kind for case in suite()} == {
        *("single", "choice", "parallel", "none", "nested", "chinese", "repair", "long list"),
    }
    for case in suite():
        schemas = {tool["function"]["name"]: tool["function"]["parameters"] for tool in case.tools}
        for schema in schemas.values():
            jsonschema.Draft202012Validator.check_schema(schema)
        assert {call["name"] for call in case.calls} <= schemas.keys()


@pytest.mark.parametrize("case", suite(), ids=lambda case: case.id)
def test_the_right_calls_are_right_in_any_order_and_one_less_is_not(case: Case) -> None:
    calls = [Call(c.name, c.arguments.replace("*", "")) for c in _right(case)]

    assert judge(case, calls[::-1]) == "right"
    if calls:
        assert judge(case, calls[1:]) == "missing call"
    assert judge(case, [*calls, Call(case.tools[0]["function"]["name"], "{}")]) in ("invalid", "needless call")


@pytest.mark.parametrize(
    ("calls", "verdict"),
    [
        ([Call("track_parcel", '{"number": " ab-4471-x. "}')], "right"),
        ([Call("track_parcel", '{"number": "AB-4471"}')], "wrong arguments"),
        ([Call("track_parcel", '{"number": 4471}')], "invalid"),
        ([Call("unknown", "{}")], "invalid"),
        ([Call("track_parcel", '{"number": "AB"}')] * 2, "needless call"),
        ([], "missing call"),
    ],
)
def test_verdicts(calls: list[Call], verdict: Verdict) -> None:
    assert judge(_case("single-parcel"), calls) == verdict


def test_true_is_not_one_and_another_function_is_wrong() -> None:
    door = _case("choice-door")

    assert judge(door, [Call("lock_door", '{"door": "garage", "locked": true}')]) == "right"
    assert judge(door, [Call("find_contact", '{"name": "garage"}')]) == "wrong function"


def test_a_card_adds_up() -> None:
    verdicts: dict[str, Verdict] = dict.fromkeys((case.id for case in suite()), "right")
    verdicts["parallel-rooms"] = "missing call"

    found = card("m", verdicts, now=7)
    assert (found.passed, found.total, found.parallel, found.chinese, found.created_at) == (19, 20, True, True, 7)
    assert not card("m", {}, now=7).parallel
