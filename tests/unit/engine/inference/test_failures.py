"""The words are the same for every backend, with a next step and the facts for translated texts."""

from __future__ import annotations

from engine.inference.failures import context_exceeded, unloadable


def test_a_prompt_that_is_too_long() -> None:
    error = context_exceeded(9000, 4096)
    assert (error.code, error.param) == ("context_exceeded", "messages")
    assert error.details == {"prompt_tokens": 9000, "context": 4096}
    assert "Shorten" in error.message


def test_a_file_that_is_no_model() -> None:
    error = unloadable("tiny", "the file is incomplete")
    assert error.code == "model_unloadable"
    assert error.message.startswith("The model 'tiny' cannot be loaded: the file is incomplete. Verify")
    assert error.details == {"model_id": "tiny", "why": "the file is incomplete"}
