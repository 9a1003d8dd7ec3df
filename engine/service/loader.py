"""Brings installed models into memory as the settings and this machine say, and tells listeners."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from engine.bus import Bus
from engine.cancel import CancelToken
from engine.errors import Cancelled, FiresideError, Unavailable
from engine.events import ModelState
from engine.inference.port import InferencePort, LoadedModel, LoadSpec
from engine.settings import SettingsFile
from models.fit import Need, fit
from models.hardware import Hardware, detect
from models.library import Library
from models.types import InstalledModel

_GIB = 1024**3


class Loader:
    """The models in memory. `on_use` is called after each successful `open`; what they read is kept in `kv_folder`."""

    def __init__(
        self,
        library: Library,
        backend: InferencePort,
        settings: SettingsFile,
        bus: Bus,
        *,
        kv_folder: Path | None = None,
        on_use: Callable[[], None] = lambda: None,
        look: Callable[[], Hardware] = detect,
    ) -> None:
        self._library = library
        self._backend = backend
        self._settings = settings
        self._bus = bus
        self._kv_folder = kv_folder
        self._on_use = on_use
        self._look = look
        self._hardware: Hardware | None = None

    def hardware(self) -> Hardware:
        """Return what this machine has, looked up once."""
        if self._hardware is None:
            self._hardware = self._look()
        return self._hardware

    def loaded(self) -> tuple[LoadedModel, ...]:
        """Return the models in memory."""
        return self._backend.loaded()

    def unload(self, model_id: str) -> None:
        """Free a model's memory once its present answer is done."""
        before = self._loaded_ids()
        self._backend.unload(model_id)
        self.announce_gone(before - self._loaded_ids())

    def open(
        self,
        model_id: str,
        on_progress: Callable[[float], None] | None = None,
        cancel: CancelToken | None = None,
    ) -> tuple[LoadSpec, LoadedModel]:
        """Load an installed model as the settings and this machine say; quick if it is loaded so.

        Raises Unavailable (file gone or broken, not enough memory), WorkerFailed, and Cancelled once `cancel` is set.
        """
        spec = self.spec(model_id)
        before = self._loaded_ids()
        fresh = model_id not in before
        if fresh:
            self._bus.publish(ModelState(model_id=model_id, state="loading"))
        try:
            loaded = self._backend.load(spec, on_progress, cancel)
        except Cancelled:
            if fresh:
                self._bus.publish(ModelState(model_id=model_id, state="unloaded"))
            raise
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

    def spec(self, model_id: str) -> LoadSpec:
        """Return how a model would be loaded now. Raises Unavailable for one that is gone or broken."""
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
            threads=settings.threads,
            batch=settings.batch,
            kv_cache_bytes=settings.kv_cache_mb * 1024**2,
            kv_folder=self._kv_folder,
            calibrate=settings.calibrate,
        )

    def _context(self, model: InstalledModel) -> int:
        """Return the context for a model when the settings leave the choice to us.

        As much as fits the memory, up to a cap: what is not read is not needed, and what is read is read at tens of
        tokens a second on a CPU. 8192 tokens of history are minutes there already, while a graphics card reads
        thousands a second; and the KV cache of a longer context takes memory from the other programs.
        """
        need = need_of(model)
        if need is None:
            return min(model.context or 4096, 4096)
        judged = fit(need, self.hardware())
        cap = 32_768 if judged.on_gpu else 16_384 if self.hardware().memory_total >= 24 * _GIB else 8192
        # A model too large for this memory is tried with the least context: the loader says best what is missing.
        return min(judged.context or 2048, cap)


def need_of(model: InstalledModel) -> Need | None:
    """Return what an installed model takes, or None if its file says too little."""
    if model.header is not None:
        return Need.of_header(model.header)
    return Need.of_entry(model.entry) if model.entry is not None else None
