"""Fit: verdicts, context, speed and reasons for machines from a small laptop to a workstation."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import catalogue
from models.fit import CONTEXT_STEPS, Fit, Need, fit
from models.gguf import read_header
from models.hardware import Gpu, Hardware

GIB = 1024**3


def _machine(memory: float, *, free: float | None = None, cores: int = 4, gpus: tuple[Gpu, ...] = ()) -> Hardware:
    return Hardware(
        system="Linux",
        machine="x86_64",
        processor="test",
        cores=cores,
        physical_cores=cores,
        memory_total=int(memory * GIB),
        memory_free=int((memory if free is None else free) * GIB),
        gpus=gpus,
    )


def _codes(result: Fit) -> list[str]:
    return [reason.code for reason in result.reasons]


STARTER = Need.of_entry(catalogue.load().starter)
LARGE = Need.of_entry(catalogue.load().get("qwen3.6-35b-a3b-q4_k_m"))


def test_the_starter_runs_well_on_a_small_laptop() -> None:
    result = fit(STARTER, _machine(8))
    assert (result.verdict, result.context, _codes(result)) == ("well", 32768, ["fits"])
    assert result.tokens_per_second is not None
    assert 15 < result.tokens_per_second < 60
    assert not result.measured


def test_less_memory_means_less_context_then_tight_then_no() -> None:
    results = [fit(STARTER, _machine(memory)) for memory in (8, 3, 2.0, 1.7, 1.2)]
    assert [r.verdict for r in results] == ["well", "well", "tight", "tight", "no"]
    contexts = [r.context for r in results]
    assert contexts == sorted(contexts, reverse=True)
    assert contexts[-1] == 0
    assert "little_memory_left" in _codes(results[3])
    assert results[-1].reasons[0].code == "too_large"
    assert results[-1].reasons[0].values["missing"] > 0


def test_memory_taken_by_others_is_a_reason_not_a_verdict() -> None:
    result = fit(STARTER, _machine(16, free=1))
    assert result.verdict == "well"
    assert "memory_busy" in _codes(result)


def test_a_card_that_holds_the_model_is_used() -> None:
    card = Gpu(name="card", backend="cuda", memory_total=24 * GIB, memory_free=24 * GIB)
    result = fit(LARGE, _machine(16, gpus=(card,)))
    assert result.on_gpu
    assert _codes(result)[0] == "runs_on_gpu"
    assert result.verdict == "tight"  # it fits, with little room beside it
    small = Gpu(name="small", backend="cuda", memory_total=2 * GIB, memory_free=2 * GIB)
    assert not fit(LARGE, _machine(64, gpus=(small,))).on_gpu


def test_experts_make_a_large_model_quick() -> None:
    dense = dataclasses.replace(LARGE, active_share=1.0)
    quick, slow = fit(LARGE, _machine(64)), fit(dense, _machine(64))
    assert quick.tokens_per_second is not None
    assert slow.tokens_per_second is not None
    assert quick.tokens_per_second > 4 * slow.tokens_per_second
    assert (quick.verdict, slow.verdict) == ("well", "tight")
    assert "slow" in _codes(slow)


def test_a_measured_speed_counts_more_than_an_estimate() -> None:
    result = fit(STARTER, _machine(8), speed=1.5)
    assert (result.tokens_per_second, result.measured, result.verdict) == (1.5, True, "tight")
    assert "slow" in _codes(result)


def test_a_measured_bandwidth_is_used_for_other_models() -> None:
    result = fit(STARTER, _machine(8), bandwidth=STARTER.weights / 0.046)
    assert result.tokens_per_second == pytest.approx(20)


def test_embedding_models_have_no_speed_and_no_short_context() -> None:
    result = fit(Need.of_entry(catalogue.load().embedder_for("en")), _machine(2))
    assert (result.verdict, result.tokens_per_second, result.context) == ("well", None, 256)


def test_need_from_a_file(tmp_path: Path, gguf: Callable[..., bytes]) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(gguf(pairs={"llama.expert_count": 10, "llama.expert_used_count": 2}))
    need = Need.of_header(read_header(path))
    assert need.context == 4096
    assert need.active_share == pytest.approx(0.3)
    assert need.generates


@given(
    weights=st.integers(10**6, 10**12),
    kv=st.integers(0, 10**6),
    context=st.integers(128, 2_000_000),
    memory=st.floats(0.5, 2048),
)
def test_any_answer_is_consistent(weights: int, kv: int, context: int, memory: float) -> None:
    need = Need(weights=weights, kv_bytes_per_token=kv, context=context)
    result = fit(need, _machine(memory))
    assert result.reasons
    assert 0 <= result.context <= min(context, max(context if context <= CONTEXT_STEPS[-1] else 0, CONTEXT_STEPS[-1]))
    assert (result.verdict == "no") == (result.context == 0)
    if result.verdict != "no":
        assert result.memory <= memory * GIB


@given(memory=st.floats(1, 256), more=st.floats(0, 256))
def test_more_memory_never_means_less_context(memory: float, more: float) -> None:
    assert fit(STARTER, _machine(memory + more)).context >= fit(STARTER, _machine(memory)).context
