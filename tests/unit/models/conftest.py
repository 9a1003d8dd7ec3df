"""A tiny valid model, a catalogue of one, and a local server that speaks the hub's and the index's protocols."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import random
import struct
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import pytest

from models.catalogue import Catalogue
from models.types import CatalogueEntry, Source


def _string(text: str) -> bytes:
    raw = text.encode()
    return struct.pack("<Q", len(raw)) + raw


def _value(value: object) -> bytes:
    if isinstance(value, str):
        return struct.pack("<I", 8) + _string(value)
    if isinstance(value, bool):
        return struct.pack("<I?", 7, value)
    if isinstance(value, int):
        return struct.pack("<IQ", 10, value)
    if isinstance(value, float):
        return struct.pack("<If", 6, value)
    items = cast(list[Any], value)
    if items and isinstance(items[0], str):
        return struct.pack("<IIQ", 9, 8, len(items)) + b"".join(map(_string, items))
    return struct.pack("<IIQ", 9, 5, len(items)) + b"".join(struct.pack("<i", item) for item in items)


def build_gguf(*, elements: int = 4096, seed: int = 1, version: int = 3, pairs: Mapping[str, object] = {}) -> bytes:
    """Return a GGUF of one half-precision tensor with random contents."""
    known: dict[str, object] = {
        "general.architecture": "llama",
        "general.name": "Tiny",
        "general.file_type": 1,
        "llama.context_length": 4096,
        "llama.block_count": 2,
        "llama.embedding_length": 64,
        "llama.attention.head_count": 4,
        "llama.attention.head_count_kv": 2,
        "tokenizer.ggml.tokens": ["a", "b", "汉"],
        "tokenizer.ggml.scores": [0, 1, 2],
        **pairs,
    }
    known = {key: value for key, value in known.items() if value is not None}
    header = b"GGUF" + struct.pack("<IQQ", version, 1, len(known))
    header += b"".join(_string(key) + _value(value) for key, value in known.items())
    header += _string("blk.0.weight") + struct.pack("<IQIQ", 1, elements, 1, 0)
    header += b"\0" * (-len(header) % 32)
    return header + random.Random(seed).randbytes(elements * 2)


@pytest.fixture
def gguf() -> Callable[..., bytes]:
    """Builds a tiny model: `gguf(elements=…, seed=…, pairs={…})`."""
    return build_gguf


@dataclasses.dataclass
class Answer:
    """What a path answers; `drops` are byte counts after which successive GETs lose their connection."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = dataclasses.field(default_factory=dict)
    ranges: bool = True
    drops: list[int] = dataclasses.field(default_factory=list)
    statuses: list[int] = dataclasses.field(default_factory=list)
    hold_at: int | None = None
    held: threading.Event = dataclasses.field(default_factory=threading.Event)
    release: threading.Event = dataclasses.field(default_factory=threading.Event)


@dataclasses.dataclass
class Seen:
    """A request the server has had."""

    method: str
    path: str
    headers: Mapping[str, str]


class Site:
    """A server on loopback with a table of answers and a list of what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.seen: list[Seen] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site._serve(self, send_body=True)

            def do_HEAD(self) -> None:
                site._serve(self, send_body=False)

            def log_message(self, *_unused: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        # The same server under another name: what the hub redirects to is another host.
        self.elsewhere = self.url.replace("127.0.0.1", "localhost")

    def add(self, path: str, body: bytes = b"", **settings: Any) -> Answer:
        self.answers[path] = Answer(body=body, **settings)
        return self.answers[path]

    def gets(self, part: str) -> list[Seen]:
        return [seen for seen in self.seen if seen.method == "GET" and part in seen.path]

    def close(self) -> None:
        for answer in self.answers.values():
            answer.release.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def add_hub_file(self, repo: str, revision: str, name: str, body: bytes, *, large: bool = True) -> Answer:
        """Serve a file as the hub does: large ones redirect to another path and announce a SHA-256."""
        path = f"/{repo}/resolve/{revision}/{name}"
        common = {"X-Repo-Commit": "c0ffee" * 6 + "c0ff"}
        if not large:
            etag = hashlib.sha1(f"blob {len(body)}\0".encode() + body).hexdigest()
            return self.add(path, body, headers={**common, "ETag": f'"{etag}"'})
        sha256 = hashlib.sha256(body).hexdigest()
        linked = {"X-Linked-ETag": f'"{sha256}"', "X-Linked-Size": str(len(body)), "ETag": '"other"'}
        target = f"/cdn/{sha256}"
        self.add(path, status=302, headers={**common, **linked, "Location": self.elsewhere + target})
        return self.add(target, body)

    def add_package(self, name: str, wheels: Mapping[str, bytes], *, html: bool = False) -> dict[str, Answer]:
        """Serve wheels in a simple index, as JSON or as HTML."""
        files = {file: self.add(f"/files/{file}", body) for file, body in wheels.items()}
        hashes = {file: hashlib.sha256(body).hexdigest() for file, body in wheels.items()}
        if html:
            links = "".join(f'<a href="/files/{file}#sha256={hashes[file]}">{file}</a><br>' for file in wheels)
            page, kind = f"<!DOCTYPE html><html><body>{links}</body></html>".encode(), "text/html"
        else:
            listed = [
                {"filename": file, "url": f"../../files/{file}", "size": len(body), "hashes": {"sha256": hashes[file]}}
                for file, body in wheels.items()
            ]
            page, kind = json.dumps({"files": listed}).encode(), "application/vnd.pypi.simple.v1+json"
        self.add(f"/simple/{name}/", page, headers={"Content-Type": kind})
        return files

    def _serve(self, handler: BaseHTTPRequestHandler, *, send_body: bool) -> None:
        self.seen.append(Seen(handler.command, handler.path, dict(handler.headers.items())))
        answer = self.answers.get(handler.path, Answer(status=404))
        status = answer.statuses.pop(0) if send_body and answer.statuses else answer.status
        body = answer.body if status == answer.status else b""
        start = 0
        asked = handler.headers.get("Range")
        if asked and answer.ranges and status == 200:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
            status = 206 if start < len(body) else 416
        handler.send_response(status)
        for key, value in answer.headers.items():
            handler.send_header(key, value)
        if status == 206:
            handler.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        if status == 416:
            handler.send_header("Content-Range", f"bytes */{len(body)}")
            body = b""
        handler.send_header("Content-Length", str(len(body) - (start if status == 206 else 0)))
        handler.end_headers()
        if send_body:
            self._send(handler, answer, body[start:] if status == 206 else body)

    def _send(self, handler: BaseHTTPRequestHandler, answer: Answer, body: bytes) -> None:
        drop = answer.drops.pop(0) if answer.drops else None
        try:
            if drop is not None:
                handler.wfile.write(body[:drop])
                handler.close_connection = True
            elif answer.hold_at is not None and not answer.release.is_set():
                handler.wfile.write(body[: answer.hold_at])
                handler.wfile.flush()
                answer.held.set()
                answer.release.wait(60)
                handler.wfile.write(body[answer.hold_at :])
            else:
                handler.wfile.write(body)
        except OSError:
            handler.close_connection = True  # the client has gone, as the test wanted


@pytest.fixture
def site() -> Iterator[Site]:
    """A server on loopback."""
    server = Site()
    yield server
    server.close()


def build_wheel(files: Mapping[str, bytes]) -> bytes:
    """Return a wheel (a zip) with these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return buffer.getvalue()


@pytest.fixture
def wheel() -> Callable[[Mapping[str, bytes]], bytes]:
    """Builds a wheel from member names and contents."""
    return build_wheel


HUB = Source(kind="huggingface", repo="maker/tiny", revision="abc", files=("tiny.gguf",))


def build_entry(body: bytes, *sources: Source, **changes: Any) -> CatalogueEntry:
    """Return a catalogue entry for a GGUF with these contents."""
    values: dict[str, Any] = {
        "id": "tiny",
        "kind": "chat",
        "format": "gguf",
        "file": "tiny.gguf",
        "name": "Tiny",
        "name_zh": "小",
        "family": "Tiny",
        "parameters": 4096,
        "active_parameters": 4096,
        "quantisation": "F16",
        "size": len(body),
        "context": 4096,
        "licence": "MIT",
        "licence_url": "https://example.org",
        "languages": ("en",),
        "tool_format": None,
        "summary": "s",
        "summary_zh": "s",
        "sha256": hashlib.sha256(body).hexdigest(),
        "layers": 2,
        "kv_bytes_per_token": 256,
        "sources": sources or (HUB,),
        "starter": True,
        **changes,
    }
    return CatalogueEntry(**values)


@pytest.fixture
def entry() -> Callable[..., CatalogueEntry]:
    """Builds a catalogue entry: `entry(body, *sources, **changes)`."""
    return build_entry


@pytest.fixture
def embedding_folder(tmp_path: Path) -> Callable[..., Path]:
    """Makes an embedding model's folder with tiny contents."""

    def make(name: str = "embedder", *, weights: bytes = b"weights", modules: bool = True) -> Path:
        folder = tmp_path / "given" / name
        (folder / "1_Pooling").mkdir(parents=True)
        (folder / "config.json").write_text('{"architectures": ["BertModel"]}')
        if modules:
            (folder / "modules.json").write_text("[]")
        (folder / "1_Pooling" / "config.json").write_text("{}")
        (folder / "model.safetensors").write_bytes(weights)
        return folder

    return make


@pytest.fixture
def catalogue() -> Callable[..., Catalogue]:
    """Builds a catalogue of the given entries."""
    return lambda *entries: Catalogue(tuple(entries))
