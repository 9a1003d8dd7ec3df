"""Why a model did not load, in words for people, from what llama.cpp said; and how much context fits in memory."""

from __future__ import annotations

from collections.abc import Sequence

_SIGNS = (
    (("invalid magic", "failed to read magic", "bad magic"), "the file is not a GGUF model"),
    (
        (
            "unable to allocate",
            "failed to allocate",
            "bad_alloc",
            "out of memory",
            "not enough memory",
            "vk::outofdevice",
        ),
        "there is not enough memory for it",
    ),
    (("unknown model architecture",), "this version of llama.cpp does not know its architecture"),
    (
        ("not within the file bounds", "corrupted or incomplete", "unexpectedly reached end of file"),
        "the file is incomplete or damaged",
    ),
    (("no such file", "failed to open", "permission denied"), "the file cannot be opened"),
)
_MINIMUM_CONTEXT = 2048
_LARGEST_CACHE = 2 * 1024**3  # bytes; more is not taken from other programs unless the settings say so


def why(lines: Sequence[str], *, exit_code: int | None = None) -> str:
    """Return half a sentence. `exit_code` is that of the process if it died (negative: the signal)."""
    said = "\n".join(lines).lower()
    for signs, reason in _SIGNS:
        if any(sign in said for sign in signs):
            return reason
    if exit_code == -9:
        return "the system ended the process that loaded it, most likely for lack of memory"
    if exit_code is not None:
        return "llama.cpp crashed on it, so the file is damaged or not what it claims to be"
    return "llama.cpp refuses the file"


def fitting_context(*, wanted: int, trained: int, bytes_per_token: int, available: int) -> int:
    """Return a context length in tokens. `wanted` 0: as trained, but with its cache in half of the available memory.

    Never beyond what the model was trained for: it would only write nonsense there.
    """
    trained = trained if trained > 0 else _MINIMUM_CONTEXT
    if wanted > 0:
        return min(wanted, trained)
    fits = available // 2 // max(1, bytes_per_token)
    return min(trained, max(_MINIMUM_CONTEXT, fits // 256 * 256))


def cache_cells(*, length: int, budget: int, bytes_per_token: int, available: int, unscaled: int | None = None) -> int:
    """Return for how many tokens a KV cache is made: at least one conversation of `length`.

    `budget` in bytes; 0 takes an eighth of the `available` memory, within bounds. `unscaled`: more cells than that
    would make llama.cpp treat short texts like long ones, so they are not exceeded for the cache's sake.
    """
    budget = budget or min(available // 8, _LARGEST_CACHE)
    cells = max(length, budget // max(1, bytes_per_token) // 256 * 256)
    return max(length, min(cells, unscaled)) if unscaled is not None else cells
