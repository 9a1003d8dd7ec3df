"""Embeddings on the wire, both ways."""

from __future__ import annotations

import base64
import struct

from engine.server.wire.body import parse
from engine.server.wire.embeddings import CreateEmbeddings, embeddings_json


def test_one_text_is_a_list() -> None:
    assert parse(CreateEmbeddings, {"model": "m", "input": "x"}).input == ["x"]


def test_packed_vectors_are_little_endian_floats() -> None:
    answer = embeddings_json([[1.0, -0.5]], model="m", tokens=3, packed=True)

    assert base64.b64decode(answer["data"][0]["embedding"]) == struct.pack("<2f", 1.0, -0.5)
    assert answer["usage"] == {"prompt_tokens": 3, "total_tokens": 3}


def test_plain_vectors_are_lists() -> None:
    assert embeddings_json([[1.0]], model="m", tokens=1, packed=False)["data"][0]["embedding"] == [1.0]
