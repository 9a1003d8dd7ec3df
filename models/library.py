"""The models on this disk: a folder, and an index beside the files that can be lost without losing a model."""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, get_args

from models.catalogue import Catalogue
from models.catalogue import load as load_catalogue
from models.errors import DiskFull, ModelInUse, ModelsError, UnknownModel
from models.hardware import disk_free
from models.sources.local_file import LocalModel, Progress, inspect, place, sha256_of
from models.types import CatalogueEntry, InstalledModel, ModelFormat, ModelKind, Verification

log = logging.getLogger(__name__)

INDEX: Final = "models.json"
WORK_FOLDER: Final = ".downloads"
DISK_MARGIN: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """What the index remembers of a model; `file` is a name in the folder."""

    id: str
    file: str
    kind: ModelKind
    format: ModelFormat
    added_at: int
    sha256: str = ""


class Library:
    """Models in one folder. Safe to use from several threads; one process at a time holds a home folder.

    `beside` is a second folder that is only read, of models that came with the app.
    """

    def __init__(
        self,
        folder: Path,
        *,
        beside: Path | None = None,
        catalogue: Catalogue | None = None,
        free_space: Callable[[Path], int] = disk_free,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.folder, self._beside = folder, beside
        self._catalogue = catalogue or load_catalogue()
        self._free_space = free_space
        self._clock = clock
        self._lock = threading.RLock()
        self._seen: dict[Path, tuple[tuple[int, int], LocalModel | str]] = {}

    def installed(self) -> tuple[InstalledModel, ...]:
        """Return all models, also those put into the folder by hand; never raises, problems are stated in each."""
        with self._lock:
            records = self._records()
            found = [self._from_record(record) for record in records.values()]
            known = {record.file for record in records.values()}
            for path in _loose_models(self.folder, known):
                found.append(self._from_path(path, {model.id for model in found}))
            for path in _loose_models(self._beside, set()) if self._beside else ():
                model = self._from_path(path, set())
                if not any(model.id == other.id and other.problem is None for other in found):
                    found = [other for other in found if other.id != model.id] + [model]
        return tuple(sorted(found, key=lambda model: (model.kind, model.name.lower(), model.id)))

    def get(self, model_id: str) -> InstalledModel:
        """Return an installed model. Raises UnknownModel."""
        for model in self.installed():
            if model.id == model_id:
                return model
        raise UnknownModel(model_id)

    def import_file(
        self, path: Path, *, copy: bool = True, progress: Progress = lambda _done, _total: None
    ) -> InstalledModel:
        """Take in a GGUF file or an embedding model's folder.

        With `copy=False` it is hard-linked where possible, so it takes no room twice. A file that is already here
        is returned as it is. `progress` gets bytes done and total, and may raise to stop. Raises NotAModel,
        BrokenModel, DiskFull, ModelsError.
        """
        path = path.expanduser().absolute()
        model = inspect(path)
        if path.parent == self.folder.absolute():
            return self._adopt_in_place(model)
        if copy:
            require_space(self.folder, model.size, self._free_space)
        self.folder.mkdir(parents=True, exist_ok=True)
        target = self._free_name(path.name)
        digest = place(model, target, link=not copy, progress=progress)
        entry = self._recognise(model, digest)
        with self._lock:
            for other in self.installed():
                if entry and other.id == entry.id and other.path != target and other.problem is None:
                    remove_tree(target)
                    return other
            taken = {record.id for record in self._records().values()} - ({entry.id} if entry else set())
            model_id = entry.id if entry else _unique(_slug(path), taken)
            self._remember(
                _Record(
                    id=model_id,
                    file=target.name,
                    kind=entry.kind if entry else model.kind,
                    format=model.format,
                    added_at=int(self._clock()),
                    sha256=digest,
                )
            )
        return self.get(model_id)

    def register(self, entry: CatalogueEntry, built: Path, sha256: str) -> InstalledModel:
        """Move a finished download (a file or folder on the same disk) into place and remember it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        target = self.folder / entry.file
        with self._lock:
            try:
                if target.is_dir():
                    remove_tree(target)
                os.replace(built, target)
            except OSError as error:
                raise _in_use(entry.file, error) from error
            _sync_folder(self.folder)
            self._remember(
                _Record(
                    id=entry.id,
                    file=entry.file,
                    kind=entry.kind,
                    format=entry.format,
                    added_at=int(self._clock()),
                    sha256=sha256,
                )
            )
        return self.get(entry.id)

    def remove(self, model_id: str) -> None:
        """Delete a model's files. Raises UnknownModel, ModelInUse, ModelsError for one that came with the app."""
        model = self.get(model_id)
        if model.path.parent == self._beside:
            raise ModelsError(
                f"'{model.name}' came with Fireside and is not deleted from here. It lies in {self._beside}.",
                code="model_came_with_app",
                name=model.name,
                folder=str(self._beside),
            )
        with self._lock:
            try:
                remove_tree(model.path)
            except OSError as error:
                raise _in_use(model.path.name, error) from error
            self._write({i: record for i, record in self._records().items() if i != model_id})

    def verify(self, model_id: str, *, progress: Progress = lambda _done, _total: None) -> Verification:
        """Read the weights again and compare with the published hash, else with the one noted at import.

        Takes seconds per gigabyte; `progress` may raise to stop. Raises UnknownModel.
        """
        model = self.get(model_id)
        recorded = self._records().get(model_id)
        expected = (model.entry.sha256 if model.entry else None) or (recorded.sha256 if recorded else "") or None
        weights = model.path / "model.safetensors" if model.format == "folder" else model.path
        if not weights.is_file():
            problem = model.problem or _gone(model.path.name)
            return Verification(id=model_id, ok=False, expected=expected, actual="", problem=problem)
        total, done = weights.stat().st_size, 0

        def count(amount: int) -> None:
            nonlocal done
            done += amount
            progress(done, total)

        actual = sha256_of(weights, count)
        if expected is None:
            return Verification(id=model_id, ok=None, expected=None, actual=actual, problem=model.problem)
        ok = actual == expected and model.problem is None
        damaged = "The file differs from the published one: it is damaged. Remove it and download it again."
        return Verification(
            id=model_id,
            ok=ok,
            expected=expected,
            actual=actual,
            problem=model.problem or (None if actual == expected else damaged),
        )

    def _adopt_in_place(self, model: LocalModel) -> InstalledModel:
        for known in self.installed():
            if known.path.name == model.path.name:
                return known
        raise UnknownModel(model.path.name)

    def _recognise(self, model: LocalModel, digest: str) -> CatalogueEntry | None:
        return next((e for e in self._catalogue.entries if e.sha256 == digest and e.format == model.format), None)

    def _from_record(self, record: _Record) -> InstalledModel:
        path = self.folder / record.file
        entry = next((e for e in self._catalogue.entries if e.id == record.id), None)
        looked = self._look(path)
        problem = looked if isinstance(looked, str) else None
        model = looked if isinstance(looked, LocalModel) else None
        return InstalledModel(
            id=record.id,
            kind=record.kind,
            format=record.format,
            path=path,
            size=model.size if model else _size(path),
            entry=entry,
            header=model.header if model else None,
            added_at=record.added_at,
            problem=problem,
        )

    def _from_path(self, path: Path, taken: set[str]) -> InstalledModel:
        looked = self._look(path)
        model = looked if isinstance(looked, LocalModel) else None
        entry = self._entry_for(path, model)
        model_id = entry.id if entry and entry.id not in taken else _unique(_slug(path), taken)
        folder = path.is_dir()
        kind: ModelKind = entry.kind if entry else model.kind if model else "embedding" if folder else "chat"
        return InstalledModel(
            id=model_id,
            kind=kind,
            format="folder" if folder else "gguf",
            path=path,
            size=model.size if model else _size(path),
            entry=entry,
            header=model.header if model else None,
            added_at=_added(path),
            problem=looked if isinstance(looked, str) else None,
        )

    def _entry_for(self, path: Path, model: LocalModel | None) -> CatalogueEntry | None:
        if model is None:
            return None
        if model.format == "gguf":
            return self._catalogue.of_file(path.name, model.size)
        return next((e for e in self._catalogue.entries if e.format == "folder" and e.file == path.name), None)

    def _look(self, path: Path) -> LocalModel | str:
        """Inspect, remembering the answer while the file stays the same: a header takes tenths of a second."""
        try:
            probe = path / "model.safetensors" if path.is_dir() else path
            status = (probe if probe.exists() else path).stat()
        except OSError:
            self._seen.pop(path, None)
            return _gone(path.name)
        stamp = (status.st_size, status.st_mtime_ns)
        cached = self._seen.get(path)
        if cached and cached[0] == stamp:
            return cached[1]
        result: LocalModel | str
        try:
            result = inspect(path)
        except ModelsError as error:
            result = error.message
        except OSError as error:
            result = f"'{path.name}' cannot be read ({type(error).__name__}). Check the disk and the rights on it."
        self._seen[path] = (stamp, result)
        return result

    def _free_name(self, name: str) -> Path:
        """Return a name in the folder that is not taken."""
        stem, suffix = (name[:-5], name[-5:]) if name.lower().endswith(".gguf") else (name, "")
        target, number = self.folder / name.lstrip("."), 2
        while target.exists():
            target, number = self.folder / f"{stem.lstrip('.')} ({number}){suffix}", number + 1
        return target

    def _records(self) -> dict[str, _Record]:
        try:
            untrusted = json.loads((self.folder / INDEX).read_text("utf-8"))
            items = untrusted["models"]
            return {record.id: record for record in map(_record, items) if record}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError) as error:
            # Nothing is lost: the files are found again by looking into the folder.
            log.warning("the list of installed models could not be read: %s", type(error).__name__)
            return {}

    def _remember(self, record: _Record) -> None:
        others = {i: r for i, r in self._records().items() if i != record.id and r.file != record.file}
        self._write({**others, record.id: record})

    def _write(self, records: dict[str, _Record]) -> None:
        write_json(self.folder / INDEX, {"format": 1, "models": [asdict(record) for record in records.values()]})


def _loose_models(folder: Path, known: set[str]) -> Iterator[Path]:
    """Yield what looks like a model in the folder, but for names in `known`."""
    try:
        present = sorted(folder.iterdir())
    except OSError:
        return
    for path in present:
        if path.name in known or path.name.startswith("."):
            continue
        if path.suffix.lower() == ".gguf" or (path.is_dir() and (path / "config.json").exists()):
            yield path


def require_space(folder: Path, size: int, free_space: Callable[[Path], int], *, what: str = "this model") -> None:
    """Raise DiskFull when `size` bytes and some room to breathe are not free where `folder` is."""
    needed, free = int(size * 1.05) + DISK_MARGIN, free_space(folder)
    if needed > free:
        missing = needed - free
        raise DiskFull(
            f"The disk has {_gigabytes(free)} free, but {what} needs {_gigabytes(needed)}: {_gigabytes(missing)} are "
            "missing. Make room, or move the models folder to another disk.",
            needed=needed,
            free=free,
            missing=missing,
        )


def write_json(path: Path, value: Any) -> None:
    """Replace a JSON file as a whole: after a crash either the old or the new one is there."""
    temporary = path.with_name(f".{path.name}.new")
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False, indent=2)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def remove_tree(path: Path) -> None:
    """Delete a file or folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _record(item: Any) -> _Record | None:
    """Return the record in an index item, or None for one that was tampered with."""
    try:
        record = _Record(**item)
        plain = Path(record.file).name == record.file and record.file not in ("", ".", "..")
        sound = record.kind in get_args(ModelKind) and record.format in get_args(ModelFormat)
        return record if plain and sound and isinstance(record.id, str) else None
    except TypeError:
        return None


def _slug(path: Path) -> str:
    name = path.name[:-5] if path.name.lower().endswith(".gguf") else path.name
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-._") or "model"


def _unique(wanted: str, taken: set[str]) -> str:
    result, number = wanted, 2
    while result in taken:
        result, number = f"{wanted}-{number}", number + 1
    return result


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0


def _added(path: Path) -> int:
    try:
        return int(path.stat().st_mtime)
    except OSError:
        return 0


def _gone(name: str) -> str:
    return f"'{name}' is not in the models folder any more. Put it back, download it again, or remove it from the list."


def _in_use(name: str, error: OSError) -> ModelInUse:
    return ModelInUse(
        f"'{name}' cannot be changed now ({error.strerror or type(error).__name__}). Unload the model and try again.",
        file=name,
    )


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e8 else f"{size / 1e6:.0f} MB"


def _sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut; Windows has no such call and needs none."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
