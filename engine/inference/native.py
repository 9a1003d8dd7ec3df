"""One model in llama.cpp: its vocabulary, its context and its samplers; the only importer of llama_cpp.

It uses the low-level functions: no Python work per token beyond decode, sample and look up the piece.
"""

from __future__ import annotations

import ctypes
import logging
import os
import secrets
import sys
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import llama_cpp.llama_cpp as llama
import numpy as np
import psutil

from engine.cancel import CancelToken
from engine.errors import Cancelled, InvalidRequest, WorkerFailed
from engine.inference import diagnosis
from engine.inference.decision import log_probabilities
from engine.inference.failures import context_exceeded, unloadable
from engine.inference.templates import MAX_SOURCE
from engine.types import JsonObject
from engine.workers import child

log = logging.getLogger(__name__)
_DEBUG, _ERROR, _CONTINUED = 1, 4, 5
_CPU_CHUNK = 128
_ABORTED, _NO_ROOM = 2, 1
_PENALTY_WINDOW = 256


def start_library() -> None:
    """Get llama.cpp ready, once per process."""
    llama.llama_backend_init()


def about_library() -> JsonObject:
    """Say what this build of llama.cpp can use; needs no model."""
    system = llama.llama_print_system_info().decode("utf-8", "replace")
    return {"system": system, "gpu": bool(llama.llama_supports_gpu_offload())}


class LlamaLog:
    """Sends llama.cpp's own log to the error stream and keeps its last complaints."""

    def __init__(self) -> None:
        self.errors: deque[str] = deque(maxlen=20)
        self._line = ""
        self._callback = llama.llama_log_callback(self._hear)  # kept: llama.cpp holds only the pointer
        llama.llama_log_set(self._callback, None)

    def _hear(self, level: int, text: bytes | None, _data: object) -> None:
        self._line += (text or b"").decode("utf-8", "replace")
        if not self._line.endswith("\n"):
            return
        line, self._line = self._line.strip(), ""
        if level >= _ERROR and level != _CONTINUED:
            self.errors.append(line)
        if level > _DEBUG and line.strip(". "):
            log.info("llama.cpp: %s", line)


class CancelFlag:
    """A byte that llama.cpp looks at between two nodes of its graph, without a line of Python run for it.

    Its abort callback wants a C function of one pointer that returns a boolean; `strlen` of a text that is empty
    until cancelled is one.
    """

    def __init__(self) -> None:
        library = ctypes.CDLL("msvcrt" if sys.platform == "win32" else None)
        self._looks = ctypes.cast(library.strlen, llama.ggml_abort_callback)
        self._text = ctypes.create_string_buffer(2)

    def follow(self, cancel: CancelToken, context: Any) -> None:
        """Make the context stop for this request; a new text each time, so that a late cancel hits no other."""
        text = self._text = ctypes.create_string_buffer(2)

        def stop() -> None:
            text[0] = b"\1"

        llama.llama_set_abort_callback(context, self._looks, ctypes.cast(text, ctypes.c_void_p))
        cancel.on_set(stop)


class Vocabulary:
    """Text to tokens and back."""

    def __init__(self, model: Any) -> None:
        self.handle = llama.llama_model_get_vocab(model)
        self.size: int = llama.llama_vocab_n_tokens(self.handle)
        self.bos: int = llama.llama_vocab_bos(self.handle)
        self._add_bos: bool = llama.llama_vocab_get_add_bos(self.handle)
        self._pieces: tuple[dict[int, bytes], dict[int, bytes]] = {}, {}

    def tokens(self, text: str, *, special: bool) -> list[int]:
        """Return the tokens of a text; `special` reads markers as the one token they name."""
        data = text.encode("utf-8", "replace")
        room = len(data) + 16
        while True:
            buffer = (llama.llama_token * room)()
            count = llama.llama_tokenize(self.handle, data, len(data), buffer, room, False, special)
            if count >= 0:
                return list(buffer[:count])
            room = -count

    def prompt(self, text: str) -> list[int]:
        """Return the tokens of a rendered prompt, with the beginning token where the model wants it, once."""
        tokens = self.tokens(text, special=True)
        if self._add_bos and self.bos >= 0 and tokens[:1] != [self.bos]:
            tokens.insert(0, self.bos)
        return tokens

    def piece(self, token: int, *, special: bool = False) -> bytes:
        """Return the bytes of a token; control tokens are empty unless `special`."""
        known = self._pieces[special]
        if (piece := known.get(token)) is None:
            buffer = ctypes.create_string_buffer(64)
            size = llama.llama_token_to_piece(self.handle, token, buffer, 64, 0, special)
            if size < 0:
                buffer = ctypes.create_string_buffer(-size)
                size = llama.llama_token_to_piece(self.handle, token, buffer, -size, 0, special)
            piece = known[token] = buffer.raw[:size]
        return piece

    def ends(self, token: int) -> bool:
        return bool(llama.llama_vocab_is_eog(self.handle, token))

    def knows(self, text: str) -> bool:
        return bool(text) and len(self.tokens(text, special=True)) == 1

    def named(self) -> dict[str, str]:
        """Return the special tokens that templates speak of."""
        ids = {"bos_token": self.bos, "eos_token": llama.llama_vocab_eos(self.handle)}
        return {
            name: self.piece(token, special=True).decode("utf-8", "replace") if token >= 0 else ""
            for name, token in ids.items()
        }


class Model:
    """A loaded GGUF with one context and one sequence, whose tokens `past` are in the KV cache."""

    def __init__(self, args: JsonObject, request: child.Request, llama_log: LlamaLog) -> None:
        """Load it. `args` are the fields of LoadSpec. Raises Unavailable (model_unloadable) or Cancelled."""
        self._args, self._log = args, llama_log
        self.past: list[int] = []
        self.flag = CancelFlag()
        self.handle = self._load(request)
        self.vocabulary = Vocabulary(self.handle)
        self.context = self._open_context()
        self._memory = llama.llama_get_memory(self.context)
        self.length: int = llama.llama_n_ctx(self.context)
        offloads = llama.llama_supports_gpu_offload() and args["gpu_layers"] != 0
        self.backend = "GPU" if offloads else "CPU"
        # Small chunks cost a CPU nothing and show progress; a GPU wants large ones. Never chosen by the clock:
        # the same request must be cut in the same way to give the same numbers.
        self._chunk: int = args["batch"] if offloads else min(_CPU_CHUNK, args["batch"])

    def describe(self) -> JsonObject:
        buffer = ctypes.create_string_buffer(256)
        llama.llama_model_desc(self.handle, buffer, 256)
        return {
            "context": self.length,
            "vocabulary": self.vocabulary.size,
            "description": buffer.value.decode("utf-8", "replace"),
            "backend": self.backend,
        }

    def template_source(self) -> str | None:
        source: bytes | None = llama.llama_model_chat_template(self.handle, None)
        return source[: MAX_SOURCE + 1].decode("utf-8", "replace") if source else None

    def reuse(self, tokens: list[int]) -> int:
        """Keep what the cache shares with `tokens`, but for the last, and return how many that are."""
        limit = min(len(self.past), len(tokens) - 1)
        same = next((i for i in range(limit) if self.past[i] != tokens[i]), limit)
        if same < len(self.past) and not llama.llama_memory_seq_rm(self._memory, 0, same, -1):
            same = 0  # a recurrent memory cannot go back
        if same == 0:
            llama.llama_memory_clear(self._memory, True)
        self.past = self.past[:same]
        return same

    def read(self, tokens: list[int], cancel: CancelToken) -> Iterator[int]:
        """Decode tokens after `past` in chunks, yielding how many are done; ends early when cancelled.

        The last one is decoded alone: then a prompt read anew and one found in the cache end in the same computation,
        and the same seed gives the same answer.
        """
        done = 0
        while done < len(tokens) and not cancel.is_set():
            size = 1 if done == len(tokens) - 1 else min(self._chunk, len(tokens) - 1 - done)
            if not self.decode(tokens[done : done + size]):
                if not cancel.is_set():
                    raise context_exceeded(len(self.past) + len(tokens) - done, self.length)
                return
            done += size
            yield done

    def decode(self, tokens: list[int]) -> bool:
        """Run the model over tokens; False when aborted or when the context is full. Raises WorkerFailed."""
        array = (llama.llama_token * len(tokens))(*tokens)
        code = llama.llama_decode(self.context, llama.llama_batch_get_one(array, len(tokens)))
        if code == 0:
            self.past += tokens
            return True
        if code == _NO_ROOM:
            return False
        if code == _ABORTED:
            # Parts of the batch may be in: forget all of it.
            if not llama.llama_memory_seq_rm(self._memory, 0, len(self.past), -1):
                self.forget()
            return False
        self.forget()
        raise WorkerFailed(
            "The model could not compute the next words. Try again, or use fewer GPU layers in the settings.",
            code="decode_failed",
            llama_code=code,
        )

    def logits(self) -> Any:
        """Return the logits of the next token; shape: vocabulary. Gone with the next decoding."""
        return self._logits(-1)

    def follow(self, tokens: Sequence[int]) -> list[float]:
        """Return the log-probability of each token but the first, after what was read; nothing stays read."""
        count, start = len(tokens) - 1, len(self.past)
        batch = llama.llama_batch_init(count, 0, 1)
        try:
            batch.n_tokens = count
            for index, token in enumerate(tokens[:-1]):
                batch.token[index], batch.pos[index], batch.logits[index] = token, start + index, 1
                batch.n_seq_id[index], batch.seq_id[index][0] = 1, 0
            if llama.llama_decode(self.context, batch) != 0:
                return [-100.0] * count
            found = [float(log_probabilities(self._logits(i))[token]) for i, token in enumerate(tokens[1:])]
        finally:
            llama.llama_batch_free(batch)
            if not llama.llama_memory_seq_rm(self._memory, 0, start, -1):
                self.forget()
        return found

    def _logits(self, index: int) -> Any:
        size = self.vocabulary.size
        return np.ctypeslib.as_array(llama.llama_get_logits_ith(self.context, index), shape=(size,))

    def forget(self) -> None:
        llama.llama_memory_clear(self._memory, True)
        self.past = []

    def _load(self, request: child.Request) -> Any:
        args, last = self._args, [0.0]

        def progress(fraction: float, _data: object) -> bool:
            if fraction - last[0] >= 0.01 or fraction >= 1.0:
                last[0] = fraction
                request.emit({"loading": fraction})
            return not request.cancel.is_set()

        params = llama.llama_model_default_params()
        params.n_gpu_layers = args["gpu_layers"]
        params.load_mode = llama.LLAMA_LOAD_MODE_MMAP if llama.llama_supports_mmap() else llama.LLAMA_LOAD_MODE_NONE
        params.progress_callback = callback = llama.llama_progress_callback(progress)
        path = args["path"].encode("utf-8") if sys.platform == "win32" else os.fsencode(args["path"])
        handle = llama.llama_model_load_from_file(path, params)
        del callback  # had to live until here
        if request.cancel.is_set():
            raise Cancelled("Loading was stopped.")
        if not handle:
            raise unloadable(args["model_id"], diagnosis.why(tuple(self._log.errors)))
        return handle

    def _open_context(self) -> Any:
        args = self._args
        params = llama.llama_context_default_params()
        params.n_ctx = diagnosis.fitting_context(
            wanted=args["context"],
            trained=llama.llama_model_n_ctx_train(self.handle),
            bytes_per_token=self._cache_bytes(),
            available=psutil.virtual_memory().available,
        )
        params.n_batch = args["batch"]
        params.n_ubatch = min(args["batch"], 512)
        params.n_threads = params.n_threads_batch = args["threads"] or _physical_cores()
        context = llama.llama_init_from_model(self.handle, params)
        if not context:
            reason = f"there is not enough memory for it with a context of {params.n_ctx} tokens"
            raise unloadable(args["model_id"], reason)
        return context

    def _cache_bytes(self) -> int:
        """Return the bytes of KV cache per token, in 16 bits, an upper estimate."""
        heads = max(1, llama.llama_model_n_head(self.handle))
        width = llama.llama_model_n_embd(self.handle) // heads * max(1, llama.llama_model_n_head_kv(self.handle))
        return int(llama.llama_model_n_layer(self.handle) * width * 2 * 2)


def _physical_cores() -> int:
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(psutil.cpu_count(logical=False) or allowed, allowed))


class Sampler:
    """llama.cpp's chain of samplers for one answer; `strict`: for what a grammar holds, where no penalty bends it."""

    def __init__(self, sampling: JsonObject, vocabulary: Vocabulary, *, strict: bool = False) -> None:
        temperature = sampling["call_temperature" if strict else "temperature"]
        seed = sampling["seed"]
        self.seed: int = seed if seed >= 0 else secrets.randbelow(2**31)
        self._chain = llama.llama_sampler_chain_init(llama.llama_sampler_chain_default_params())
        self._bias(sampling["logit_bias"], vocabulary)
        penalties = sampling["repeat_penalty"], sampling["frequency_penalty"], sampling["presence_penalty"]
        if penalties != (1.0, 0.0, 0.0) and not strict:
            self._add(llama.llama_sampler_init_penalties(vocabulary.size, _PENALTY_WINDOW, *penalties))
        if temperature <= 0:
            self._add(llama.llama_sampler_init_greedy())
            return
        if sampling["top_k"] > 0:
            self._add(llama.llama_sampler_init_top_k(sampling["top_k"]))
        if sampling["top_p"] < 1:
            self._add(llama.llama_sampler_init_top_p(sampling["top_p"], 1))
        if sampling["min_p"] > 0:
            self._add(llama.llama_sampler_init_min_p(sampling["min_p"], 1))
        self._add(llama.llama_sampler_init_temp(temperature))
        self._add(llama.llama_sampler_init_dist(self.seed))

    def sample(self, context: Any) -> int:
        return int(llama.llama_sampler_sample(self._chain, context, -1))

    def note(self, token: int) -> None:
        """Let the penalties know of a token that was not drawn here."""
        llama.llama_sampler_accept(self._chain, token)

    def close(self) -> None:
        llama.llama_sampler_free(self._chain)

    def _add(self, sampler: Any) -> None:
        llama.llama_sampler_chain_add(self._chain, sampler)

    def _bias(self, bias: Mapping[str, float], vocabulary: Vocabulary) -> None:
        if not bias:
            return
        entries = (llama.llama_logit_bias * len(bias))()
        for entry, (token, value) in zip(entries, bias.items(), strict=True):
            if not 0 <= int(token) < vocabulary.size:
                raise InvalidRequest(
                    f"The model has no token {token}; its tokens are 0 to {vocabulary.size - 1}.",
                    code="unknown_token",
                    param="logit_bias",
                )
            entry.token, entry.bias = int(token), value
        self._add(llama.llama_sampler_init_logit_bias(vocabulary.size, len(bias), entries))
