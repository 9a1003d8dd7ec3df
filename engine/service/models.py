"""Models at the front door: which there are, which one answers to a name, fetching, judging and loading them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.bus import Bus
from engine.errors import Unavailable
from engine.events import LibraryChanged
from engine.inference.port import LoadedModel
from engine.service.downloads import Downloads
from engine.service.loader import Loader, need_of
from engine.service.translation import translated
from engine.settings import Settings, SettingsFile
from models.catalogue import Catalogue
from models.catalogue import load as load_catalogue
from models.fit import Fit, Need, fit
from models.hardware import Hardware
from models.library import Library
from models.types import CatalogueEntry, DownloadState, InstalledModel, ModelKind, Verification


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """A chat model of the catalogue, judged for this machine."""

    entry: CatalogueEntry
    fit: Fit
    installed: bool


class Models:
    """The models on this disk and those that could be fetched."""

    def __init__(
        self, library: Library, downloads: Downloads, loader: Loader, settings: SettingsFile, bus: Bus
    ) -> None:
        self._library = library
        self._downloads = downloads
        self._loader = loader
        self._settings = settings
        self._bus = bus

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

    def hardware(self) -> Hardware:
        """Return what this machine has, looked up once."""
        return self._loader.hardware()

    def fit(self, model_id: str) -> Fit:
        """Judge an installed or catalogued model for this machine. Raises InvalidRequest with code "unknown_model"."""
        installed = next((model for model in self._library.installed() if model.id == model_id), None)
        need = need_of(installed) if installed else None
        if need is None:
            with translated():
                need = Need.of_entry(load_catalogue().get(model_id))
        return fit(need, self.hardware())

    def download(self, model_id: str) -> DownloadState:
        """Begin or go on with fetching a catalogued model. What goes wrong later is in its state and events.

        Raises InvalidRequest with code "unknown_model", Unavailable when downloads are switched off.
        """
        return self._downloads.start(model_id)

    def pause(self, model_id: str) -> None:
        """Stop a download and keep what has arrived."""
        self._downloads.pause(model_id)

    def resume(self, model_id: str) -> DownloadState:
        """Go on with a paused or failed download. Raises as `download`."""
        return self._downloads.start(model_id)

    def cancel(self, model_id: str) -> None:
        """Stop a download and delete what has arrived. Raises InvalidRequest."""
        self._downloads.cancel(model_id)

    def downloads(self) -> tuple[DownloadState, ...]:
        """Return the downloads of this session and the unfinished ones of earlier ones."""
        return self._downloads.states()

    def wait_download(self, model_id: str, timeout: float | None = None) -> DownloadState:
        """Wait until a download has ended or paused, at most `timeout` seconds. Raises InvalidRequest."""
        return self._downloads.wait(model_id, timeout)

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
        return self._loader.open(self.get(model_id).id)[1]

    def unload(self, model_id: str) -> None:
        """Free a model's memory once its present answer is done; nothing happens if it is not loaded."""
        self._loader.unload(model_id)

    def loaded(self) -> tuple[LoadedModel, ...]:
        """Return the models in memory."""
        return self._loader.loaded()

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
