"""Errors carry what programs, people and translations need."""

from __future__ import annotations

import inspect

import pytest

from engine import errors
from engine.errors import FiresideError, HomeBusy, InvalidRequest, NotFound, Unavailable

KINDS = [kind for _name, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, FiresideError)]


def test_every_kind_has_a_code_of_its_own() -> None:
    codes = [kind.code for kind in KINDS]

    assert len(set(codes)) == len(codes)


def test_an_error_has_a_sentence_a_field_and_details() -> None:
    error = InvalidRequest("The limit is too large.", code="too_large", param="limit", limit=100)

    assert (str(error), error.code, error.param, error.details) == (
        "The limit is too large.",
        "too_large",
        "limit",
        {"limit": 100},
    )


def test_a_code_given_to_one_error_does_not_stick_to_its_kind() -> None:
    InvalidRequest("no", code="special")

    assert InvalidRequest("no").code == "invalid_request"


def test_not_found_says_what_was_looked_for() -> None:
    error = NotFound("thread", "thread_1")

    assert error.message == "No thread found with id 'thread_1'."
    assert error.details == {"kind": "thread", "id": "thread_1"}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_the_tree_at_the_top_of_the_module_is_complete(kind: type[FiresideError]) -> None:
    assert kind.__name__ in (errors.__doc__ or "")


def test_what_this_machine_cannot_do_now_may_be_tried_again() -> None:
    assert Unavailable("full").retryable
    assert HomeBusy("taken").retryable
    assert not InvalidRequest("no").retryable
