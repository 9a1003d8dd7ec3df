"""Will a model run on this machine, with how much context, how fast, and why: arithmetic only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from models.hardware import Gpu, Hardware
from models.types import CatalogueEntry, GgufHeader

Verdict = Literal["well", "tight", "no"]

CONTEXT_STEPS: Final = (2048, 4096, 8192, 16384, 32768, 65536, 131072, 262144)
# Below this an assistant with a few documents forgets its own question.
COMFORTABLE_CONTEXT: Final = 8192
COMFORTABLE_SPEED: Final = 4.0

_WELL_SHARE: Final = 0.75  # of the memory; the rest is the system's, the window's and the browser's
_HARD_SHARE: Final = 0.92
_OVERHEAD: Final = 320 * 1024 * 1024  # llama.cpp's compute buffers and its process
_OVERHEAD_SHARE: Final = 0.03

# Writing is bound by how fast the active weights stream through memory, plus a constant per token. Measured with
# llama-bench on two shared cores: 1.1 GB writes 26 tokens a second, 98 MB writes 109.
_TOKEN_CONSTANT: Final = 0.004
_CORE_BANDWIDTH: Final = 14e9
_SOCKET_BANDWIDTH: Final = 45e9
_UNIFIED_BANDWIDTH: Final = 90e9
_CARD_BANDWIDTH: Final = 300e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a model takes: bytes for the weights, bytes for a token of context, and how much of it each token reads."""

    weights: int
    kv_bytes_per_token: int
    context: int
    active_share: float = 1.0
    generates: bool = True

    @classmethod
    def of_entry(cls, entry: CatalogueEntry) -> Need:
        return cls(
            weights=entry.size,
            kv_bytes_per_token=entry.kv_bytes_per_token,
            context=entry.context,
            active_share=min(1.0, entry.active_parameters / entry.parameters),
            generates=entry.kind == "chat",
        )

    @classmethod
    def of_header(cls, header: GgufHeader) -> Need:
        # Experts are most of such a model; attention and embeddings, read for every token, are the tenth added.
        share = header.experts_used / header.experts + 0.1 if header.experts else 1.0
        return cls(
            weights=header.file_size,
            kv_bytes_per_token=header.kv_bytes_per_token,
            context=header.context or CONTEXT_STEPS[0],
            active_share=min(1.0, share),
            generates=header.kind == "chat",
        )


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a code to translate and numbers to put into the words (bytes, tokens, tokens per second)."""

    code: str
    values: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """The answer. `context` is in tokens (0 when it does not fit), `memory` the bytes it takes with that context.

    `tokens_per_second` is of writing; `measured` tells a measurement from an estimate.
    """

    verdict: Verdict
    context: int
    memory: int
    tokens_per_second: float | None
    measured: bool
    on_gpu: bool
    reasons: tuple[Reason, ...]


def fit(need: Need, hardware: Hardware, *, speed: float | None = None, bandwidth: float | None = None) -> Fit:
    """Judge. `speed` is measured with this model (tokens per second), `bandwidth` with another (bytes per second)."""
    card = _card_for(need, hardware)
    total, free = (card.memory_total, card.memory_free) if card else (hardware.memory_total, hardware.memory_free)
    steps = _steps(need)
    smallest = _memory(need, steps[0])
    if smallest > total * _HARD_SHARE:
        missing = smallest - int(total * _HARD_SHARE)
        reason = Reason("too_large", {"needed": smallest, "memory": total, "missing": missing})
        return Fit(
            verdict="no",
            context=0,
            memory=smallest,
            tokens_per_second=None,
            measured=False,
            on_gpu=False,
            reasons=(reason,),
        )
    # Up to a comfortable context the model may take nearly all memory; beyond it, the rest of the system comes first.
    wanted = max((step for step in steps if step <= COMFORTABLE_CONTEXT), default=steps[0])
    context = max(_largest(need, steps, total * _WELL_SHARE), min(wanted, _largest(need, steps, total * _HARD_SHARE)))
    memory = _memory(need, context)
    rate = speed if speed is not None else _estimate(need, hardware, card, bandwidth)
    reasons = _reasons(need, context, memory, total, free, rate, tight_memory=memory > total * _WELL_SHARE)
    tight = any(reason.code in ("little_memory_left", "short_context", "slow") for reason in reasons)
    if card:
        reasons.insert(0, Reason("runs_on_gpu", {"memory": card.memory_total}))
    return Fit(
        verdict="tight" if tight else "well",
        context=context,
        memory=memory,
        tokens_per_second=rate if need.generates else None,
        measured=speed is not None,
        on_gpu=card is not None,
        reasons=tuple(reasons),
    )


def _reasons(
    need: Need, context: int, memory: int, total: int, free: int, rate: float, *, tight_memory: bool
) -> list[Reason]:
    found = []
    if tight_memory:
        found.append(Reason("little_memory_left", {"needed": memory, "memory": total}))
    elif memory > free:
        # Not a verdict on the machine: closing programs or unloading another model helps.
        found.append(Reason("memory_busy", {"needed": memory, "free": free, "missing": memory - free}))
    if need.generates and context < min(COMFORTABLE_CONTEXT, need.context):
        found.append(Reason("short_context", {"context": context, "model_context": need.context}))
    elif context < need.context:
        found.append(Reason("context_limited", {"context": context, "model_context": need.context}))
    if need.generates and rate < COMFORTABLE_SPEED:
        found.append(Reason("slow", {"tokens_per_second": rate}))
    return found or [Reason("fits", {"needed": memory, "memory": total})]


def _card_for(need: Need, hardware: Hardware) -> Gpu | None:
    """Return the card that can hold the whole model with some context; splitting is not counted as fast."""
    wanted = _memory(need, min(4096, need.context))
    able = [gpu for gpu in hardware.gpus if gpu.memory_total * _HARD_SHARE >= wanted]
    return max(able, key=lambda gpu: gpu.memory_total, default=None)


def _steps(need: Need) -> tuple[int, ...]:
    steps = tuple(step for step in CONTEXT_STEPS if step < need.context)
    return (*steps, need.context) if need.context <= CONTEXT_STEPS[-1] else steps


def _largest(need: Need, steps: tuple[int, ...], budget: float) -> int:
    return max((step for step in steps if _memory(need, step) <= budget), default=0)


def _memory(need: Need, context: int) -> int:
    return need.weights + need.kv_bytes_per_token * context + _OVERHEAD + int(need.weights * _OVERHEAD_SHARE)


def _estimate(need: Need, hardware: Hardware, card: Gpu | None, bandwidth: float | None) -> float:
    if bandwidth is None:
        bandwidth = min(_SOCKET_BANDWIDTH, hardware.physical_cores * _CORE_BANDWIDTH)
        if card:
            bandwidth = _UNIFIED_BANDWIDTH if card.unified else _CARD_BANDWIDTH
    return 1 / (need.weights * need.active_share / max(bandwidth, 1.0) + _TOKEN_CONSTANT)
