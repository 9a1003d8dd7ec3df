"""Fetch one address into one part file: ranges, dropped connections, wrong lengths, refusals.

The client is httpx2: huggingface-hub brings it along, so it costs no further dependency, it takes proxies from the
environment, trusts the system's certificates (and SSL_CERT_FILE), and streams.
"""

from __future__ import annotations

import errno
import logging
import os
import random
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final
from urllib.parse import urlsplit

from models.errors import DiskFull, DownloadFailed, SourceRefused, SourceUnreachable, WrongHash

if TYPE_CHECKING:
    import httpx2  # loaded by the first download: most starts of the app have none

log = logging.getLogger(__name__)

_SYNC_EVERY: Final = 64 * 1024 * 1024
_ATTEMPTS_WITHOUT_PROGRESS: Final = 6
_LONGEST_PAUSE: Final = 30.0
_TRANSIENT: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_CONTENT_RANGE: Final = "bytes "


class Stopped(Exception):
    """Someone asked the transfer to stop; what has arrived stays."""


class Stop:
    """A request to stop that also wakes a thread waiting for the network."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None

    def set(self) -> None:
        with self._lock:
            self._event.set()
            if self._socket is not None:
                # The plain socket's shutdown, also under TLS: it only wakes the reader, the client cleans up.
                try:
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
                except OSError as error:
                    log.debug("the connection was gone already: %s", error)

    def is_set(self) -> bool:
        return self._event.is_set()

    def check(self) -> None:
        """Raise Stopped when a stop was asked for."""
        if self._event.is_set():
            raise Stopped

    def wait(self, seconds: float) -> None:
        """Wait, but not past a stop."""
        self._event.wait(seconds)
        self.check()

    def watch(self, connection: socket.socket | None) -> None:
        """Name the connection to wake, or None when there is none any more."""
        with self._lock:
            if connection is not None:
                self.check()
            self._socket = connection


@dataclass(frozen=True, slots=True)
class Request:
    """What to fetch. `size` is exact when known; `limit` bounds it when not. `headers` may carry a token."""

    url: str
    size: int | None
    limit: int
    headers: Mapping[str, str]


def new_client() -> httpx2.Client:
    """Return a client with the time limits that suit long downloads."""
    import httpx2

    return httpx2.Client(follow_redirects=True, timeout=httpx2.Timeout(30.0, connect=15.0), max_redirects=5)


def host_of(url: str) -> str:
    """Return the address's host for messages: never its path, user name or key."""
    try:
        return urlsplit(url).hostname or "the source"
    except ValueError:
        return "the source"


class Transfer:
    """Fetches requests; `backoff` is the first pause in seconds after a failed attempt, doubled each time."""

    def __init__(self, client: httpx2.Client, stop: Stop, *, backoff: float = 1.0) -> None:
        self._client = client
        self._stop = stop
        self._backoff = backoff

    def fetch(self, request: Request, part: Path, on_bytes: Callable[[int], None]) -> None:
        """Bring `part` to the whole content, continuing after what it holds; the content is not verified here.

        `on_bytes` gets the change in bytes, negative when a part must be begun again. Raises Stopped,
        SourceUnreachable, SourceRefused, WrongHash (too long), DiskFull.
        """
        import httpx2

        failures = 0
        while True:
            self._stop.check()
            before = _length(part)
            if request.size is not None and before == request.size:
                return
            try:
                self._attempt(request, part, on_bytes)
                return
            except (httpx2.TransportError, _Again) as error:
                self._stop.check()
                failures = 1 if _length(part) > before else failures + 1
                if failures >= _ATTEMPTS_WITHOUT_PROGRESS:
                    raise _unreachable(request.url, error) from error
                log.info("connection to %s lost (%s), attempt %d", host_of(request.url), _kind(error), failures)
                self._stop.wait(self._pause(failures, error))
            except (httpx2.HTTPError, httpx2.InvalidURL) as error:
                raise _unreachable(request.url, error) from error

    def read(self, request: Request) -> tuple[bytes, httpx2.Headers, str]:
        """Return a small document, its headers and final address. Raises as `fetch`."""
        import httpx2

        failures = 0
        while True:
            self._stop.check()
            try:
                return self._read_once(request)
            except (httpx2.TransportError, _Again) as error:
                failures += 1
                if failures >= 3:
                    raise _unreachable(request.url, error) from error
                self._stop.wait(self._pause(failures, error))
            except (httpx2.HTTPError, httpx2.InvalidURL) as error:
                raise _unreachable(request.url, error) from error

    def _read_once(self, request: Request) -> tuple[bytes, httpx2.Headers, str]:
        with self._client.stream("GET", request.url, headers=dict(request.headers)) as response:
            _check_status(response)
            untrusted = bytearray()
            for chunk in response.iter_bytes():
                untrusted += chunk
                if len(untrusted) > request.limit:
                    raise DownloadFailed(
                        f"{host_of(request.url)} sent more than {request.limit:,} bytes where a short list belongs.",
                        code="source_nonsense",
                    )
                self._stop.check()
            return bytes(untrusted), response.headers, str(response.url)

    def _attempt(self, request: Request, part: Path, on_bytes: Callable[[int], None]) -> None:
        start = _length(part)
        headers = {**request.headers, "Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        with self._client.stream("GET", request.url, headers=headers) as response:
            if response.status_code == 416:
                if response.headers.get("Content-Range") == f"bytes */{start}" and request.size is None:
                    return  # nothing is left to send: the part was whole already
                _discard(part, on_bytes)
                raise _Again("the part did not fit the file")
            _check_status(response)
            if start and not _continues(response, start, request.size):
                _discard(part, on_bytes)
                start = 0
                if response.status_code == 206:
                    raise _Again("the file has changed")
            self._stop.watch(_socket_of(response))
            try:
                _write(part, self._chunks(response), request, start, on_bytes)
            finally:
                self._stop.watch(None)

    def _chunks(self, response: httpx2.Response) -> Iterator[bytes]:
        # Without a chunk size: with one, what had arrived of a chunk would be lost with the connection.
        for chunk in response.iter_raw():
            self._stop.check()
            yield chunk

    def _pause(self, failures: int, error: Exception) -> float:
        pause: float = min(_LONGEST_PAUSE, self._backoff * 2 ** (failures - 1))
        asked: float = error.pause if isinstance(error, _Again) else 0.0
        # Many clients that lost the same server should not all come back in the same moment.
        return max(asked, pause * (0.75 + random.random() / 2))  # noqa: S311


class _Again(Exception):
    """This attempt failed in a way that another may mend; `pause` is what the server asked for, in seconds."""

    def __init__(self, reason: str, pause: float = 0.0) -> None:
        super().__init__(reason)
        self.pause = pause


def _write(part: Path, chunks: Iterator[bytes], request: Request, start: int, on_bytes: Callable[[int], None]) -> None:
    at, unsynced = start, 0
    limit = request.limit if request.size is None else request.size
    try:
        with part.open("ab") as file:
            for chunk in chunks:
                if at + len(chunk) > limit:
                    raise _too_long(request, part, at)
                file.write(chunk)
                at += len(chunk)
                unsynced += len(chunk)
                on_bytes(len(chunk))
                if unsynced >= _SYNC_EVERY:
                    _sync(file)
                    unsynced = 0
            _sync(file)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(
                "The disk became full while downloading. What has arrived is kept: make room, then resume.",
                arrived=at,
            ) from error
        raise
    if request.size is not None and at < request.size:
        raise _Again("the connection ended early")


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _too_long(request: Request, part: Path, arrived: int) -> WrongHash:
    part.unlink(missing_ok=True)
    return WrongHash(
        f"{host_of(request.url)} sent more than the {request.size or request.limit:,} bytes published for this file; "
        "it was thrown away. Try another source.",
        code="wrong_size",
        arrived=arrived,
    )


def _continues(response: httpx2.Response, start: int, size: int | None) -> bool:
    """Tell whether the answer goes on where the part ends; a server without ranges sends all with 200."""
    if response.status_code != 206:
        return False
    untrusted = response.headers.get("Content-Range", "")
    span, _, total = untrusted.removeprefix(_CONTENT_RANGE).partition("/")
    if span.partition("-")[0] != str(start):
        return False
    return size is None or total in ("*", str(size))


def _discard(part: Path, on_bytes: Callable[[int], None]) -> None:
    on_bytes(-_length(part))
    part.unlink(missing_ok=True)


def _length(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _socket_of(response: httpx2.Response) -> socket.socket | None:
    stream = response.extensions.get("network_stream")
    found = stream.get_extra_info("socket") if stream is not None else None
    return found if isinstance(found, socket.socket) else None


def _check_status(response: httpx2.Response) -> None:
    status, host = response.status_code, host_of(str(response.url))
    if status in (200, 206):
        return
    if status in _TRANSIENT:
        raise _Again(f"status {status}", _retry_after(response))
    raise refusal(status, host)


def refusal(status: int, host: str) -> SourceRefused:
    """Return the error for an answer that no repetition will change."""
    if status in (401, 403):
        return SourceRefused(
            f"{host} does not give this file without permission. Accept the model's licence on its page and enter a "
            "token, choose another source, or import the file by hand.",
            code="access_denied",
            status=status,
            host=host,
        )
    if status in (404, 410):
        return SourceRefused(
            f"{host} does not have this file (any more). Choose another source or another model.",
            code="not_at_source",
            status=status,
            host=host,
        )
    return SourceRefused(
        f"{host} answered with status {status} instead of the file. Try later or choose another source.",
        status=status,
        host=host,
    )


def _retry_after(response: httpx2.Response) -> float:
    untrusted = response.headers.get("Retry-After", "")
    return min(60.0, float(untrusted)) if untrusted.isdecimal() else 0.0


def _unreachable(url: str, error: Exception) -> SourceUnreachable:
    return SourceUnreachable(
        f"{host_of(url)} cannot be reached ({_kind(error)}). Check the connection and the proxy settings, then resume; "
        "or choose another source, or import the file by hand.",
        host=host_of(url),
        reason=_kind(error),
    )


def _kind(error: Exception) -> str:
    """Name the failure without its text, which may hold addresses with keys in them."""
    return str(error) if isinstance(error, _Again) else type(error).__name__
