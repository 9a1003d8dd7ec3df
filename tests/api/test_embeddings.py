"""Embeddings: numbers or packed, one or many, refused by name; on a scripted embedder and on MiniLM."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import openai
import pytest

from engine.service import Engine
from tests.api.conftest import Live, Serve
from tests.support.fixtures import SCRIPTED_MODEL


def _embedder(folder: Path) -> None:
    """Make a folder that looks like an embedding model."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text('{"model_type": "bert", "max_position_embeddings": 128}')
    (folder / "modules.json").write_text("[]")
    (folder / "model.safetensors").write_bytes(bytes(8))


@pytest.fixture
def embedding(serve: Serve, tmp_path: Path) -> Live:
    _embedder(tmp_path / "home" / "models" / "tiny-embedder")
    return serve()


def test_packed_and_plain_vectors_are_the_same(embedding: Live) -> None:
    client = embedding.client(strict=False)  # asked strictly, the client refuses the packed form it asks for
    texts = ["a warm fire", "Kaminfeuer", "炉边"]

    packed = client.embeddings.create(model="text-embedding-3-small", input=texts)
    plain = client.embeddings.create(model="text-embedding-3-small", input=texts, encoding_format="float")

    assert [item.index for item in plain.data] == [0, 1, 2]
    for a, b in zip(packed.data, plain.data, strict=True):
        assert a.embedding == pytest.approx(b.embedding, abs=1e-6)
    assert packed.model == "tiny-embedder"
    assert packed.usage.total_tokens == packed.usage.prompt_tokens > 0


def test_one_text_may_stand_alone(embedding: Live) -> None:
    assert len(embedding.client(strict=False).embeddings.create(model="m", input="one").data) == 1


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"input": ""}, "input[0]"),
        ({"input": []}, "input"),
        ({"input": ["a", ""]}, "input[1]"),
        ({"input": [1, 2]}, "input"),
        ({"input": [[1], [2]]}, "input"),
        ({"input": "a", "dimensions": 64}, "dimensions"),
        ({"input": "a", "encoding_format": "int8"}, "encoding_format"),
        ({"input": ["a"] * 2049}, "input"),
    ],
)
def test_what_cannot_be_embedded_is_refused_by_name(embedding: Live, fields: Any, param: str) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        embedding.client().embeddings.create(model="m", **fields)

    assert refused.value.param == param


def test_without_an_embedding_model_the_next_step_is_told(live: Live) -> None:
    with pytest.raises(openai.InternalServerError, match="No embedding model is installed") as refused:
        live.client().embeddings.create(model=SCRIPTED_MODEL, input="a")

    assert refused.value.status_code == 503


@pytest.fixture
def minilm(model_cache: Path, tmp_path: Path) -> Iterator[Live]:
    with ExitStack() as opened:
        engine = opened.enter_context(Engine(tmp_path / "home"))
        engine.models.import_file(model_cache / "all-MiniLM-L6-v2", copy=False)
        yield Live.start(engine, opened)


@pytest.mark.real
def test_minilm_puts_like_beside_like(minilm: Live) -> None:
    texts = ["A cat sleeps by the fire.", "A kitten naps near the hearth.", "The tax form is due in May."]

    answer = minilm.client(strict=False).embeddings.create(model="text-embedding-3-small", input=texts)

    cat, kitten, tax = (item.embedding for item in answer.data)
    assert len(cat) == 384
    assert math.isclose(sum(x * x for x in cat), 1, abs_tol=1e-3)
    assert _dot(cat, kitten) > _dot(cat, tax) + 0.2


def _dot(a: list[float], b: list[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))
