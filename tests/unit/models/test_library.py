"""The library: listing never fails, imports are checked, the index can be lost, names cannot lead elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from models.catalogue import Catalogue
from models.errors import DiskFull, ModelInUse, ModelsError, NotAModel, UnknownModel
from models.library import INDEX, Library, require_space, write_json
from models.types import CatalogueEntry

Build = Callable[..., bytes]
Entry = Callable[..., CatalogueEntry]


@pytest.fixture
def body(gguf: Build) -> bytes:
    return gguf()


@pytest.fixture
def library(tmp_path: Path, entry: Entry, body: bytes) -> Library:
    return Library(tmp_path / "models", catalogue=Catalogue((entry(body),)), clock=lambda: 1234.0)


@pytest.fixture
def given_file(tmp_path: Path, body: bytes) -> Path:
    path = tmp_path / "given" / "Some Model (v2).gguf"
    path.parent.mkdir()
    path.write_bytes(body)
    return path


def test_an_absent_folder_is_an_empty_library(library: Library) -> None:
    assert library.installed() == ()
    with pytest.raises(UnknownModel):
        library.get("tiny")


def test_a_known_file_is_recognised_by_its_hash(library: Library, given_file: Path, entry: Entry, body: bytes) -> None:
    model = library.import_file(given_file)
    assert (model.id, model.entry, model.problem, model.added_at) == ("tiny", entry(body), None, 1234)
    assert library.get("tiny").path.read_bytes() == body
    assert library.import_file(given_file).id == "tiny"
    assert len(library.installed()) == 1


def test_an_unknown_file_gets_an_id_of_its_name(library: Library, given_file: Path, gguf: Build) -> None:
    given_file.write_bytes(gguf(seed=2))
    first = library.import_file(given_file)
    given_file.write_bytes(gguf(seed=3))
    second = library.import_file(given_file, copy=False)
    assert (first.id, second.id) == ("some-model-v2", "some-model-v2-2")
    assert first.name == "Tiny"
    assert first.path != second.path


def test_an_embedding_folder(library: Library, embedding_folder: Callable[..., Path]) -> None:
    model = library.import_file(embedding_folder("My-Embedder"))
    assert (model.id, model.kind, model.format) == ("my-embedder", "embedding", "folder")
    assert library.verify("my-embedder").ok


def test_what_is_not_a_model_is_refused(library: Library, tmp_path: Path) -> None:
    page = tmp_path / "model.gguf"
    page.write_text("<html>")
    with pytest.raises(NotAModel, match="web page"):
        library.import_file(page)
    assert library.installed() == ()


def test_no_room(tmp_path: Path, given_file: Path, entry: Entry, body: bytes) -> None:
    library = Library(tmp_path / "models", catalogue=Catalogue((entry(body),)), free_space=lambda _path: 1000)
    with pytest.raises(DiskFull) as raised:
        library.import_file(given_file)
    assert raised.value.details["free"] == 1000
    assert raised.value.details["missing"] > 0


def test_files_put_there_by_hand_are_found(library: Library, body: bytes, gguf: Build) -> None:
    library.folder.mkdir()
    (library.folder / "tiny.gguf").write_bytes(body)
    (library.folder / "other.GGUF").write_bytes(gguf(seed=9))
    (library.folder / "notes.txt").write_text("no model")
    assert [model.id for model in library.installed()] == ["other", "tiny"]
    assert library.get("tiny").entry is not None
    assert library.import_file(library.folder / "other.GGUF").id == "other"


def test_a_folder_put_there_by_hand(library: Library, embedding_folder: Callable[..., Path]) -> None:
    library.folder.mkdir()
    embedding_folder("e").rename(library.folder / "e")
    assert [(m.id, m.kind, m.problem) for m in library.installed()] == [("e", "embedding", None)]


def test_problems_are_stated_and_never_raised(library: Library, given_file: Path) -> None:
    model = library.import_file(given_file)
    model.path.write_bytes(model.path.read_bytes()[:-100])
    problem = library.get("tiny").problem
    assert problem is not None
    assert "incomplete" in problem
    model.path.unlink()
    gone = library.get("tiny").problem
    assert gone is not None
    assert "not in the models folder" in gone
    verdict = library.verify("tiny")
    assert (verdict.ok, verdict.problem) == (False, gone)
    library.remove("tiny")
    assert library.installed() == ()


def test_verify_finds_damage(library: Library, given_file: Path) -> None:
    model = library.import_file(given_file)
    seen: list[tuple[int, int]] = []
    assert library.verify("tiny", progress=lambda done, total: seen.append((done, total))).ok
    assert seen[-1][0] == seen[-1][1] == model.size
    damaged = bytearray(model.path.read_bytes())
    damaged[-1] ^= 1
    model.path.write_bytes(damaged)
    verdict = library.verify("tiny")
    assert verdict.ok is False
    assert verdict.problem is not None
    assert "damaged" in verdict.problem


def test_verify_without_anything_to_compare_with(library: Library, gguf: Build) -> None:
    library.folder.mkdir()
    (library.folder / "loose.gguf").write_bytes(gguf(seed=4))
    verdict = library.verify("loose")
    assert verdict.ok is None
    assert len(verdict.actual) == 64


def test_remove(library: Library, given_file: Path) -> None:
    path = library.import_file(given_file).path
    library.remove("tiny")
    assert not path.exists()
    assert given_file.exists()
    with pytest.raises(UnknownModel):
        library.remove("tiny")


def test_a_file_in_use_stays(library: Library, given_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library.import_file(given_file)

    def refuse(*_unused: object, **_named: object) -> None:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(ModelInUse, match="Unload"):
        library.remove("tiny")
    monkeypatch.undo()
    assert library.get("tiny").problem is None


def test_register_replaces_what_was_there(
    library: Library, entry: Entry, body: bytes, tmp_path: Path, embedding_folder: Callable[..., Path]
) -> None:
    for content in (body, body):
        built = tmp_path / "built.part"
        built.write_bytes(content)
        library.register(entry(body), built, entry(body).sha256 or "")
    folder = entry(b"", id="emb", kind="embedding", format="folder", file="emb")
    library.register(folder, embedding_folder("a"), "")
    library.register(folder, embedding_folder("b"), "")
    assert [model.id for model in library.installed()] == ["tiny", "emb"]


def test_a_lost_index_loses_no_model(
    library: Library, given_file: Path, expected_log: Callable[[str], AbstractContextManager[None]]
) -> None:
    library.import_file(given_file)
    (library.folder / INDEX).write_text("{broken")
    with expected_log("list of installed models"):
        models = library.installed()
    assert [model.path.name for model in models] == ["Some Model (v2).gguf"]


@pytest.mark.parametrize("file", ["../../secret.gguf", "/etc/passwd", "..", ""])
def test_an_index_cannot_name_files_elsewhere(library: Library, file: str) -> None:
    library.folder.mkdir()
    item = {"id": "x", "file": file, "kind": "chat", "format": "gguf", "added_at": 1, "sha256": ""}
    write_json(library.folder / INDEX, {"format": 1, "models": [item, {"unknown": 1}, 5]})
    assert library.installed() == ()


def test_the_index_is_replaced_as_a_whole(library: Library, given_file: Path) -> None:
    library.import_file(given_file)
    stored = json.loads((library.folder / INDEX).read_text("utf-8"))
    assert [item["id"] for item in stored["models"]] == ["tiny"]
    assert not list(library.folder.glob(".*.new"))


def test_space_is_said_in_words_and_numbers(tmp_path: Path) -> None:
    require_space(tmp_path, 10, lambda _path: 10**12)
    with pytest.raises(DiskFull, match=r"has 2\.0 GB free, but this model needs 10\.6 GB: 8\.6 GB are missing"):
        require_space(tmp_path, 10**10, lambda _path: 2 * 10**9)


@pytest.mark.real
def test_the_folder_of_test_models(model_cache: Path) -> None:
    models = {model.id: model for model in Library(model_cache).installed()}
    assert models["smollm2-135m-instruct-q4_1"].problem is None
    assert Library(model_cache).verify("smollm2-135m-instruct-q4_1").ok


@pytest.fixture
def came_with_app(tmp_path: Path, entry: Entry, body: bytes) -> Library:
    """A library whose app brought a model along."""
    beside = tmp_path / "app" / "models"
    beside.mkdir(parents=True)
    (beside / entry(body).file).write_bytes(body)
    return Library(tmp_path / "models", beside=beside, catalogue=Catalogue((entry(body),)))


def test_a_model_that_came_with_the_app_is_there_at_once(came_with_app: Library, tmp_path: Path) -> None:
    model = came_with_app.get("tiny")

    assert (model.path.parent, model.problem) == (tmp_path / "app" / "models", None)
    assert came_with_app.verify("tiny").ok
    assert not (tmp_path / "models").exists()


def test_a_model_that_came_with_the_app_is_not_deleted(came_with_app: Library) -> None:
    with pytest.raises(ModelsError) as refused:
        came_with_app.remove("tiny")

    assert refused.value.code == "model_came_with_app"
    assert came_with_app.get("tiny").path.exists()


def test_ones_own_copy_of_a_model_comes_first(came_with_app: Library, given_file: Path, tmp_path: Path) -> None:
    own = came_with_app.import_file(given_file)

    assert [model.id for model in came_with_app.installed()] == ["tiny"]
    assert own.path.parent in (tmp_path / "models", tmp_path / "app" / "models")


def test_a_broken_copy_of_ones_own_gives_way_to_what_came_with_the_app(
    came_with_app: Library, entry: Entry, body: bytes, tmp_path: Path
) -> None:
    (tmp_path / "models").mkdir()
    record = {"id": "tiny", "file": entry(body).file, "kind": "chat", "format": "gguf", "added_at": 1, "sha256": ""}
    (tmp_path / "models" / INDEX).write_text(json.dumps({"format": 1, "models": [record]}), "utf-8")

    assert came_with_app.get("tiny").problem is None
