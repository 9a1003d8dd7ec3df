"""Token counts of texts, asked of the model once per text and remembered by its hash."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable

_KEPT = 20_000


class TokenCounts:
    """A bounded memory of counts for all models; texts themselves are not kept."""

    def __init__(self, kept: int = _KEPT) -> None:
        self._kept = kept
        self._lock = threading.Lock()
        self._counts: OrderedDict[tuple[str, bytes], int] = OrderedDict()

    def of(self, model_id: str, texts: list[str], count: Callable[[list[str]], list[int]]) -> list[int]:
        """Return the tokens of each text, calling `count` once for those not known."""
        keys = [
            (model_id, hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest())
            for text in texts
        ]
        with self._lock:
            known = {key: self._counts[key] for key in keys if key in self._counts}
            for key in known:
                self._counts.move_to_end(key)
        asked = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if asked:
            known.update(zip(asked, count(list(asked.values())), strict=True))
            with self._lock:
                self._counts.update(known)
                while len(self._counts) > self._kept:
                    self._counts.popitem(last=False)
        return [known[key] for key in keys]
