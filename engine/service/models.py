"""Models at the front door: which there are, which one answers to a name, and bringing one into memory."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.bus import Bus
from engine.errors import FiresideError, Unavailable
from engine.events import LibraryChanged, ModelState
from engine.inference.port import InferencePort, LoadedModel, LoadSpec
from engine.service.translation import translated
from engine.settings import Settings, SettingsFile
from models import hardware
from models.catalogue import Catalogue
from models.catalogue import load as load_catalogue
from models.fit import Fit, Need, fit
from models.library import Library
from models.types import CatalogueEntry, InstalledModel, ModelKind, Verification

_GIB = 1024**3


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """A chat model of the catalogue, judged for this machine."""

    entry: CatalogueEntry
    fit: Fit
    installed: bool


class Models:
    """The models on this disk and those that could be fetched."""

    def __init__(
        self, library: Library, backend: InferencePort, settings: SettingsFile, bus: Bus, on_use: Callable[[], None]
    ) -> None:
        self._library = library
        self._backend = backend
        self._settings = settings
        self._bus = bus
        self._on_use = on_use
        self._hardware: hardware.Hardware | None = None
        self._opening = threading.Lock()

    def catalogue(self) -> Catalogue:
        """Return the models Fireside knows by name. Raises Unavailable when its file is damaged."""
        with translated():
            return load_catalogue()

    def installed(self) -> tuple[InstalledModel, ...]:
        """Return the models on this disk; one that cannot be used says why in `problem`."""
        return self._library.installed()

    def get(self, model_id: str) -> InstalledModel:
        """Return an installed model. Raises InvalidRequest with code "unknown_model"."""
        with translated():
            return self._library.get(model_id)

    def resolve(self, name: str, kind: ModelKind = "chat") -> InstalledModel:
        """Return the model that answers for `name`: the one with that id, else by the table of names, else the default.

        Raises Unavailable with code "no_model" when none of that kind is installed.
        """
        settings = self._settings.current
        of_kind = [model for model in self._library.installed() if model.kind == kind]
        wanted = [name, settings.model_names.get(name, ""), *self._defaults(settings, kind)]
        by_id = {model.id: model for model in of_kind}
        found = next((by_id[model_id] for model_id in wanted if model_id in by_id), None)
        found = found or next((model for model in of_kind if model.problem is None), None)
        if found is None and of_kind:
            found = of_kind[0]
        if found is None:
            raise self._no_model(kind)
        return found

    def recommend(self) -> tuple[Recommendation, ...]:
        """Return the catalogue's chat models, best choice for this machine first: what runs well, then the larger."""
        present = {model.id for model in self._library.installed() if model.problem is None}
        judged = [
            Recommendation(entry=e, fit=fit(Need.of_entry(e), self.hardware()), installed=e.id in present)
            for e in self.catalogue().of_kind("chat")
        ]
        order = {"well": 0, "tight": 1, "no": 2}
        # Among those that do not run well the smaller one is the better bet.
        return tuple(
            sorted(
                judged,
                key=lambda r: (order[r.fit.verdict], r.entry.size if order[r.fit.verdict] else -r.entry.size),
            )
        )

    def hardware(self) -> hardware.Hardware:
        """Return what this machine has, looked up once."""
        if self._hardware is None:
            self._hardware = hardware.detect()
        return self._hardware

    def fit(self, model_id: str) -> Fit:
        """Judge an installed or catalogued model for this machine. Raises InvalidRequest with code "unknown_model"."""
        with translated():
            installed = next((model for model in self._library.installed() if model.id == model_id), None)
            need = _need(installed) if installed else Need.of_entry(load_catalogue().get(model_id))
            if need is None:
                need = Need.of_entry(load_catalogue().get(model_id))
        return fit(need, self.hardware())

    def import_file(self, path: Path, *, copy: bool = True) -> InstalledModel:
        """Take a GGUF file or a model folder into the models folder. Raises InvalidRequest, Unavailable."""
        with translated():
            model = self._library.import_file(path, copy=copy)
        self._bus.publish(LibraryChanged())
        return model

    def verify(self, model_id: str) -> Verification:
        """Read a model's files again and compare them with what they should be. Raises InvalidRequest."""
        with translated():
            return self._library.verify(model_id)

    def remove(self, model_id: str) -> None:
        """Take a model out of memory and delete its files. Raises InvalidRequest, Unavailable."""
        with translated():
            self._library.get(model_id)
            self.unload(model_id)
            self._library.remove(model_id)
        self._bus.publish(LibraryChanged())

    def set_default(self, model_id: str) -> None:
        """Let this model answer where no other is named. Raises InvalidRequest."""
        model = self.get(model_id)
        if model.kind == "chat":
            self._settings.set(default_model=model_id)
        elif model.kind == "embedding":
            self._settings.set(default_embedder=model_id)

    def load(self, model_id: str) -> LoadedModel:
        """Bring a model into memory. Raises InvalidRequest, Unavailable, WorkerFailed."""
        return self.open(self.get(model_id).id)[1]

    def unload(self, model_id: str) -> None:
        """Free a model's memory once its present answer is done; nothing happens if it is not loaded."""
        before = self._loaded_ids()
        self._backend.unload(model_id)
        self.announce_gone(before - self._loaded_ids())

    def loaded(self) -> tuple[LoadedModel, ...]:
        """Return the models in memory."""
        return self._backend.loaded()

    def open(self, model_id: str, on_progress: Callable[[float], None] | None = None) -> tuple[LoadSpec, LoadedModel]:
        """Load an installed model as the settings and this machine say; quick if it is loaded so.

        Raises Unavailable (file gone or broken, not enough memory), WorkerFailed.
        """
        spec = self._spec(model_id)
        before = self._loaded_ids()
        fresh = model_id not in before
        if fresh:
            self._bus.publish(ModelState(model_id=model_id, state="loading"))
        try:
            loaded = self._backend.load(spec, on_progress)
        except FiresideError as error:
            self._bus.publish(ModelState(model_id=model_id, state="failed", error=error.message))
            raise
        finally:
            self.announce_gone(before - self._loaded_ids() - {model_id})
        if fresh:
            self._bus.publish(ModelState(model_id=model_id, state="ready"))
        self._on_use()
        return spec, loaded

    def announce_gone(self, model_ids: set[str]) -> None:
        """Tell listeners about models that are no longer in memory."""
        for model_id in sorted(model_ids):
            self._bus.publish(ModelState(model_id=model_id, state="unloaded"))

    def _loaded_ids(self) -> set[str]:
        return {model.model_id for model in self._backend.loaded()}

    def _spec(self, model_id: str) -> LoadSpec:
        model = next((model for model in self._library.installed() if model.id == model_id), None)
        if model is None:
            raise Unavailable(
                f"The model '{model_id}' is not installed any more. Choose another one, or get it on the Models page.",
                code="model_missing",
                model_id=model_id,
            )
        if model.problem is not None:
            raise Unavailable(model.problem, code="model_broken", model_id=model_id)
        settings = self._settings.current
        return LoadSpec(
            model_id=model.id,
            path=model.path,
            context=settings.context_length or self._context(model),
            gpu_layers=settings.gpu_layers,
            threads=settings.threads or self.hardware().physical_cores,
            batch=settings.batch,
        )

    def _context(self, model: InstalledModel) -> int:
        """Return the context for a model when the settings leave the choice to us.

        As much as fits the memory, up to a cap: what is not read is not needed, and what is read is read at tens of
        tokens a second on a CPU. 8192 tokens of history are minutes there already, while a graphics card reads
        thousands a second; and the KV cache of a longer context takes memory from the other programs.
        """
        need = _need(model)
        if need is None:
            return min(model.context or 4096, 4096)
        judged = fit(need, self.hardware())
        cap = 32_768 if judged.on_gpu else 16_384 if self.hardware().memory_total >= 24 * _GIB else 8192
        # A model too large for this memory is tried with the least context: the loader says best what is missing.
        return min(judged.context or 2048, cap)

    def _defaults(self, settings: Settings, kind: ModelKind) -> list[str]:
        if kind == "embedding":
            return [settings.default_embedder]
        return [settings.default_model, self.catalogue().starter.id] if kind == "chat" else []

    def _no_model(self, kind: ModelKind) -> Unavailable:
        if kind != "chat":
            return Unavailable(
                "No embedding model is installed. Get one on the Models page, or with `fireside models get`.",
                code="no_model",
                kind=kind,
            )
        starter = self.catalogue().starter.id
        return Unavailable(
            f"No language model is installed yet. Get one on the Models page, or with `fireside models get {starter}`.",
            code="no_model",
            kind=kind,
            starter=starter,
        )


def _need(model: InstalledModel) -> Need | None:
    if model.header is not None:
        return Need.of_header(model.header)
    return Need.of_entry(model.entry) if model.entry is not None else None
