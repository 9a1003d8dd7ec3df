"""Files are read in a process of their own: what is in them can end that process and nothing else."""

from __future__ import annotations

import os
import signal
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from engine.cancel import CancelToken
from engine.errors import Cancelled, WorkerFailed
from engine.retrieval.parsing.recognition import installed
from engine.retrieval.passages import passages_of
from engine.retrieval.problems import Unreadable, Unsupported
from engine.retrieval.reading import ReaderClient, Reading
from engine.store.chunks import NewChunk
from engine.workers.supervisor import Supervisor
from tests.support import documents

PAGES = [[("Tea", 20), (f"Page {n} tells of tea in many words. " * 3, 10)] for n in range(1, 30)]


class _Bench:
    """A reader and what it gave."""

    def __init__(self, supervisor: Supervisor) -> None:
        self.supervisor = supervisor
        self.worker = supervisor.worker("reader")
        self.client = ReaderClient(supervisor)
        self.cancel = CancelToken()
        self.passages: list[NewChunk] = []
        self.pages: list[int] = []

    def read(self, path: Path, filename: str) -> Reading:
        return self.client.read(
            path,
            filename,
            max_tokens=100,
            overlap=50,
            on_passages=self.take,
            on_pages=lambda done, _total: self.turn(done),
            cancel=self.cancel,
        )

    def take(self, passages: Sequence[NewChunk], total: int) -> None:
        self.passages += passages

    def turn(self, page: int) -> None:
        self.pages.append(page)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[_Bench]:
    supervisor = Supervisor(tmp_path / "logs")
    yield _Bench(supervisor)
    supervisor.close()


def test_it_gives_what_reading_here_gives(bench: _Bench, tmp_path: Path) -> None:
    path = documents.pdf(tmp_path / "a.pdf", PAGES)
    reading = bench.read(path, "a.pdf")
    expected, passages = passages_of(path, "a.pdf", max_tokens=100, overlap=50)

    assert reading == expected
    assert bench.passages == list(passages)
    assert bench.pages == list(range(1, 30))
    with pytest.raises(Unsupported):
        bench.read(zipped(tmp_path), "a.zip")
    bench.client.rest()
    assert not bench.worker.alive
    assert bench.read(path, "a.pdf") == expected


def zipped(folder: Path) -> Path:
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x", "y")
    return path


def test_a_death_over_a_file_is_said_and_the_next_file_is_read(bench: _Bench, tmp_path: Path) -> None:
    path = documents.pdf(tmp_path / "a.pdf", PAGES)

    def kill(page: int) -> None:
        if page == 5:
            os.kill(bench.worker.pid or 0, getattr(signal, "SIGKILL", signal.SIGTERM))

    bench.turn = kill  # type: ignore[method-assign]
    with pytest.raises(WorkerFailed) as caught:
        bench.read(path, "a.pdf")
    assert caught.value.code == "worker_died"

    bench.turn = lambda page: None  # type: ignore[method-assign]
    assert bench.read(path, "a.pdf").pages == 29


def test_it_stops_between_pages(bench: _Bench, tmp_path: Path) -> None:
    bench.turn = lambda page: bench.cancel.set()  # type: ignore[method-assign]
    pid = bench.read(documents.pdf(tmp_path / "b.pdf", PAGES[:1]), "b.pdf") and bench.worker.pid

    bench.cancel = CancelToken()
    with pytest.raises(Cancelled):
        bench.read(documents.pdf(tmp_path / "a.pdf", PAGES * 20), "a.pdf")
    assert bench.worker.pid == pid


def test_a_bomb_is_refused(bench: _Bench, tmp_path: Path) -> None:
    path = tmp_path / "bomb.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("word/document.xml", "w") as part:
        part.write(b"<w:document xmlns:w='w'><w:body><w:p><w:t>")
        for _ in range(400):
            part.write(bytes(1024**2))
    with pytest.raises(Unreadable, match="far more"):
        bench.read(path, "bomb.docx")
    assert bench.worker.alive


@pytest.mark.slow
@pytest.mark.skipif(not installed(), reason="no text recognition here")
def test_a_scan_is_read_within_the_bounds_of_the_process(bench: _Bench, tmp_path: Path) -> None:
    page = Image.new("RGB", (1240, 1754), "white")
    font = ImageFont.load_default(size=40)
    ImageDraw.Draw(page).text((100, 300), "The deposit of 350 euros is returned.", font=font, fill="black")
    page.save(tmp_path / "scan.pdf")

    with pytest.raises(Unreadable, match="OCR"):
        bench.read(tmp_path / "scan.pdf", "scan.pdf")
    bench.client = ReaderClient(bench.supervisor, lambda: True)
    reading = bench.read(tmp_path / "scan.pdf", "scan.pdf")
    assert reading.pages == 1
    assert reading.notes == ("Page 1 read from pictures (OCR); letters and numbers may be wrong.",)
    assert [(each.chunk.text, each.chunk.page) for each in bench.passages] == [
        ("The deposit of 350 euros is returned.", 1)
    ]
