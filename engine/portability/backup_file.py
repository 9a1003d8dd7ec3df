"""What a backup file may hold: an uncompressed zip of a snapshot, contents under their checksums, and a manifest.

Whoever opens one may not have made it: sizes, names and checksums are bounded and compared, nothing is unpacked by a
name that is not of the few known ones.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]

from engine.errors import DataTooNew, InvalidRequest
from engine.types import JsonObject

SUFFIX = ".fireside-backup"
FORMAT, VERSION = "fireside-backup", 1
MANIFEST, DATABASE, SETTINGS = "manifest.json", "fireside.db", "settings.json"
PIECE = 1024 * 1024
_MOST_MANIFEST = 8 * 1024**2
_MOST_SETTINGS = 1024**2
_MOST_NOTE = 64 * 1024
_MOST_ENTRIES = 2_000_000
_BLOB = re.compile(r"blobs/(?P<begin>[0-9a-f]{2})/(?P<sha256>(?P=begin)[0-9a-f]{62})(?P<link>\.link)?")
# A name no system gives a meaning of its own.
OWN = re.compile(
    r"(?:samples|databases)/(?!(?:con|prn|aux|nul|com\d|lpt\d)\.)[a-z0-9_-]{1,100}(?:\.[a-z0-9]{1,10})?", re.I
)

_ENTRY = {
    "type": "object",
    "properties": {
        "place": {"type": "string", "maxLength": 200},
        "bytes": {"type": "integer", "minimum": 0},
        "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    },
    "required": ["place", "bytes", "sha256"],
}
_SCHEMA: JsonObject = {
    "type": "object",
    "properties": {
        "format": {"const": FORMAT},
        "version": {"const": VERSION},
        "made_at": {"type": "integer", "minimum": 0, "maximum": 2**40},
        "made_by": {"type": "string", "maxLength": 60},
        "home": {"type": "string", "maxLength": 4096},
        "counts": {"type": "object", "maxProperties": 20, "additionalProperties": {"type": "integer", "minimum": 0}},
        "contents": {"type": "integer", "minimum": 0},
        "entries": {"type": "array", "maxItems": 10_000, "items": _ENTRY},
    },
    "required": ["format", "version", "made_at", "made_by", "home", "counts", "contents", "entries"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupContents:
    """What a backup says of itself. `counts` by noun; `bytes` unpacked; `contents` files under their checksums."""

    path: Path
    made_at: int
    made_by: str
    home: str
    counts: dict[str, int]
    contents: int
    bytes: int
    listed: dict[str, str]
    places: tuple[str, ...]


def bad(why: str) -> InvalidRequest:
    """Return the error for a file that is no backup of ours, or a damaged one."""
    return InvalidRequest(f"This backup cannot be used: {why}. Choose another one.", code="bad_backup", why=why)


def look_into_backup(path: Path) -> BackupContents:
    """Return what a backup holds; nothing is unpacked and no checksum compared yet.

    Raises InvalidRequest with code "bad_backup", DataTooNew.
    """
    with opened(path) as archive:
        places = _check_entries(archive, path.stat().st_size)
        manifest = _manifest(archive)
        listed = {str(entry["place"]): entry for entry in manifest["entries"]}
        if len(listed) != len(manifest["entries"]) or set(listed) != {p for p in places if not p.startswith("blobs/")}:
            raise bad("its list does not fit what it holds")
        if DATABASE not in listed or manifest["contents"] != len(places) - len(listed):
            raise bad("something in it is missing")
        if any(archive.getinfo(place).file_size != entry["bytes"] for place, entry in listed.items()):
            raise bad("a file in it has another size than it says")
        return BackupContents(
            path=path,
            made_at=manifest["made_at"],
            made_by=manifest["made_by"],
            home=manifest["home"],
            counts=manifest["counts"],
            contents=manifest["contents"],
            bytes=sum(archive.getinfo(place).file_size for place in places),
            listed={place: str(entry["sha256"]) for place, entry in listed.items()},
            places=places,
        )


def checked(archive: zipfile.ZipFile, contents: BackupContents, place: str) -> Iterator[bytes]:
    """Yield the bytes of a file, never more than were announced. Raises InvalidRequest if they are not those."""
    digest, left = hashlib.sha256(), archive.getinfo(place).file_size
    with archive.open(place) as stream:
        while piece := stream.read(min(PIECE, left + 1)):
            left -= len(piece)
            if left < 0:
                raise bad("a file in it is larger than it says")
            digest.update(piece)
            yield piece
    blob = _BLOB.fullmatch(place)
    if blob is not None and blob["link"]:
        return  # a note about a file that lies elsewhere; whoever reads it bounds it
    if left or digest.hexdigest() != (blob["sha256"] if blob is not None else contents.listed[place]):
        raise bad("a file in it is damaged")


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open the file; whatever is wrong with it inside the block is a bad backup."""
    try:
        stream = path.open("rb")
    except OSError as error:
        raise bad("it cannot be read") from error
    with stream:
        try:
            with zipfile.ZipFile(stream) as archive:
                yield archive
        except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
            raise bad("it is damaged, or no backup") from error


def _check_entries(archive: zipfile.ZipFile, size: int) -> tuple[str, ...]:
    entries = archive.infolist()
    if len(entries) > _MOST_ENTRIES or len({entry.filename.casefold() for entry in entries}) != len(entries):
        raise bad("it is not one of Fireside")
    # Files that share their bytes would unpack to more than anybody stored.
    if sum(entry.compress_size for entry in entries) > size:
        raise bad("it claims to hold more than it does")
    for entry in entries:
        if entry.flag_bits & 1 or entry.compress_type != zipfile.ZIP_STORED or entry.file_size != entry.compress_size:
            raise bad("it is packed in a way that is not read here")
        if entry.file_size > _most(entry.filename):
            raise bad("it holds something that does not belong there")
    return tuple(entry.filename for entry in entries if entry.filename != MANIFEST)


def _most(place: str) -> float:
    """Return the most bytes a file may have under its name, which are none for a name that is not known."""
    if place in (MANIFEST, SETTINGS):
        return _MOST_MANIFEST if place == MANIFEST else _MOST_SETTINGS
    blob = _BLOB.fullmatch(place)
    if blob is not None and blob["link"]:
        return _MOST_NOTE
    return float("inf") if blob is not None or place == DATABASE or OWN.fullmatch(place) else -1


def _manifest(archive: zipfile.ZipFile) -> JsonObject:
    try:
        with archive.open(MANIFEST) as stream:
            untrusted: Any = json.loads(stream.read(_MOST_MANIFEST))
    except KeyError:
        raise bad("it is not one of Fireside") from None
    except (ValueError, RecursionError):
        raise bad("its description cannot be read") from None
    try:
        jsonschema.Draft202012Validator(_SCHEMA).validate(untrusted)
    except jsonschema.ValidationError as error:
        version = untrusted.get("version") if isinstance(untrusted, dict) else None
        if isinstance(version, int) and version > VERSION and untrusted.get("format") == FORMAT:
            raise DataTooNew(
                "This backup was made by a newer Fireside. Install the newest one, then restore it.",
                code="backup_too_new",
            ) from None
        place = "/".join(map(str, error.absolute_path)) or "its beginning"
        raise bad(f"its description is wrong at {place[:80]}") from None
    found: JsonObject = untrusted
    return found
