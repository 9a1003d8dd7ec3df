"""Keeps the vectors of texts between runs of the bench: a large embedder takes an hour over what never changes."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable
from pathlib import Path

_HASH = 32
_SIZE = struct.Struct("<I")


class VectorCache:
    """A file of records, a hash and a float32 vector each; what a kill left torn at its end is cut off."""

    def __init__(self, path: Path, model: Path) -> None:
        """`model` is the folder whose vectors these are: other weights are another model."""
        weights = model / "model.safetensors"
        self._of = f"{model.name} {weights.stat().st_size}".encode()
        self._known: dict[bytes, list[float]] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a+b")
        self._load()

    def get(self, text: str, kind: str) -> list[float] | None:
        return self._known.get(self._key(text, kind))

    def put(self, found: Iterable[tuple[str, str, list[float]]]) -> None:
        """Keep (text, kind, vector)s; on disk when it returns."""
        for text, kind, vector in found:
            key = self._key(text, kind)
            self._known[key] = vector
            self._file.write(key + _SIZE.pack(len(vector)) + struct.pack(f"<{len(vector)}f", *vector))
        self._file.flush()

    def close(self) -> None:
        self._file.close()

    def _key(self, text: str, kind: str) -> bytes:
        return hashlib.sha256(b"\0".join((self._of, kind.encode(), text.encode("utf-8", "replace")))).digest()

    def _load(self) -> None:
        self._file.seek(0)
        whole = 0
        while len(head := self._file.read(_HASH + _SIZE.size)) == _HASH + _SIZE.size:
            [count] = _SIZE.unpack_from(head, _HASH)
            row = self._file.read(4 * count)
            if len(row) < 4 * count:
                break
            self._known[head[:_HASH]] = list(struct.unpack(f"<{count}f", row))
            whole = self._file.tell()
        self._file.truncate(whole)
