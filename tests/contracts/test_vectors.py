"""One suite for whatever keeps vectors: the scripted one, and usearch in its own process; and for rerankers."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import Unavailable, WorkerFailed
from engine.retrieval.client import EmbeddingClient
from engine.retrieval.keys import key_of, passage_of
from engine.retrieval.port import EmbeddingPort, IndexPlace, RerankPort, VectorPort
from engine.retrieval.rerank import RerankClient
from engine.retrieval.scripted import ScriptedEmbedder, ScriptedReranker, ScriptedVectors
from engine.retrieval.session import Session
from engine.retrieval.vectors import VectorClient
from engine.workers.supervisor import Supervisor


def circle(number: int) -> list[float]:
    """Return one of 360 directions."""
    return [math.cos(math.radians(number)), math.sin(math.radians(number))]


def packed(*numbers: int) -> bytes:
    return b"".join(struct.pack("<2f", *circle(number)) for number in numbers)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """Importing torch takes seconds: the tests share one process where they can."""
    supervisor = Supervisor(tmp_path_factory.mktemp("logs"))
    yield Session(supervisor)
    supervisor.close()


@pytest.fixture(scope="module")
def cross_encoder(model_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a model that reads pairs out of MiniLM; what it says of them means nothing."""
    from sentence_transformers import CrossEncoder

    path = tmp_path_factory.mktemp("cross")
    CrossEncoder(str(model_cache / "all-MiniLM-L6-v2"), num_labels=1, device="cpu").save_pretrained(str(path))
    return path


class VectorContract:
    """What every keeper of vectors does. A subclass gives `port`."""

    @pytest.fixture
    def index(self, tmp_path: Path) -> IndexPlace:
        return IndexPlace(folder=tmp_path / "vs_1", embedder="e", dimensions=2)

    def _fill(self, port: VectorPort, index: IndexPlace) -> None:
        for place in (1, 2, 3):
            port.change(index, add=[(key_of(place, n), packed(100 * place + 10 * n)) for n in range(5)])

    def test_what_was_put_in_is_found(self, port: VectorPort, index: IndexPlace) -> None:
        self._fill(port, index)

        [found, other] = port.search([(index, None)], [circle(201), circle(330)], 3)
        assert [passage_of(key) for key, _ in found] == [(2, 0), (2, 1), (1, 4)] or found[0][0] == key_of(2, 0)
        assert found[0][1] == pytest.approx(math.cos(math.radians(1)), abs=2e-3)
        assert passage_of(other[0][0]) == (3, 3)
        state = port.state(index)
        assert (state.places, state.count, state.waiting) == (frozenset((1, 2, 3)), 15, 0)

    def test_a_passage_may_have_several_vectors(self, port: VectorPort, index: IndexPlace) -> None:
        port.change(index, add=[(key_of(1, 0), packed(10, 90)), (key_of(1, 1), packed(50))])

        for direction, best in ((11, 0), (89, 0), (51, 1)):
            [found] = port.search([(index, None)], [circle(direction)], 5)
            assert [passage_of(key)[1] for key, _ in found] == [best, 1 - best]

    def test_files_are_left_out_and_taken_out(self, port: VectorPort, index: IndexPlace) -> None:
        self._fill(port, index)

        [found] = port.search([(index, [1, 3])], [circle(201)], 15)
        assert {passage_of(key)[0] for key, _ in found} == {1, 3}
        assert len(found) == 10
        assert port.change(index, forget=[2]).places == {1, 3}
        [found] = port.search([(index, None)], [circle(201)], 15)
        assert len(found) == 10

    def test_several_indexes_are_searched_as_one(self, port: VectorPort, index: IndexPlace, tmp_path: Path) -> None:
        second = IndexPlace(folder=tmp_path / "vs_2", embedder="e", dimensions=2)
        self._fill(port, index)
        port.change(second, add=[(key_of(9, 0), packed(201))])

        [found] = port.search([(index, None), (second, None)], [circle(201)], 2)
        assert [passage_of(key)[0] for key, _ in found] == [9, 2]

    def test_another_embedder_begins_anew(self, port: VectorPort, index: IndexPlace) -> None:
        self._fill(port, index)
        port.save(index)
        other = IndexPlace(folder=index.folder, embedder="other", dimensions=2)

        assert port.state(other).count == 0

    def test_what_is_dropped_is_gone(self, port: VectorPort, index: IndexPlace) -> None:
        self._fill(port, index)
        assert port.save(index) > 0
        assert port.grow(index) == 0
        port.drop(index.folder)
        port.drop(index.folder)

        assert port.state(index).count == 0
        assert not index.folder.exists()

    def test_nothing_asked_is_nothing_found(self, port: VectorPort, index: IndexPlace) -> None:
        assert port.search([], [circle(1)], 3) == [[]]
        assert port.search([(index, None)], [], 3) == []
        assert port.search([(index, None)], [circle(1)], 3) == [[]]


class TestScripted(VectorContract):
    @pytest.fixture
    def port(self) -> VectorPort:
        return ScriptedVectors()


@pytest.mark.real
class TestUsearch(VectorContract):
    """Vectors in the retrieval process."""

    @pytest.fixture
    def port(self, session: Session) -> VectorPort:
        return VectorClient(session)

    def test_it_outlives_the_process(self, port: VectorPort, session: Session, index: IndexPlace) -> None:
        self._fill(port, index)
        port.save(index)
        port.change(index, add=[(key_of(7, 0), packed(7))])
        assert session.unload_idle(0)

        assert port.state(index).places == {1, 2, 3}

    def test_many_vectors_go_over_in_parts(self, port: VectorPort, tmp_path: Path) -> None:
        wide = IndexPlace(folder=tmp_path / "wide", embedder="e", dimensions=4096)
        row = struct.pack("<4096f", 1.0, *[0.0] * 4095)
        state = port.change(wide, add=[(key_of(1, n), row) for n in range(1200)])

        assert state.count == 1200

    def test_vectors_of_another_length_are_a_bug(self, port: VectorPort, index: IndexPlace) -> None:
        for wrong in (b"", b"abc", packed(1) + b"1234"):
            with pytest.raises(ValueError, match="length"):
                port.change(index, add=[(key_of(1, 0), wrong)])


class RerankContract:
    """What every reranker does. A subclass gives `port` and `model`."""

    def test_each_text_gets_a_score_of_its_own(self, port: RerankPort, model: Path) -> None:
        texts = [f"the price of tea is {n}" for n in range(20)] + ["", "\ud800 odd", "word " * 2000]
        scores = port.rerank(model, "how much is tea?", texts)

        assert len(scores) == len(texts)
        assert all(0.0 <= score <= 1.0 for score in scores)
        assert port.rerank(model, "how much is tea?", texts[3:4]) == pytest.approx(scores[3:4], abs=1e-4)
        assert port.rerank(model, "x", []) == []


class TestScriptedReranker(RerankContract):
    @pytest.fixture
    def model(self, tmp_path: Path) -> Path:
        return tmp_path

    @pytest.fixture
    def port(self) -> RerankPort:
        return ScriptedReranker()


@pytest.mark.real
class TestCrossEncoder(RerankContract):
    """A cross-encoder of MiniLM's size and tokens, with weights that know nothing."""

    @pytest.fixture
    def model(self, cross_encoder: Path) -> Path:
        return cross_encoder

    @pytest.fixture
    def port(self, session: Session) -> RerankPort:
        return RerankClient(session)

    def test_a_damaged_folder_is_unavailable(self, port: RerankPort, tmp_path: Path) -> None:
        with pytest.raises(Unavailable) as caught:
            port.rerank(tmp_path, "x", ["y"])
        assert caught.value.code == "model_unloadable"
        with pytest.raises(Unavailable) as caught:
            port.rerank(tmp_path / "none", "x", ["y"])
        assert caught.value.code == "model_missing"


def test_limits_of_the_scripted_embedder(tmp_path: Path) -> None:
    port: EmbeddingPort = ScriptedEmbedder()
    assert (port.limits(tmp_path).dimensions, port.limits(tmp_path).tokens) == (64, 256)


@pytest.mark.real
def test_limits_of_minilm(session: Session, model_cache: Path, tmp_path: Path) -> None:
    client = EmbeddingClient(session)
    limits = client.limits(model_cache / "all-MiniLM-L6-v2")

    assert (limits.dimensions, limits.tokens) == (384, 256)
    with pytest.raises(Unavailable):
        client.limits(tmp_path / "none")


def test_nothing_works_after_closing(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path)
    closed = Session(supervisor)
    closed.close()
    with pytest.raises(WorkerFailed):
        VectorClient(closed).state(IndexPlace(folder=tmp_path, embedder="e", dimensions=2))
    supervisor.close()
