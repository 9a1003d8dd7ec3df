"""One suite for whatever embeds text: the scripted embedder, and MiniLM in its own process."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.cancel import CancelToken
from engine.errors import Cancelled, Unavailable, WorkerFailed
from engine.retrieval.client import EmbeddingClient
from engine.retrieval.port import EmbeddingPort
from engine.retrieval.scripted import ScriptedEmbedder
from engine.retrieval.session import Session
from engine.workers.supervisor import Supervisor


def likeness(a: list[float], b: list[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


class PortContract:
    """What every embedder does. A subclass gives `port` and `model`."""

    def test_like_texts_get_like_vectors(self, port: EmbeddingPort, model: Path) -> None:
        texts = ["a cat sat on the mat", "the cat sat on a mat", "share prices fell in March"]
        found = port.embed(model, texts)
        assert len(found.vectors) == 3
        assert all(math.isclose(likeness(v, v), 1.0, rel_tol=1e-3) for v in found.vectors)
        assert likeness(found.vectors[0], found.vectors[1]) > 0.8 > likeness(found.vectors[0], found.vectors[2])
        assert 12 <= found.tokens <= 60

    def test_vectors_keep_the_order_of_the_texts(self, port: EmbeddingPort, model: Path) -> None:
        texts = ["word " * (n % 7 + 1) + str(n) for n in range(40)]
        progress: list[int] = []
        together = port.embed(model, texts, on_progress=progress.append).vectors
        assert progress == sorted(progress)
        assert progress[-1] == 40
        for index in (0, 6, 39):
            alone = port.embed(model, [texts[index]]).vectors[0]
            assert likeness(alone, together[index]) > 0.999

    def test_nothing_and_odd_things_are_fine(self, port: EmbeddingPort, model: Path) -> None:
        assert port.embed(model, []).vectors == []
        odd = port.embed(model, ["", "\ud800", "x" * 20_000, "炉边"], "query").vectors
        assert all(math.isfinite(sum(vector)) for vector in odd)

    def test_cancel_between_batches(self, port: EmbeddingPort, model: Path) -> None:
        cancel = CancelToken()
        with pytest.raises(Cancelled):
            port.embed(model, ["some words"] * 200, on_progress=lambda _: cancel.set(), cancel=cancel)
        assert len(port.embed(model, ["again"]).vectors) == 1

    def test_memory_is_freed_and_taken_again(self, port: EmbeddingPort, model: Path) -> None:
        port.embed(model, ["one"])
        assert port.unload_idle(0)
        assert len(port.embed(model, ["two"]).vectors) == 1

    def test_nothing_works_after_closing(self, port: EmbeddingPort, model: Path) -> None:
        port.close()
        with pytest.raises(WorkerFailed) as caught:
            port.embed(model, ["one"])
        assert caught.value.code == "worker_stopped"


class TestScripted(PortContract):
    """The embedder of hashed words."""

    @pytest.fixture
    def model(self, tmp_path: Path) -> Path:
        return tmp_path

    @pytest.fixture
    def port(self) -> EmbeddingPort:
        return ScriptedEmbedder()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supervisor]:
    """Importing torch takes seconds: the tests share one process where they can."""
    supervisor = Supervisor(tmp_path_factory.mktemp("logs"))
    yield supervisor
    supervisor.close()


@pytest.mark.real
class TestSentenceTransformers(PortContract):
    """MiniLM in a worker process."""

    @pytest.fixture
    def port(self, shared: Supervisor, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EmbeddingPort]:
        # Only the test that closes its client gets a process of its own.
        if "closing" not in request.node.name:
            yield EmbeddingClient(Session(shared))
            return
        supervisor = Supervisor(tmp_path / "logs")
        yield EmbeddingClient(Session(supervisor))
        supervisor.close()

    @pytest.fixture
    def model(self, model_cache: Path) -> Path:
        path = model_cache / "all-MiniLM-L6-v2"
        assert path.exists(), "run `python3 dev.py test`: it fetches the test models"
        return path

    def test_a_query_gets_the_models_instruction(self, port: EmbeddingPort, model: Path, tmp_path: Path) -> None:
        taught = tmp_path / "taught"
        shutil.copytree(model, taught)
        settings = taught / "config_sentence_transformers.json"
        prompts = {"query": "Find what contradicts this: ", "passage": ""}
        settings.write_text(json.dumps({**json.loads(settings.read_text()), "prompts": prompts}))
        plain = port.embed(taught, ["cats"], "document").vectors[0]
        query = port.embed(taught, ["cats"], "query").vectors[0]
        written_out = port.embed(taught, ["Find what contradicts this: cats"]).vectors[0]
        assert likeness(query, written_out) > 0.999 > likeness(query, plain)

    @pytest.mark.parametrize("harm", ["weights", "modules", "pickle", "empty"])
    def test_a_damaged_folder_is_unavailable(self, port: EmbeddingPort, model: Path, tmp_path: Path, harm: str) -> None:
        broken = tmp_path / "broken"
        shutil.copytree(model, broken)
        weights = broken / "model.safetensors"
        if harm == "weights":
            weights.write_bytes(weights.read_bytes()[:1000])
        elif harm == "modules":
            (broken / "modules.json").write_text('[{"idx": 0, "name": "0", "path": "", "type": "subprocess.Popen"}]')
        elif harm == "pickle":
            weights.rename(broken / "pytorch_model.bin")
        else:
            shutil.rmtree(broken)
            broken.mkdir()
        with pytest.raises(Unavailable, match="Models page") as caught:
            port.embed(broken, ["one"])
        assert caught.value.code == "model_unloadable"
        assert len(port.embed(model, ["fine"]).vectors) == 1

    def test_a_folder_that_is_gone(self, port: EmbeddingPort, tmp_path: Path) -> None:
        with pytest.raises(Unavailable) as caught:
            port.embed(tmp_path / "none", ["one"])
        assert caught.value.code == "model_missing"
