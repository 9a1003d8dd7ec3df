"""Which model answers to a name, and what can be done with models."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import InvalidRequest, Unavailable
from engine.events import LibraryChanged
from engine.service import Engine
from tests.support.fixtures import EngineFactory, Recorder
from tests.support.gguf import write_gguf


@pytest.fixture
def two(make_engine: EngineFactory) -> Engine:
    return make_engine(models=("alpha", "beta"))


class TestResolve:
    def test_an_id_is_itself(self, two: Engine) -> None:
        assert two.models.resolve("beta").id == "beta"

    def test_a_name_in_the_table(self, two: Engine) -> None:
        two.settings.set(model_names={"gpt-4o": "beta"}, default_model="alpha")
        assert two.models.resolve("gpt-4o").id == "beta"

    @pytest.mark.parametrize("name", ["gpt-4o", "who-knows", ""])
    def test_every_other_name_is_the_default(self, two: Engine, name: str) -> None:
        two.models.set_default("beta")
        assert two.models.resolve(name).id == "beta"

    def test_without_a_default_the_first_that_works(self, two: Engine) -> None:
        assert two.models.resolve("gpt-4o").id == "alpha"
        file = two.paths.models / "alpha.gguf"
        file.write_bytes(file.read_bytes()[:1000])
        assert two.models.resolve("gpt-4o").id == "beta"

    def test_a_default_that_is_gone_is_passed_over(self, two: Engine) -> None:
        two.settings.set(default_model="removed")
        assert two.models.resolve("gpt-4o").id == "alpha"

    def test_a_broken_one_is_better_than_silence(self, make_engine: EngineFactory) -> None:
        engine = make_engine()
        file = engine.paths.models / "scripted.gguf"
        file.write_bytes(file.read_bytes()[:1000])
        assert engine.models.resolve("gpt-4o").problem

    def test_nothing_installed_says_what_to_do(self, make_engine: EngineFactory) -> None:
        engine = make_engine(models=())
        with pytest.raises(Unavailable) as caught:
            engine.models.resolve("gpt-4o")
        assert caught.value.code == "no_model"
        assert f"fireside models get {engine.models.catalogue().starter.id}" in caught.value.message
        with pytest.raises(Unavailable, match="embedding"):
            engine.models.resolve("text-embedding-3-small", "embedding")


class TestLibrary:
    def test_import_and_remove(self, two: Engine, tmp_path: Path, recorder: Recorder) -> None:
        two.subscribe(recorder)
        model = two.models.import_file(write_gguf(tmp_path / "gamma.gguf", name="Gamma"))
        assert two.models.get(model.id) == model
        assert two.models.verify(model.id).ok
        two.models.load(model.id)
        assert [loaded.model_id for loaded in two.models.loaded()] == [model.id]
        two.models.remove(model.id)
        assert two.models.loaded() == ()
        assert {m.id for m in two.models.installed()} == {"alpha", "beta"}
        assert sum(isinstance(event, LibraryChanged) for event in recorder.events) == 2

    def test_unloading(self, two: Engine) -> None:
        two.models.load("alpha")
        two.models.unload("alpha")
        assert two.models.loaded() == ()

    @pytest.mark.parametrize("call", ["get", "verify", "remove", "load", "set_default", "fit", "cancel", "download"])
    def test_an_unknown_id_is_a_sentence(self, two: Engine, call: str) -> None:
        with pytest.raises(InvalidRequest, match="No model is called 'nothing'") as caught:
            getattr(two.models, call)("nothing")
        assert caught.value.code == "unknown_model"

    def test_something_else_than_a_model(self, two: Engine, tmp_path: Path) -> None:
        page = tmp_path / "page.gguf"
        page.write_text("<html>Not found</html>")
        with pytest.raises(InvalidRequest) as caught:
            two.models.import_file(page)
        assert caught.value.code == "not_a_model"


class TestJudging:
    def test_recommendations_put_what_runs_well_first(self, two: Engine) -> None:
        verdicts = [item.fit.verdict for item in two.models.recommend()]
        assert verdicts == sorted(verdicts, key=["well", "tight", "no"].index)
        assert {item.entry.kind for item in two.models.recommend()} == {"chat"}
        assert not any(item.installed for item in two.models.recommend())

    def test_fit_of_installed_and_catalogued_models(self, two: Engine) -> None:
        assert two.models.fit("alpha").verdict in ("well", "tight")
        assert two.models.fit(two.models.catalogue().starter.id).memory > 0
        assert two.models.hardware().cores >= 1


def test_downloads_need_permission(two: Engine) -> None:
    two.settings.set(network_allowed=False)
    starter = two.models.catalogue().starter.id
    for call in (two.models.download, two.models.resume):
        with pytest.raises(Unavailable) as caught:
            call(starter)
        assert caught.value.code == "network_off"
    assert two.models.downloads() == ()
    two.models.pause(starter)
    with pytest.raises(InvalidRequest):
        two.models.wait_download(starter)
