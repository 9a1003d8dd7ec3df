"""Reasons for people, and how much context fits."""

from __future__ import annotations

import pytest

from engine.inference.diagnosis import cache_cells, fitting_context, why


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


@pytest.mark.parametrize(
    ("budget", "available", "unscaled", "cells"),
    [
        (10_000_000, 0, None, 9984),
        (1, 10**12, None, 4096),  # one conversation always fits
        (0, 80_000_000, None, 9984),  # an eighth of what is free
        (0, 10**15, None, 2 * 1024**3 // 1000 // 256 * 256),
        (0, 10**15, 8192, 8192),  # short texts are not to be treated like long ones
        (0, 10**15, 2048, 4096),
    ],
)
def test_the_cache_follows_budget_and_memory(budget: int, available: int, unscaled: int | None, cells: int) -> None:
    found = cache_cells(length=4096, budget=budget, bytes_per_token=1000, available=available, unscaled=unscaled)
    assert found == cells
