"""One address into one part file: ranges, drops, refusals, wrong lengths, and stopping at once."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from models import transfer
from models.errors import DiskFull, DownloadFailed, ModelsError, SourceRefused, SourceUnreachable, WrongHash
from models.transfer import Request, Stop, Stopped, Transfer, host_of, new_client

BODY = bytes(range(256)) * 1000


class _Fetching:
    """A transfer with its stop, its part file and the bytes it counted."""

    def __init__(self, client: httpx2.Client, part: Path) -> None:
        self.stop = Stop()
        self.part = part
        self.counted = 0
        self.moving = threading.Event()
        self.transfer = Transfer(client, self.stop, backoff=0.0)

    def fetch(self, url: str, *, size: int | None = len(BODY), limit: int = 10**6, **headers: str) -> bytes:
        self.transfer.fetch(Request(url=url, size=size, limit=limit, headers=headers), self.part, self._count)
        return self.part.read_bytes()

    def read(self, url: str, *, limit: int = 10**6) -> bytes:
        return self.transfer.read(Request(url=url, size=None, limit=limit, headers={}))[0]

    def _count(self, amount: int) -> None:
        self.counted += amount
        self.moving.set()


@pytest.fixture
def fetching(tmp_path: Path) -> Iterator[_Fetching]:
    with new_client() as client:
        yield _Fetching(client, tmp_path / "x.part")


def test_fetches_and_counts(site: Any, fetching: _Fetching) -> None:
    site.add("/f", BODY)
    assert fetching.fetch(site.url + "/f") == BODY
    assert fetching.counted == len(BODY)
    assert site.seen[0].headers["Accept-Encoding"] == "identity"


def test_goes_on_where_a_part_ends(site: Any, fetching: _Fetching) -> None:
    site.add("/f", BODY)
    fetching.part.write_bytes(BODY[:1000])
    assert fetching.fetch(site.url + "/f") == BODY
    assert site.seen[0].headers["Range"] == "bytes=1000-"
    assert fetching.counted == len(BODY) - 1000


def test_a_whole_part_needs_no_request(site: Any, fetching: _Fetching) -> None:
    fetching.part.write_bytes(BODY)
    fetching.fetch(site.url + "/f")
    assert site.seen == []


def test_a_whole_part_of_unknown_size_costs_one_question(site: Any, fetching: _Fetching) -> None:
    site.add("/f", BODY)
    fetching.part.write_bytes(BODY)
    assert fetching.fetch(site.url + "/f", size=None) == BODY
    assert fetching.counted == 0


def test_a_server_without_ranges_sends_all_again(site: Any, fetching: _Fetching) -> None:
    site.add("/f", BODY, ranges=False)
    fetching.part.write_bytes(b"x" * 1000)
    assert fetching.fetch(site.url + "/f") == BODY
    assert fetching.counted == len(BODY) - 1000


def test_a_part_longer_than_the_file_is_begun_again(site: Any, fetching: _Fetching) -> None:
    site.add("/f", BODY)
    fetching.part.write_bytes(BODY + b"more")
    assert fetching.fetch(site.url + "/f") == BODY


def test_a_file_that_changed_its_length_is_begun_again(site: Any, fetching: _Fetching) -> None:
    site.add("/f", BODY + b"tail")
    fetching.part.write_bytes(BODY[:500])
    with pytest.raises(WrongHash) as raised:
        fetching.fetch(site.url + "/f")
    assert raised.value.code == "wrong_size"
    assert not fetching.part.exists()


def test_dropped_connections_are_taken_up_again(site: Any, fetching: _Fetching) -> None:
    site.add("/f", BODY, drops=[1000, 50_000, 0, 0])
    assert fetching.fetch(site.url + "/f") == BODY
    assert [seen.headers.get("Range") for seen in site.seen] == [
        None,
        "bytes=1000-",
        "bytes=51000-",
        "bytes=51000-",
        "bytes=51000-",
    ]


def test_a_server_that_only_drops_is_given_up(site: Any, fetching: _Fetching) -> None:
    site.add("/f", BODY, drops=[0] * 50)
    with pytest.raises(SourceUnreachable, match="cannot be reached") as raised:
        fetching.fetch(site.url + "/f")
    assert raised.value.details["host"] == "127.0.0.1"
    assert len(site.seen) == 6


def test_nobody_there(fetching: _Fetching) -> None:
    with pytest.raises(SourceUnreachable, match="ConnectError"):
        fetching.fetch("http://127.0.0.1:9/f")


def test_an_address_that_is_none(fetching: _Fetching) -> None:
    with pytest.raises(SourceUnreachable):
        fetching.fetch("ftp://127.0.0.1/f")
    with pytest.raises(SourceUnreachable):
        fetching.read("http://[bad/")


def test_busy_servers_are_asked_again(site: Any, fetching: _Fetching) -> None:
    site.add("/f", BODY, statuses=[503, 429, 500])
    assert fetching.fetch(site.url + "/f") == BODY


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "access_denied"), (403, "access_denied"), (404, "not_at_source"), (400, "source_refused")],
)
def test_refusals_are_final(site: Any, fetching: _Fetching, status: int, code: str) -> None:
    site.add("/f", BODY, status=status)
    with pytest.raises(SourceRefused) as raised:
        fetching.fetch(site.url + "/f")
    assert raised.value.code == code
    assert len(site.seen) == 1


def test_more_bytes_than_announced(site: Any, fetching: _Fetching) -> None:
    site.add("/f", BODY)
    with pytest.raises(WrongHash) as raised:
        fetching.fetch(site.url + "/f", size=None, limit=100)
    assert raised.value.code == "wrong_size"


def test_tokens_stay_with_the_host_they_are_for(site: Any, fetching: _Fetching) -> None:
    site.add("/f", status=302, headers={"Location": site.elsewhere + "/cdn"})
    site.add("/cdn", BODY)
    assert fetching.fetch(site.url + "/f", Authorization="Bearer secret") == BODY
    assert site.seen[0].headers["Authorization"] == "Bearer secret"
    assert "Authorization" not in site.seen[1].headers


def test_stopping_wakes_a_transfer_that_waits(site: Any, fetching: _Fetching) -> None:
    answer = site.add("/f", BODY, hold_at=100_000)
    ended: list[BaseException] = []

    def run() -> None:
        try:
            fetching.fetch(site.url + "/f")
        except Stopped as stopped:
            ended.append(stopped)

    thread = threading.Thread(target=run)
    thread.start()
    assert answer.held.wait(20)
    assert fetching.moving.wait(20)
    fetching.stop.set()
    thread.join(20)
    assert ended
    assert 0 < fetching.part.stat().st_size < len(BODY)


def test_a_stop_set_before_is_obeyed(site: Any, fetching: _Fetching) -> None:
    fetching.stop.set()
    for act in (fetching.fetch, fetching.read):
        with pytest.raises(Stopped):
            act(site.url + "/f")
    assert site.seen == []


def test_a_full_disk_keeps_what_has_arrived(site: Any, fetching: _Fetching, monkeypatch: pytest.MonkeyPatch) -> None:
    site.add("/f", BODY)

    def fail(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(DiskFull, match="make room, then resume"):
        fetching.fetch(site.url + "/f")
    assert fetching.part.exists()


def test_reads_small_documents_within_bounds(site: Any, fetching: _Fetching) -> None:
    site.add("/page", b"hello")
    assert fetching.read(site.url + "/page") == b"hello"
    with pytest.raises(DownloadFailed, match="short list"):
        fetching.read(site.url + "/page", limit=3)


def test_small_documents_are_asked_for_again(site: Any, fetching: _Fetching) -> None:
    site.add("/page", b"hello", statuses=[503])
    assert fetching.read(site.url + "/page") == b"hello"
    site.add("/page", b"hello", statuses=[503] * 9)
    with pytest.raises(SourceUnreachable):
        fetching.read(site.url + "/page")


def test_messages_never_hold_the_address(site: Any, fetching: _Fetching) -> None:
    site.add("/f?key=secret", status=404)
    with pytest.raises(ModelsError) as raised:
        fetching.fetch(site.url.replace("//", "//user:password@") + "/f?key=secret")
    assert "secret" not in raised.value.message + str(raised.value.details)
    assert "password" not in raised.value.message + str(raised.value.details)
    assert host_of("nonsense") == "the source"


def test_a_server_that_asks_for_patience_gets_it(site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site.add("/f", BODY, statuses=[429], headers={"Retry-After": "7"})
    waited: list[float] = []
    stop = Stop()
    monkeypatch.setattr(stop, "wait", waited.append)
    with new_client() as client:
        one = Transfer(client, stop, backoff=0.0)
        one.fetch(Request(url=site.url + "/f", size=len(BODY), limit=1, headers={}), tmp_path / "p", lambda _n: None)
    assert waited == [7.0]


def test_chunks_reach_the_disk_now_and_then(site: Any, fetching: _Fetching, monkeypatch: pytest.MonkeyPatch) -> None:
    site.add("/f", BODY)
    monkeypatch.setattr(transfer, "_SYNC_EVERY", 1)
    synced: list[int] = []
    real: Callable[[int], None] = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (synced.append(handle), real(handle))[1])
    fetching.fetch(site.url + "/f")
    assert len(synced) > 1
