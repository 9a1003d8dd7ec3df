"""One model in llama.cpp: its vocabulary, its context and its samplers; the only importer of llama_cpp.

It uses the low-level functions: no Python work per token beyond decode, sample and look up the piece. What the
cells hold is in the books of kvcache.Sequences; here they are only moved.
"""

from __future__ import annotations

import ctypes
import logging
import os
import platform
import secrets
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import llama_cpp
import llama_cpp.llama_cpp as llama
import numpy as np
import psutil
from numpy.typing import NDArray

from engine.errors import Cancelled, InvalidRequest, Unavailable
from engine.inference import diagnosis
from engine.inference.batching import Piece
from engine.inference.calibration import candidates
from engine.inference.decision import log_probabilities
from engine.inference.failures import unloadable
from engine.inference.templates import MAX_SOURCE
from engine.types import JsonObject
from engine.workers import child

log = logging.getLogger(__name__)
_DEBUG, _ERROR, _CONTINUED = 1, 4, 5
_CPU_CHUNK = 128
_ABORTED, _NO_ROOM = 2, 1
_PENALTY_WINDOW = 256
_SEQUENCES, _FEW_SEQUENCES = 32, 4
_PARALLEL = 4
_CANDIDATE = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])

Decoded = Literal["done", "stopped", "full", "failed"]


def start_library() -> None:
    """Get llama.cpp ready, once per process."""
    load_parts(Path(llama.__file__).parent / "lib")
    llama.llama_backend_init()


def load_parts(folder: Path, library: Any = llama._lib) -> bool:
    """Load the part for this processor, and for graphics where one lies beside it, if llama.cpp was built in parts.

    The binding never does. It has to be asked of the very library that `llama` uses: the copy of ggml that the binding
    opens by its path keeps a register of its own, which `llama` does not look into.
    """
    if not any(folder.glob("*ggml-cpu-*")):
        return False
    if sys.platform == "win32":  # no library there hands out what another one exports
        library = ctypes.CDLL(str(folder / "ggml.dll"))
    load = library.ggml_backend_load_all_from_path
    load.argtypes, load.restype = [ctypes.c_char_p], None
    load(os.fsencode(folder))
    return True


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

    def watch(self, context: Any) -> None:
        """Make the context look at this flag."""
        llama.llama_set_abort_callback(context, self._looks, ctypes.cast(self._text, ctypes.c_void_p))

    def set(self) -> None:
        """Stop the decoding that goes on, or else the next one; called from any thread."""
        self._text[0] = b"\1"

    def clear(self) -> None:
        """Let the next decoding run."""
        self._text[0] = b"\0"


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
    """A loaded GGUF with one context, whose cells the sequences of several conversations share."""

    def __init__(self, args: JsonObject, request: child.Request, llama_log: LlamaLog) -> None:
        """Load it. `args` are the fields of LoadSpec. Raises Unavailable (model_unloadable) or Cancelled."""
        self.args, self._log = args, llama_log
        self.flag = CancelFlag()
        self.handle = self._load(request)
        self.vocabulary = Vocabulary(self.handle)
        # A recurrent memory cannot go back to an earlier word, and holds a state for each sequence at all times.
        self.whole = bool(llama.llama_model_is_recurrent(self.handle) or llama.llama_model_is_hybrid(self.handle))
        self.sequences: int = _FEW_SEQUENCES if self.whole else _SEQUENCES
        self.length: int = diagnosis.fitting_context(
            wanted=args["context"],
            trained=llama.llama_model_n_ctx_train(self.handle),
            bytes_per_token=self.bytes_per_token,
            available=psutil.virtual_memory().available,
        )
        try:
            self.context = self._open_context()
        except Unavailable:
            llama.llama_model_free(self.handle)  # it may be tried again with fewer layers on the card
            raise
        self.cells: int = llama.llama_n_ctx(self.context)
        self._memory = llama.llama_get_memory(self.context)
        self.flag.watch(self.context)
        offloads = llama.llama_supports_gpu_offload() and args["gpu_layers"] != 0
        self.backend = "GPU" if offloads else "CPU"
        # Small chunks cost a CPU nothing and show progress; a GPU wants large ones. Never chosen by the clock:
        # the same request must be cut in the same way to give the same numbers.
        self.chunk: int = args["batch"] if offloads else min(_CPU_CHUNK, args["batch"])
        self._batch = Batch(args["batch"])

    def describe(self) -> JsonObject:
        buffer = ctypes.create_string_buffer(256)
        llama.llama_model_desc(self.handle, buffer, 256)
        return {
            "context": self.length,
            "vocabulary": self.vocabulary.size,
            "description": buffer.value.decode("utf-8", "replace"),
            "backend": self.backend,
            "cells": self.cells,
            "parallel": min(_PARALLEL, self.sequences - 1),
        }

    def fingerprint(self) -> tuple[object, ...]:
        """Return what `state` depends on besides the file: this build of llama.cpp and the form of the cache."""
        return (llama_cpp.__version__, llama.llama_print_system_info(), "f16", llama.llama_model_n_layer(self.handle))

    def processor(self) -> tuple[object, ...]:
        """Return what speed depends on besides the file: the processor, this build of llama.cpp and the threads."""
        system = llama.llama_print_system_info()
        return "tuning 1", llama_cpp.__version__, system, platform.processor(), os.cpu_count(), self.thread_numbers()

    def thread_numbers(self) -> tuple[int, ...]:
        """Return the numbers of threads worth trying, the usual one first."""
        allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        return candidates(self.args["threads"], _physical_cores(), allowed)

    def use_threads(self, writing: int, reading: int) -> None:
        """Compute with so many threads from now on."""
        llama.llama_set_n_threads(self.context, writing, reading)

    def template_source(self) -> str | None:
        source: bytes | None = llama.llama_model_chat_template(self.handle, None)
        return source[: MAX_SOURCE + 1].decode("utf-8", "replace") if source else None

    @property
    def bytes_per_token(self) -> int:
        """The bytes of KV cache per token, in 16 bits, an upper estimate."""
        heads = max(1, llama.llama_model_n_head(self.handle))
        width = llama.llama_model_n_embd(self.handle) // heads * max(1, llama.llama_model_n_head_kv(self.handle))
        return int(llama.llama_model_n_layer(self.handle) * width * 2 * 2)

    @property
    def capacity(self) -> int:
        """The most tokens of one decoding."""
        return self._batch.size

    def decode(self, pieces: Sequence[Piece]) -> Decoded:
        """Run the model over the next tokens of several sequences at once; what it was stopped in leaves no trace.

        When it is done, the logits of the token at index i of the batch are `logits(i)`, where a piece wanted them.
        """
        code = llama.llama_decode(self.context, self._batch.fill(pieces))
        if code == 0:
            return "done"
        if code == _NO_ROOM:
            return "full"
        for piece in pieces:  # parts of the batch may be in
            self.cut(piece.seq, piece.start)
        if code == _ABORTED:
            return "stopped"
        log.error("llama_decode failed with %d", code)
        return "failed"

    def logits(self, row: int) -> Any:
        """Return the logits after a token of the last decoding, by its index there; shape: vocabulary.

        They are gone with the next decoding.
        """
        return np.ctypeslib.as_array(llama.llama_get_logits_ith(self.context, row), shape=(self.vocabulary.size,))

    def follow(self, seq: int, start: int, tokens: Sequence[int]) -> list[float] | None:
        """Return the log-probability of each token but the first, where a sequence of length `start` goes on with them.

        Nothing stays read. None when stopped.
        """
        count = len(tokens) - 1
        outcome = self.decode([Piece(seq, start, tokens[:-1], outputs=count)])
        if outcome != "done":
            return None if outcome == "stopped" else [-100.0] * count
        found = [float(log_probabilities(self.logits(i))[token]) for i, token in enumerate(tokens[1:])]
        self.cut(seq, start)
        return found

    def cut(self, seq: int, length: int) -> bool:
        """Take all tokens from position `length` on out of a sequence; False when the memory cannot."""
        return bool(llama.llama_memory_seq_rm(self._memory, seq, length, -1))

    def share(self, source: int, target: int, length: int) -> None:
        """Let a sequence, which is empty, begin with the first tokens of another; they are held once."""
        llama.llama_memory_seq_cp(self._memory, source, target, 0, length)

    def forget(self) -> None:
        llama.llama_memory_clear(self._memory, True)

    def state(self, seq: int) -> NDArray[np.uint8]:
        """Return what the memory holds for a sequence, in llama.cpp's own form."""
        data = np.empty(llama.llama_state_seq_get_size(self.context, seq), np.uint8)
        size = llama.llama_state_seq_get_data(self.context, _bytes(data), data.size, seq)
        return data[:size]

    def set_state(self, seq: int, data: NDArray[np.uint8]) -> bool:
        """Put back what `state` gave, into an empty sequence; False when it does not fit."""
        taken = bool(llama.llama_state_seq_set_data(self.context, _bytes(data), data.size, seq) == data.size)
        if not taken:
            self.cut(seq, 0)
        return taken

    def _load(self, request: child.Request) -> Any:
        args, last = self.args, [0.0]

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
        """Open it with cells for several conversations, or with as few as one needs where memory is short."""
        args = self.args
        params = llama.llama_context_default_params()
        params.n_seq_max = self.sequences
        params.kv_unified = True
        params.n_batch = args["batch"]
        params.n_ubatch = min(args["batch"], 512)
        params.n_threads = params.n_threads_batch = args["threads"] or _physical_cores()
        cells = diagnosis.cache_cells(
            length=self.length,
            budget=args["kv_cache_bytes"],
            bytes_per_token=self.bytes_per_token,
            available=psutil.virtual_memory().available,
            unscaled=self._unscaled(),
        )
        for params.n_ctx in dict.fromkeys((cells, self.length)):
            if context := llama.llama_init_from_model(self.handle, params):
                return context
        reason = f"there is not enough memory for it with a context of {self.length} tokens"
        raise unloadable(args["model_id"], reason)

    def _unscaled(self) -> int | None:
        """Return from how many cells on the model would be run in its way for long texts; None where it has none."""
        name, value = ctypes.create_string_buffer(128), ctypes.create_string_buffer(32)
        if llama.llama_model_meta_val_str(self.handle, b"general.architecture", name, 128) <= 0:
            return None
        key = name.value + b".rope.scaling.original_context_length"
        found = llama.llama_model_meta_val_str(self.handle, key, value, 32) > 0 and value.value.isdigit()
        return int(value.value) if found else None


class Batch:
    """The memory that llama.cpp reads a batch from, made once."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._token, self._pos, self._seq = (np.zeros(size, np.int32) for _ in range(3))
        self._count = np.ones(size, np.int32)
        self._wanted = np.zeros(size, np.int8)
        self._seqs = self._seq.ctypes.data + 4 * np.arange(size, dtype=np.uintp)
        self._batch = llama.llama_batch(
            n_tokens=0,
            token=_pointer(self._token, llama.llama_token),
            embd=None,
            pos=_pointer(self._pos, llama.llama_pos),
            n_seq_id=_pointer(self._count, ctypes.c_int32),
            seq_id=_pointer(self._seqs, ctypes.POINTER(llama.llama_seq_id)),
            logits=_pointer(self._wanted, ctypes.c_int8),
        )

    def fill(self, pieces: Sequence[Piece]) -> Any:
        """Return the batch that holds the pieces one after the other; together at most `size` tokens."""
        at = 0
        for piece in pieces:
            end = at + len(piece.tokens)
            self._token[at:end] = piece.tokens
            self._pos[at:end] = np.arange(piece.start, piece.start + end - at)
            self._seq[at:end] = piece.seq
            self._wanted[at:end] = 0
            self._wanted[end - piece.outputs : end] = 1
            at = end
        self._batch.n_tokens = at
        return self._batch


def _pointer(data: NDArray[Any], kind: Any) -> Any:
    return ctypes.cast(data.ctypes.data, ctypes.POINTER(kind))


def _bytes(data: NDArray[np.uint8]) -> Any:
    return _pointer(data, ctypes.c_uint8)


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

    def sample(self, context: Any, row: int) -> int:
        """Draw a token by the logits of that row of the last decoding."""
        return int(llama.llama_sampler_sample(self._chain, context, row))

    def draw(self, logits: NDArray[np.float32]) -> int:
        """Draw a token by logits that were kept; shape: vocabulary."""
        data = np.zeros(len(logits), _CANDIDATE)
        data["id"], data["logit"] = np.arange(len(logits)), logits
        candidates = llama.llama_token_data_array(
            data=_pointer(data, llama.llama_token_data), size=len(data), selected=-1, sorted=False
        )
        llama.llama_sampler_apply(self._chain, ctypes.byref(candidates))
        token = int(candidates.data[candidates.selected].id)
        llama.llama_sampler_accept(self._chain, token)
        return token

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
