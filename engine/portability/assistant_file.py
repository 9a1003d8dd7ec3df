"""One assistant in one file, `.fireside`: made to be handed on, looked into before anything is taken in.

A zip of `manifest.json` and plain numbered files. Whoever opens one did not write it: its size, names, shape and
checksums are bounded and checked, nothing is unpacked by name, nothing in it runs, and what it brings asks first.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from engine.errors import InvalidRequest, NotFound, Unavailable
from engine.portability.manifest import FORMAT, SCHEMA, VERSION
from engine.recipes import Binding, Recipe
from engine.service import Engine
from engine.service.file_limits import clean_filename
from engine.service.limits import check_assistant
from engine.service.recipes import fields_of
from engine.types import Approval, Assistant, JsonObject, PageRequest

SUFFIX = ".fireside"
MOST_BYTES = 2 * 1024**3
MOST_FILE = 512 * 1024**2
MOST_FILES = 200
_MOST_MANIFEST = 4 * 1024**2
_PIECE = 1024 * 1024
_MANIFEST = "manifest.json"
_NAME = re.compile(r"manifest\.json|files/[0-9]{1,3}")
_METADATA = re.compile(r"avatar|glyph|starter_[1-4]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A file that comes along: its place in the zip, what it is called, its size in bytes and SHA-256."""

    place: str
    filename: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a file holds, checked. Bindings of the recipe name databases by their place in the zip.

    `missing_servers` are tool servers whose functions cannot come along; `digest` is the whole file's SHA-256.
    """

    path: Path
    digest: str
    recipe: Recipe
    code_files: tuple[Packed, ...] = ()
    knowledge_name: str = ""
    knowledge: tuple[Packed, ...] = ()
    databases: tuple[Packed, ...] = ()
    missing_servers: tuple[str, ...] = ()


def export_assistant(engine: Engine, assistant_id: str, path: Path) -> None:
    """Write an assistant to a file, whole or not at all. Raises NotFound, InvalidRequest, Unavailable."""
    recipe = engine.recipes.of(assistant_id)
    try:
        with _replacing(path) as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            manifest = _Packing(engine, archive).manifest(recipe)
            archive.writestr(_MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    except OSError as error:
        raise Unavailable(
            f"The file cannot be written: {error.strerror}. Choose another folder.", code="file_not_written"
        ) from error


def look_into(path: Path) -> Contents:
    """Return what a file holds; nothing is taken in. Raises InvalidRequest with code "bad_assistant_file"."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _bad("it is too large")
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            with zipfile.ZipFile(stream) as archive:
                _check_entries(archive)
                return _contents(path, digest, _manifest(archive), archive)
    except (OSError, zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError) as error:
        raise _bad("it cannot be read, or is damaged") from error


def take_in(engine: Engine, contents: Contents) -> Assistant:
    """Make the assistant that was looked at. Its functions ask before each run, whatever the file says.

    Raises InvalidRequest when the file is another one by now, Unavailable when the disk is full; then nothing is left.
    """
    with _opened(contents) as archive, ExitStack() as undo:
        resources: JsonObject = {}
        if contents.code_files:
            ids = [_store(engine, archive, packed, undo) for packed in contents.code_files]
            resources["code_interpreter"] = {"file_ids": ids}
        if contents.knowledge_name:
            ids = [_store(engine, archive, packed, undo) for packed in contents.knowledge]
            store = engine.vector_stores.create(name=contents.knowledge_name, file_ids=ids)
            undo.callback(engine.vector_stores.delete, store.id)
            resources["file_search"] = {"vector_store_ids": [store.id]}
        places = {db.place: _keep_database(engine, archive, db) for db in contents.databases}
        bindings = tuple(_settled(binding, places) for binding in contents.recipe.bindings)
        fields = fields_of(contents.recipe) | {"tool_resources": resources}
        made = engine.recipes.save(Recipe(**fields, bindings=bindings))
        undo.pop_all()
        return made


class _Packing:
    """Collects the files of one export."""

    def __init__(self, engine: Engine, archive: zipfile.ZipFile) -> None:
        self._engine, self._archive = engine, archive
        self._packed: list[JsonObject] = []

    def manifest(self, recipe: Recipe) -> JsonObject:
        fields = fields_of(recipe)
        resources = fields.pop("tool_resources")
        fields["metadata"] = {key: value for key, value in recipe.metadata.items() if _METADATA.fullmatch(key)}
        code = [self._file(i) for i in (resources.get("code_interpreter") or {}).get("file_ids") or ()]
        stores = (resources.get("file_search") or {}).get("vector_store_ids") or ()
        return {
            "format": FORMAT,
            "version": VERSION,
            "made_at": int(time.time()),
            "assistant": fields | {"tools": list(recipe.tools)},
            "functions": [self._function(binding) for binding in recipe.bindings],
            "code_files": [packed for packed in code if packed is not None],
            "knowledge": self._knowledge(stores[0]) if stores else None,
        }

    def _function(self, binding: Binding) -> JsonObject:
        config = dict(binding.config)
        if binding.kind == "sqlite":
            path = Path(config["path"])
            with path.open("rb") as stream:
                config = self._pack(stream, path.name)
        elif binding.kind == "server":
            try:
                config["server_id"] = self._engine.tool_servers.get(config["server_id"]).name
            except NotFound:
                config["server_id"] = "?"
        return {"name": binding.name, "kind": binding.kind, "config": config, "approval": binding.approval}

    def _knowledge(self, store_id: str) -> JsonObject | None:
        try:
            store = self._engine.vector_stores.get(store_id)
        except NotFound:
            return None
        ids: list[str] = []
        after: str | None = None
        while True:
            page = self._engine.vector_stores.files.list(store_id, PageRequest(limit=100, order="asc", after=after))
            ids += [file.id for file in page.items]
            if not page.has_more:
                break
            after = page.items[-1].id
        found = [self._file(file_id) for file_id in ids]
        return {"name": store.name or "…", "files": [packed for packed in found if packed is not None]}

    def _file(self, file_id: str) -> JsonObject | None:
        try:
            stored = self._engine.files.get(file_id)
        except NotFound:
            return None  # deleted since
        with self._engine.files.path(file_id).open("rb") as stream:
            return self._pack(stream, stored.filename)

    def _pack(self, stream: IO[bytes], filename: str) -> JsonObject:
        if len(self._packed) >= MOST_FILES:
            raise InvalidRequest(f"More than {MOST_FILES} files cannot be exported.", code="too_many_packed")
        place, size, digest = f"files/{len(self._packed)}", 0, hashlib.sha256()
        with self._archive.open(place, "w", force_zip64=True) as target:
            while piece := stream.read(_PIECE):
                size += len(piece)
                digest.update(piece)
                target.write(piece)
        if size > MOST_FILE:
            raise InvalidRequest(f"The file {filename} is too large to be exported.", code="file_too_large")
        self._packed.append(
            {"place": place, "filename": clean_filename(filename), "bytes": size, "sha256": digest.hexdigest()}
        )
        return self._packed[-1]


def _check_entries(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_FILES + 1 or len(set(names)) != len(names) or _MANIFEST not in names:
        raise _bad("it is not an assistant of Fireside")
    for entry in entries:
        most = _MOST_MANIFEST if entry.filename == _MANIFEST else MOST_FILE
        if not _NAME.fullmatch(entry.filename) or entry.flag_bits & 1 or entry.file_size > most:
            raise _bad("it holds something that does not belong there")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _bad("it is packed in a way that is not read here")
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise _bad("it is too large")


def _manifest(archive: zipfile.ZipFile) -> JsonObject:
    import jsonschema  # type: ignore[import-untyped]  # here: only who takes in a file needs it

    try:
        untrusted: Any = json.loads(b"".join(_pieces(archive, _MANIFEST, _MOST_MANIFEST)))
        jsonschema.Draft202012Validator(SCHEMA).validate(untrusted)
    except jsonschema.ValidationError as error:
        if isinstance(untrusted, dict) and untrusted.get("format") == FORMAT and untrusted.get("version") != VERSION:
            raise _bad("it was made by a newer Fireside") from None
        place = "/".join(map(str, error.absolute_path)) or "its beginning"
        raise _bad(f"its description is wrong at {place[:80]}") from None
    except (ValueError, RecursionError):
        raise _bad("its description cannot be read") from None
    found: JsonObject = untrusted
    return found


def _contents(path: Path, digest: str, manifest: JsonObject, archive: zipfile.ZipFile) -> Contents:
    fields = dict(manifest["assistant"])
    fields["tools"] = tuple(fields.get("tools") or ())
    fields["metadata"] = {k: v for k, v in (fields.get("metadata") or {}).items() if _METADATA.fullmatch(k)}
    check_assistant(fields)
    bindings, databases, servers = [], [], []
    for function in manifest["functions"]:
        if function["kind"] == "server":
            servers.append(str(function["config"]["server_id"]))
            continue
        config = function["config"]
        if function["kind"] == "sqlite":
            databases.append(_packed(config, archive))
            config = {"path": config["place"]}
        approval: Approval = "never" if function["approval"] == "never" else "ask"
        bindings.append(Binding(name=function["name"], kind=function["kind"], config=config, approval=approval))
    knowledge = manifest.get("knowledge") or {}
    return Contents(
        path=path,
        digest=digest,
        recipe=Recipe(**fields, bindings=tuple(bindings)),
        code_files=tuple(_packed(each, archive) for each in manifest["code_files"]),
        knowledge_name=knowledge.get("name", ""),
        knowledge=tuple(_packed(each, archive) for each in knowledge.get("files", ())),
        databases=tuple(databases),
        missing_servers=tuple(dict.fromkeys(servers)),
    )


def _packed(untrusted: JsonObject, archive: zipfile.ZipFile) -> Packed:
    """Return a file of the manifest. Its contents are compared with what is said of them when they are read."""
    try:
        entry = archive.getinfo(untrusted["place"])
    except KeyError:
        raise _bad("a file that it names is missing") from None
    if entry.file_size != untrusted["bytes"]:
        raise _bad("a file in it has another size than it says")
    return Packed(
        place=untrusted["place"],
        filename=clean_filename(untrusted["filename"]),
        bytes=untrusted["bytes"],
        sha256=untrusted["sha256"],
    )


def _pieces(archive: zipfile.ZipFile, place: str, most: int) -> Iterator[bytes]:
    """Yield a file's bytes, never more than were announced."""
    left = most
    with archive.open(place) as stream:
        while piece := stream.read(min(_PIECE, left + 1)):
            left -= len(piece)
            if left < 0:
                raise _bad("a file in it is larger than it says")
            yield piece


def _checked(archive: zipfile.ZipFile, packed: Packed) -> Iterator[bytes]:
    digest = hashlib.sha256()
    for piece in _pieces(archive, packed.place, packed.bytes):
        digest.update(piece)
        yield piece
    if digest.hexdigest() != packed.sha256:
        raise _bad("a file in it is damaged")


def _store(engine: Engine, archive: zipfile.ZipFile, packed: Packed, undo: ExitStack) -> str:
    """Store a file and return its id; `undo` deletes it again."""
    with engine.files.receive() as incoming:
        for piece in _checked(archive, packed):
            incoming.write(piece)
        stored = engine.files.keep(incoming, filename=packed.filename, purpose="assistants")
    undo.callback(engine.files.delete, stored.id)
    return stored.id


def _keep_database(engine: Engine, archive: zipfile.ZipFile, packed: Packed) -> Path:
    """Store a database under a name of our own; the same one is kept once."""
    path = engine.paths.home / "databases" / f"{packed.sha256}.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    with _replacing(path) as stream:
        for piece in _checked(archive, packed):
            stream.write(piece)
    engine.functions.tables(str(path))
    return path


def _settled(binding: Binding, places: dict[str, Path]) -> Binding:
    if binding.kind != "sqlite":
        return binding
    path = {"path": str(places[binding.config["path"]])}
    return Binding(name=binding.name, kind=binding.kind, config=path, approval=binding.approval)


@contextmanager
def _opened(contents: Contents) -> Iterator[zipfile.ZipFile]:
    """Open the file that was looked at, and no other one."""
    try:
        with contents.path.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != contents.digest:
                raise InvalidRequest("The file changed since it was opened. Open it again.", code="file_changed")
            with zipfile.ZipFile(stream) as archive:
                yield archive
    except (OSError, zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise _bad("it cannot be read, or is damaged") from error


@contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    """Yield a file that takes the place of `path` once it is complete."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}-", dir=path.parent)
    new = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
        os.replace(new, path)
    finally:
        new.unlink(missing_ok=True)


def _bad(why: str) -> InvalidRequest:
    return InvalidRequest(f"This file cannot be taken in: {why}.", code="bad_assistant_file", why=why)
