"""The yardstick: llama.cpp's own decode loop through the raw binding, with nothing of Fireside around it.

Called as `bare.py MODEL PROMPT_FILE TOKENS`; prints one JSON object with tokens and seconds of reading and writing.
"""

from __future__ import annotations

import ctypes
import json
import sys
import time
from pathlib import Path
from typing import Any

import llama_cpp as lc

BATCH = 512


def load(path: Path, context: int) -> tuple[Any, Any, Any]:
    """Return model, context and vocabulary handles."""
    lc.llama_backend_init()
    quiet = lc.llama_log_callback(lambda _level, _text, _data: None)
    lc.llama_log_set(quiet, ctypes.c_void_p(0))
    load.quiet = quiet  # type: ignore[attr-defined] # the library keeps only a pointer
    model = lc.llama_model_load_from_file(str(path).encode(), lc.llama_model_default_params())
    parameters = lc.llama_context_default_params()
    parameters.n_ctx, parameters.n_batch = context, BATCH
    parameters.n_threads = parameters.n_threads_batch = _cores()
    return model, lc.llama_init_from_model(model, parameters), lc.llama_model_get_vocab(model)


def _cores() -> int:
    import psutil

    return psutil.cpu_count(logical=False) or 1


def tokenize(vocabulary: Any, text: str) -> list[int]:
    """Return the tokens of a text, special ones included."""
    raw = text.encode()
    room = (lc.llama_token * (len(raw) + 8))()
    count = lc.llama_tokenize(vocabulary, raw, len(raw), room, len(room), True, True)
    return list(room[:count])


def decode(context: Any, tokens: list[int]) -> None:
    """Feed tokens to the model."""
    for start in range(0, len(tokens), BATCH):
        part = tokens[start : start + BATCH]
        array = (lc.llama_token * len(part))(*part)
        if lc.llama_decode(context, lc.llama_batch_get_one(array, len(part))) != 0:
            raise SystemExit("llama_decode failed")


def main(path: Path, prompt: str, wanted: int) -> dict[str, float]:
    """Read the prompt and write `wanted` tokens, always the likeliest."""
    _model, context, vocabulary = load(path, 4096)
    tokens = tokenize(vocabulary, prompt)
    sampler = lc.llama_sampler_init_greedy()
    decode(context, tokens[:8])  # the first call sets things up; it is not what is measured
    lc.llama_memory_clear(lc.llama_get_memory(context), True)
    started = time.perf_counter()
    decode(context, tokens)
    token = lc.llama_sampler_sample(sampler, context, -1)
    read = time.perf_counter()
    for _ in range(wanted - 1):
        decode(context, [token])
        token = lc.llama_sampler_sample(sampler, context, -1)
    written = time.perf_counter()
    return {
        "prompt_tokens": len(tokens),
        "tokens": wanted,
        "read_seconds": read - started,
        "write_seconds": written - read,
        "seconds": written - started,
    }


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]).read_text("utf-8"), int(sys.argv[3]))))
