"""Gives the passages of a file their vectors, group by group: what is stored is never computed again."""

from __future__ import annotations

import array
import sys
from collections.abc import Iterator, Sequence
from typing import Protocol

from engine.cancel import CancelToken
from engine.retrieval.port import Kind, ModelLimits
from engine.retrieval.windows import windows_of
from engine.store.chunks import Chunks

_GROUP = 32


class Embedder(Protocol):
    """An embedding model that is ready to be used; `id` is what its vectors are kept under."""

    id: str

    def limits(self) -> ModelLimits:
        """Return what it gives and takes; may load it."""

    def embed(self, texts: Sequence[str], kind: Kind, cancel: CancelToken) -> list[list[float]]:
        """Return a vector for each text. Raises Cancelled, or another FiresideError."""


def embed_passages(chunks: Chunks, store_file: int, embedder: Embedder, cancel: CancelToken) -> Iterator[int]:
    """Embed the passages of a file that have no vector yet; yield after each stored group how many are left.

    Raises NotFound if the file is gone, Cancelled, or another FiresideError.
    """
    limit = None
    while group := chunks.without_vector(store_file, embedder.id, _GROUP):
        limit = limit or embedder.limits().tokens
        windows = [windows_of(chunk.text, chunk.heading, limit) for _, chunk in group]
        vectors = iter(embedder.embed([window for each in windows for window in each], "document", cancel))
        rows = [
            (seq, b"".join(packed(next(vectors)) for _ in each)) for (seq, _), each in zip(group, windows, strict=True)
        ]
        chunks.add_vectors(store_file, embedder.id, rows)
        yield chunks.count_without_vector(store_file, embedder.id)


def packed(vector: Sequence[float]) -> bytes:
    """Return little-endian float32."""
    values = array.array("f", vector)
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()
