"""What was read of conversations, kept in a folder while the model is not in memory; never trusted, always bounded.

A file holds tokens and llama.cpp's state for them. Its name begins with the mark of everything the state depends on,
so a file of another model or setting is never looked at. Before a state is used its length and its hash are compared
with what the file says; whatever does not fit is deleted. The files hold what was said, like the database beside them.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import shutil
import struct
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.inference import kvowners

log = logging.getLogger(__name__)
_MAGIC = b"fireside kv 1\n\0\0"
_HEAD = struct.Struct("<16sIQ32s32s")  # magic, tokens, bytes of state, hash of the tokens, hash of the state
_MOST_TOKENS = 4_000_000
_SAMPLE, _SAMPLES = 65_536, 16
_SPARE_DISK = 2 * 1024**3  # bytes that are left to others


@dataclass(frozen=True, slots=True)
class Kept:
    """One file: the tokens whose state it holds."""

    path: Path
    tokens: array[int]
    size: int


def mark(model: Path, *settings: object) -> str:
    """Return the mark of a model file and all settings its states depend on; 32 letters.

    Of the file it looks at the length, the beginning and places all over it: reading all of it takes too long.
    """
    digest = hashlib.blake2b(repr(settings).encode("utf-8", "backslashreplace"), digest_size=16)
    size = model.stat().st_size
    digest.update(str(size).encode())
    with model.open("rb") as file:
        digest.update(file.read(1 << 20))
        for number in range(_SAMPLES):
            file.seek(size * number // _SAMPLES)
            digest.update(file.read(_SAMPLE))
    return digest.hexdigest()


class KvFiles:
    """The files of one mark in a folder, at most `limit` bytes of files of all marks together."""

    def __init__(self, folder: Path, own_mark: str, *, limit: int) -> None:
        """Look at what is there; what cannot be understood is deleted."""
        self._folder, self._mark, self._limit = folder, own_mark, limit
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for rest in folder.glob("*.new"):
            kvowners.delete(rest)
        found = (self._look(path) for path in sorted(folder.glob(f"{own_mark}-*.kv")))
        self._kept: dict[Path, Kept] = {kept.path: kept for kept in found if kept is not None}

    def best(self, tokens: Sequence[int]) -> tuple[int, Kept | None]:
        """Return how many tokens of a prompt the most fitting file begins with, and that file."""
        wanted = np.asarray(tokens, np.int32)
        return max(
            ((_common(kept.tokens, wanted), kept) for kept in self._kept.values()),
            key=lambda pair: pair[0],
            default=(0, None),
        )

    def load(self, kept: Kept) -> NDArray[np.uint8] | None:
        """Return the state of a file, whole and as it was written, or None; then the file is gone."""
        try:
            with kept.path.open("rb") as file:
                untrusted = _HEAD.unpack(file.read(_HEAD.size))
                file.seek(_HEAD.size + 4 * len(kept.tokens))
                data = np.fromfile(file, np.uint8)
            sound = untrusted[2] == data.size == kept.size and untrusted[4] == _hash(data)
        except (OSError, struct.error, ValueError):
            sound = False
        if not sound:
            log.info("a kept cache is damaged and is read anew")
            self.drop(kept)
            return None
        with contextlib.suppress(OSError):
            os.utime(kept.path)  # used lately
        return data

    def keep(self, tokens: array[int], state: NDArray[np.uint8], owner: str = "") -> bool:
        """Write a file; those that hold no more than a beginning of it go. False when there is no room for it."""
        size = _HEAD.size + 4 * len(tokens) + state.size
        superseded = [k for k in self._kept.values() if k.tokens == tokens[: len(k.tokens)]]
        if not self._make_room(size, superseded):
            return False
        data = tokens.tobytes()
        name = hashlib.blake2b(data, digest_size=16).hexdigest()
        path = self._folder / f"{self._mark}-{kvowners.mark(owner)}-{name}.kv"
        fresh = path.with_suffix(".new")
        head = _HEAD.pack(_MAGIC, len(tokens), state.size, _hash(np.frombuffer(data, np.uint8)), _hash(state))
        try:
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(head)
                file.write(data)
                file.write(state.data)
            os.replace(fresh, path)
        except OSError as error:
            log.info("a cache could not be kept: %s", error.strerror)
            kvowners.delete(fresh)
            return False
        for old in superseded:
            if old.path != path:
                self.drop(old)
        self._kept[path] = Kept(path, array("i", tokens), state.size)
        return True

    def drop(self, kept: Kept) -> None:
        """Delete a file."""
        self._kept.pop(kept.path, None)
        kvowners.delete(kept.path)

    def forget(self, owner: str) -> None:
        """Delete what was kept of an owner's conversations."""
        kvowners.forget(self._folder, owner)
        self._kept = {path: kept for path, kept in self._kept.items() if path.exists()}

    def _make_room(self, size: int, superseded: Iterable[Kept]) -> bool:
        """Delete the files that were not used for longest, of other models too, until the new one fits."""
        going = {kept.path for kept in superseded}
        files = [(path.stat(), path) for path in self._folder.glob("*.kv") if path not in going]
        files.sort(key=lambda pair: pair[0].st_mtime)
        total = sum(found.st_size for found, _ in files)
        free = shutil.disk_usage(self._folder).free - _SPARE_DISK
        if size > min(self._limit, free + total):
            return False
        while files and (total + size > self._limit or size > free):
            found, path = files.pop(0)
            total, free = total - found.st_size, free + found.st_size
            self._kept.pop(path, None)
            kvowners.delete(path)
        return size <= free

    def _look(self, path: Path) -> Kept | None:
        """Return what a file says it holds; its state is looked at when it is needed."""
        try:
            with path.open("rb") as file:
                magic, count, size, untrusted_hash, _ = _HEAD.unpack(file.read(_HEAD.size))
                if magic != _MAGIC or not 0 < count <= _MOST_TOKENS:
                    raise ValueError
                data = file.read(4 * count)
            if path.stat().st_size != _HEAD.size + 4 * count + size:
                raise ValueError
            if untrusted_hash != _hash(np.frombuffer(data, np.uint8)):
                raise ValueError
        except (OSError, struct.error, ValueError):
            kvowners.delete(path)
            return None
        return Kept(path, array("i", data), size)


def _common(held: array[int], wanted: NDArray[np.int32]) -> int:
    size = min(len(held), len(wanted))
    if size == 0:
        return 0
    differs = np.frombuffer(held, np.int32, size) != wanted[:size]
    at = int(differs.argmax())
    return at if differs[at] else size


def _hash(data: NDArray[np.uint8]) -> bytes:
    return hashlib.blake2b(data.data, digest_size=32).digest()
