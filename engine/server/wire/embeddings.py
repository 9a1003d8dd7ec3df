"""Embeddings on the wire."""

from __future__ import annotations

import array
import base64
import sys
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from engine.server.wire.body import Body
from engine.server.wire.fields import ModelName
from engine.types import JsonObject


def _texts(untrusted: Any) -> Any:
    if isinstance(untrusted, str):
        return [untrusted]
    if isinstance(untrusted, list) and untrusted and isinstance(untrusted[0], int | list):
        raise ValueError("Send text. Token numbers belong to one tokenizer, which a local model does not share.")
    return untrusted


class CreateEmbeddings(Body):
    """Body of `POST /v1/embeddings`; the length of the vectors is the local model's own."""

    model: ModelName
    input: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=1_000_000)]],
        Field(min_length=1, max_length=2048),
        BeforeValidator(_texts),
    ]
    encoding_format: Literal["float", "base64"] | None = None
    dimensions: None = None
    user: str | None = None


def embeddings_json(vectors: list[list[float]], *, model: str, tokens: int, packed: bool) -> JsonObject:
    """Return the API's list of vectors; `packed`: base64 of little-endian 32-bit floats."""
    data = [
        {"object": "embedding", "index": index, "embedding": _packed(vector) if packed else vector}
        for index, vector in enumerate(vectors)
    ]
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return {"object": "list", "data": data, "model": model, "usage": usage}


def _packed(vector: list[float]) -> str:
    numbers = array.array("f", vector)
    if sys.byteorder == "big":
        numbers.byteswap()
    return base64.b64encode(numbers.tobytes()).decode("ascii")
