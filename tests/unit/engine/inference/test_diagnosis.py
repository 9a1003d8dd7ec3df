"""Reasons for people, and how much context fits."""

from __future__ import annotations

import pytest

from engine.inference.diagnosis import fitting_context, why


@pytest.mark.parametrize(
    ("lines", "exit_code", "words"),
    [
        (["gguf_init_from_file_impl: invalid magic characters: 'not ', expected 'GGUF'"], None, "not a GGUF"),
        (["llama_model_load: error loading model: unknown model architecture: 'x'"], None, "architecture"),
        (["tensor 'a' data is not within the file bounds, model is corrupted or incomplete"], None, "incomplete"),
        (["ggml_backend_cpu_buffer_type_alloc_buffer: failed to allocate buffer of size 9"], None, "not enough memory"),
        (["terminate called after throwing an instance of 'std::bad_alloc'"], -6, "not enough memory"),
        ([], -9, "lack of memory"),
        (["Fatal Python error: Aborted"], -6, "crashed on it"),
        ([], None, "refuses"),
    ],
)
def test_the_reason_is_found(lines: list[str], exit_code: int | None, words: str) -> None:
    assert words in why(lines, exit_code=exit_code)


@pytest.mark.parametrize(
    ("wanted", "trained", "available", "context"),
    [
        (4096, 32768, 10**12, 4096),
        (99999, 8192, 10**12, 8192),  # never beyond what it was trained for
        (0, 8192, 10**12, 8192),
        (0, 131072, 2 * 10_000 * 1000, 9984),  # half of the memory, in steps of 256
        (0, 131072, 0, 2048),
        (0, 1024, 0, 1024),
        (0, 0, 10**12, 2048),
    ],
)
def test_the_context_follows_wish_training_and_memory(wanted: int, trained: int, available: int, context: int) -> None:
    assert fitting_context(wanted=wanted, trained=trained, bytes_per_token=1000, available=available) == context
