"""The child process for what needs torch and vectors: embedding, searching, reranking; the only importer of torch."""

from __future__ import annotations

import base64
import json
import logging
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import psutil
import torch
from safetensors import SafetensorError
from sentence_transformers import CrossEncoder, SentenceTransformer

from engine.errors import Cancelled, Unavailable
from engine.retrieval.shelf import Shelf
from engine.types import JsonObject
from engine.workers import child

log = logging.getLogger(__name__)
# What a damaged folder makes the libraries raise.
_DAMAGE = (OSError, ValueError, LookupError, TypeError, AttributeError, RuntimeError, ImportError, SafetensorError)
_BATCH = 16
_RERANK_BATCH = 8
_MODULES_LIMIT = 100_000
_DEFAULT_TOKENS = 512
# The names under which models keep the instruction for each kind.
_PROMPTS = {"query": ("query",), "document": ("document", "passage", "corpus")}


class Embedder:
    """Holds one model, the last one asked for."""

    def __init__(self) -> None:
        self._path = ""
        self._model: SentenceTransformer | None = None

    def embed(self, request: child.Request) -> JsonObject:
        """Emit the vectors of `texts` batch by batch: `indices` of the texts and their rows as float32 in base64."""
        args = request.args
        model = self._ready(args["model"])
        started = time.monotonic()
        # The tokenizer takes no lone surrogates.
        texts = [text.encode("utf-8", "replace").decode("utf-8") for text in args["texts"]]
        prompt = _prompt(model, args["kind"])
        # Texts of like length together: a batch is padded to its longest.
        order = sorted(range(len(texts)), key=lambda index: -len(texts[index]))
        tokens = 0
        for start in range(0, len(order), _BATCH):
            if request.cancel.is_set():
                raise Cancelled("Embedding was stopped.")
            indices = order[start : start + _BATCH]
            batch = [texts[index] for index in indices]
            rows = model.encode(
                batch, prompt=prompt, batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
            )
            tokens += _count(model, batch)
            data = np.ascontiguousarray(rows, dtype="<f4")
            packed = base64.b64encode(data.tobytes()).decode("ascii")
            request.emit({"indices": indices, "dimensions": int(data.shape[1]), "rows": packed})
        return {"tokens": tokens, "seconds": time.monotonic() - started}

    def limits(self, request: child.Request) -> JsonObject:
        """Return the length of the model's vectors, and of the texts it reads to the end."""
        model = self._ready(request.args["model"])
        return {
            "dimensions": int(model.get_sentence_embedding_dimension() or 0),
            "tokens": int(model.max_seq_length or _DEFAULT_TOKENS),
        }

    def _ready(self, path: str) -> SentenceTransformer:
        if self._model is not None and self._path == path:
            return self._model
        self._model = None
        try:
            _check_modules(Path(path))
            # Safetensors only: the older format can run code when it is read.
            model = SentenceTransformer(
                path, device="cpu", local_files_only=True, model_kwargs={"use_safetensors": True}
            )
        except _DAMAGE as error:
            raise _unloadable("embedding", error) from None
        model.eval()
        self._path, self._model = path, model
        return model


class Reranker:
    """Holds one cross-encoder, the last one asked for."""

    def __init__(self) -> None:
        self._path = ""
        self._model: CrossEncoder | None = None

    def rerank(self, request: child.Request) -> JsonObject:
        """Return a score from 0 to 1 for each of `texts` as an answer to `query`."""
        model = self._ready(request.args["model"])
        query = request.args["query"].encode("utf-8", "replace").decode("utf-8")
        texts = [text.encode("utf-8", "replace").decode("utf-8") for text in request.args["texts"]]
        scores: list[float] = []
        for start in range(0, len(texts), _RERANK_BATCH):
            if request.cancel.is_set():
                raise Cancelled("Reranking was stopped.")
            found = model.predict(
                [(query, text) for text in texts[start : start + _RERANK_BATCH]],
                activation_fn=torch.nn.Sigmoid(),
                show_progress_bar=False,
            )
            scores += np.asarray(found, dtype=np.float64).reshape(-1).tolist()
        return {"scores": scores}

    def _ready(self, path: str) -> CrossEncoder:
        if self._model is not None and self._path == path:
            return self._model
        self._model = None
        try:
            if (Path(path) / "modules.json").exists():
                _check_modules(Path(path))
            model = CrossEncoder(
                path, device="cpu", num_labels=1, local_files_only=True, model_kwargs={"use_safetensors": True}
            )
        except _DAMAGE as error:
            raise _unloadable("reranking", error) from None
        self._path, self._model = path, model
        return model


def _unloadable(kind: str, error: Exception) -> Unavailable:
    log.info("loading failed with %s", type(error).__name__)
    return Unavailable(
        f"The {kind} model cannot be loaded: its folder is incomplete or damaged. Fetch it again on the Models page.",
        code="model_unloadable",
        reason=type(error).__name__,
    )


def _check_modules(folder: Path) -> None:
    """Refuse a model whose list of parts names classes from elsewhere: they would be imported and run."""
    file = folder / "modules.json"
    if not file.exists():
        raise ValueError("not a sentence-transformers folder")
    with file.open("rb") as stream:
        untrusted = json.loads(stream.read(_MODULES_LIMIT))
    if not all(str(module["type"]).startswith("sentence_transformers.") for module in untrusted):
        raise ValueError("foreign modules")


def _prompt(model: SentenceTransformer, kind: str) -> str | None:
    return next((model.prompts[name] for name in _PROMPTS[kind] if model.prompts.get(name)), None)


def _count(model: SentenceTransformer, texts: Sequence[str]) -> int:
    """Return the tokens of the texts as far as the model reads them."""
    cut = model.max_seq_length
    encoded = model.tokenizer(list(texts), truncation=cut is not None, max_length=cut, padding=False)
    return sum(len(ids) for ids in encoded["input_ids"])


def _handlers() -> Mapping[str, child.Handler]:
    torch.set_num_threads(max(1, psutil.cpu_count(logical=False) or os.cpu_count() or 1))
    embedder, reranker = Embedder(), Reranker()
    return {
        "embed": embedder.embed,
        "limits": embedder.limits,
        "rerank": reranker.rerank,
        **Shelf().handlers(),
    }


def serve() -> None:
    """Serve until the app closes the pipe."""
    child.serve(_handlers)
