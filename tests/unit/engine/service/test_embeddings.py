"""Texts as vectors through the front door."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cancel import CancelToken
from engine.errors import InvalidRequest, Unavailable
from engine.service import Engine
from tests.support.fixtures import EngineFactory
from tests.support.gguf import write_gguf


def put_embedder(engine: Engine, name: str = "tiny-embedder") -> Path:
    """Put a folder that looks like an embedding model into the library."""
    folder = engine.paths.models / name
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps({"model_type": "bert", "hidden_size": 8}))
    (folder / "modules.json").write_text(json.dumps([{"idx": 0, "path": "", "type": "Transformer"}]))
    (folder / "tokenizer.json").write_text("{}")
    header = b'{"__metadata__":{}}'.ljust(24)
    (folder / "model.safetensors").write_bytes(len(header).to_bytes(8, "little") + header)
    return folder


def test_one_vector_for_each_text(make_engine: EngineFactory) -> None:
    engine = make_engine()
    put_embedder(engine)
    vectors, tokens, model_id = engine.embeddings.embed("text-embedding-3-small", ["fire side", "by the fire"])
    assert (len(vectors), model_id) == (2, "tiny-embedder")
    assert tokens > 0
    assert sum(value * value for value in vectors[0]) == pytest.approx(1)


@pytest.mark.parametrize("texts", [[], ["a", ""], ["a"] * 2049, ["a" * 256_001]])
def test_what_is_refused(engine: Engine, texts: list[str]) -> None:
    with pytest.raises(InvalidRequest) as caught:
        engine.embeddings.embed("m", texts)
    assert caught.value.param == "input"


def test_without_an_embedder(engine: Engine) -> None:
    with pytest.raises(Unavailable) as caught:
        engine.embeddings.embed("m", ["a"])
    assert caught.value.code == "no_model"


def test_a_broken_embedder_says_why(engine: Engine) -> None:
    folder = put_embedder(engine)
    (folder / "model.safetensors").unlink()
    with pytest.raises(Unavailable) as caught:
        engine.embeddings.embed("tiny-embedder", ["a"])
    assert caught.value.code == "model_broken"


def test_an_embedder_of_another_form_is_refused(engine: Engine) -> None:
    write_gguf(engine.paths.models / "bert.gguf", architecture="bert")
    with pytest.raises(Unavailable, match="GGUF") as caught:
        engine.embeddings.embed("bert", ["a"])
    assert caught.value.code == "model_unloadable"


def test_one_of_several_is_the_default(engine: Engine) -> None:
    put_embedder(engine, "a")
    put_embedder(engine, "b")
    engine.models.set_default("b")
    assert engine.embeddings.embed("text-embedding-3-small", ["x"])[2] == "b"


def test_files_are_embedded_by_the_default_model_where_there_is_one(engine: Engine) -> None:
    assert engine.embeddings.for_files() is None
    folder = put_embedder(engine)
    embedder = engine.embeddings.for_files()
    assert embedder is not None
    assert (embedder.id, len(embedder.embed(["a", "b"], "query", CancelToken()))) == ("tiny-embedder/1", 2)
    assert embedder.limits().dimensions == 64

    (folder / "model.safetensors").unlink()
    assert engine.embeddings.for_files() is None


def test_files_of_a_vector_store_are_embedded(engine: Engine) -> None:
    put_embedder(engine)
    vector_store = engine.vector_stores.create(file_ids=[engine.files.create(b"Tea steeps.").id])

    assert engine.vector_stores.wait([vector_store.id], 60)

    vector_bytes = engine.vector_stores.get(vector_store.id).usage_bytes - len(b"Tea steeps.")
    assert vector_bytes == 64 * 4  # the scripted embedder's dimensions, as float32
