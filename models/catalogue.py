"""The models Fireside knows by name, read from the data file that ships with it and checked before use."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from typing import Any, Final, get_args

from models.errors import BadCatalogue, UnknownModel
from models.types import CatalogueEntry, ModelFormat, ModelKind, Source, SourceKind

_ID: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,80}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_PACKAGE: Final = re.compile(r"[a-z0-9][a-z0-9._-]*==[0-9][0-9a-z.]*")
_PART_RANGE: Final = re.compile(r"\{(\d+)\.\.(\d+)\}")
_REQUIRED: Final = ("id", "name", "name_zh", "family", "licence", "licence_url", "summary", "summary_zh", "file")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All entries, in the order they are offered: small before large within a kind."""

    entries: tuple[CatalogueEntry, ...]

    def get(self, model_id: str) -> CatalogueEntry:
        """Return the entry. Raises UnknownModel."""
        for entry in self.entries:
            if entry.id == model_id:
                return entry
        raise UnknownModel(model_id)

    def of_kind(self, kind: ModelKind) -> tuple[CatalogueEntry, ...]:
        return tuple(entry for entry in self.entries if entry.kind == kind)

    def of_file(self, name: str, size: int) -> CatalogueEntry | None:
        """Return the entry whose file has this name and size; the name alone proves nothing."""
        return next((e for e in self.entries if e.format == "gguf" and (e.file, e.size) == (name, size)), None)

    @property
    def starter(self) -> CatalogueEntry:
        """The chat model a fresh installation offers first."""
        return next(entry for entry in self.entries if entry.starter)

    def embedder_for(self, language: str) -> CatalogueEntry:
        """Return the smallest embedding model made for a language such as "zh_CN"; English if none is."""
        wanted = language.replace("-", "_").split("_")[0].lower()
        embedders = sorted(self.of_kind("embedding"), key=lambda entry: entry.size)
        return next((e for e in embedders if wanted in e.languages), embedders[0])


@cache
def load() -> Catalogue:
    """Return the catalogue that ships with Fireside. Raises BadCatalogue."""
    return parse(resources.files("resources").joinpath("catalogue.json").read_text("utf-8"))


def parse(text: str) -> Catalogue:
    """Return the catalogue in a JSON text after checking every field of it. Raises BadCatalogue."""
    try:
        document = json.loads(text)
        entries = tuple(_entry(item) for item in document["models"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadCatalogue(f"The model catalogue is damaged ({error}). Install Fireside again.") from error
    names = [entry.id for entry in entries]
    if len(set(names)) != len(names):
        raise BadCatalogue("The model catalogue names a model twice. Install Fireside again.")
    if [e.kind for e in entries if e.starter] != ["chat"] or not any(e.kind == "embedding" for e in entries):
        raise BadCatalogue("The model catalogue lacks the starter or an embedding model. Install Fireside again.")
    return Catalogue(entries)


def _entry(item: Mapping[str, Any]) -> CatalogueEntry:
    known = {field.name for field in fields(CatalogueEntry)}
    unknown = set(item) - known
    _require(not unknown, f"unknown fields {sorted(unknown)}")
    values = {
        "active_parameters": item["parameters"],
        "kv_bytes_per_token": 0,
        "layers": 0,
        "tool_format": None,
        **item,
        "languages": tuple(item["languages"]),
        "sources": tuple(_source(source) for source in item["sources"]),
    }
    entry = CatalogueEntry(**values)
    _check_entry(entry)
    return entry


def _check_entry(entry: CatalogueEntry) -> None:
    who = f"model {entry.id!r}"
    _require(bool(_ID.fullmatch(entry.id)), f"bad id {entry.id!r}")
    for name in _REQUIRED:
        value = getattr(entry, name)
        _require(isinstance(value, str) and bool(value.strip()), f"{who}: no {name}")
    _require(entry.kind in get_args(ModelKind), f"{who}: kind")
    _require(entry.format in get_args(ModelFormat), f"{who}: format")
    _require("/" not in entry.file and "\\" not in entry.file and not entry.file.startswith("."), f"{who}: file")
    _require((entry.format == "gguf") == entry.file.endswith(".gguf"), f"{who}: file and format disagree")
    for name in ("parameters", "active_parameters", "size", "context"):
        value = getattr(entry, name)
        _require(type(value) is int and value > 0, f"{who}: {name}")
    _require(entry.kind != "chat" or entry.kv_bytes_per_token > 0, f"{who}: kv_bytes_per_token")
    _require(entry.sha256 is None or bool(_SHA256.fullmatch(entry.sha256)), f"{who}: sha256")
    # Without a pinned hash the one the source announces is trusted, and the reader is told.
    _require(entry.sha256 is not None or bool(entry.notes), f"{who}: neither sha256 nor a note about it")
    _require(bool(entry.sources) and bool(entry.languages), f"{who}: sources or languages")
    _require(entry.licence_url.startswith("https://"), f"{who}: licence_url")


def _source(item: Mapping[str, Any]) -> Source:
    expanded = {**item, "packages": _expand(item.get("packages", [])), "files": tuple(item.get("files", []))}
    source = Source(**expanded)
    _require(source.kind in get_args(SourceKind), f"source kind {source.kind!r}")
    check = _CHECKS[source.kind]
    check(source)
    return source


def _check_hub(source: Source) -> None:
    _require(source.repo.count("/") == 1 and bool(source.files), f"hub source {source.repo!r}")
    for name in source.files:
        safe = not name.startswith("/") and ".." not in name.split("/") and "\\" not in name
        _require(safe, f"hub file {name!r}")


def _check_packages(source: Source) -> None:
    _require(bool(source.packages), "package source without packages")
    for package in source.packages:
        _require(bool(_PACKAGE.fullmatch(package)), f"package {package!r}")
    _require(bool(source.member or source.folder), "package source without member or folder")


_CHECKS: Final[Mapping[str, Callable[[Source], None]]] = {
    "huggingface": _check_hub,
    "package_index": _check_packages,
}


def _expand(packages: list[str]) -> tuple[str, ...]:
    """Write out "name-part{1..22}==0.2.0": twenty-two lines in a data file hide the one that is wrong."""
    result: list[str] = []
    for package in packages:
        found = _PART_RANGE.search(package)
        if not found:
            result.append(package)
            continue
        first, last = int(found[1]), int(found[2])
        _require(0 <= first <= last <= 999, f"package range {package!r}")
        result += [package[: found.start()] + str(n) + package[found.end() :] for n in range(first, last + 1)]
    return tuple(result)


def _require(condition: bool, what: str) -> None:
    if not condition:
        raise ValueError(what)
