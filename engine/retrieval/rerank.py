"""Has a cross-encoder read a query with each passage in the retrieval process."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from engine.errors import Unavailable
from engine.retrieval.session import Session, nonsense


class RerankClient:
    """Implements `RerankPort`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def rerank(self, model: Path, query: str, texts: Sequence[str]) -> list[float]:
        if not model.is_dir():
            raise Unavailable(
                "The folder of the reranking model is gone. Fetch it again on the Models page.",
                code="model_missing",
                model_id=model.name,
            )
        args = {"model": str(model), "query": query, "texts": list(texts)}
        untrusted = self._session.call("rerank", args, urgent=True).get("scores")
        if not isinstance(untrusted, list) or len(untrusted) != len(texts):
            raise nonsense()
        if not all(isinstance(score, float) and math.isfinite(score) for score in untrusted):
            raise nonsense()
        return [min(1.0, max(0.0, score)) for score in untrusted]
