"""The one front door: opens a home folder, holds it, and closes it again."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from pathlib import Path

import filelock

from engine.bus import Bus, Listener, Subscription
from engine.errors import HomeBusy
from engine.events import SettingChanged
from engine.inference.client import InferenceClient
from engine.inference.port import InferencePort
from engine.paths import Paths, default_home, models_beside
from engine.retrieval.pages import PageClient
from engine.runs.alarms import Alarms
from engine.runs.scheduler import Scheduler
from engine.runs.world import World
from engine.sandbox import Sandbox
from engine.service.approvals import Approvals
from engine.service.assistants import Assistants
from engine.service.backups import Backups
from engine.service.bin import Bin
from engine.service.branches import Branches
from engine.service.builder import Builder
from engine.service.chat import Chat
from engine.service.downloads import Downloads
from engine.service.embeddings import Embeddings
from engine.service.estimates import Estimates
from engine.service.files import Files
from engine.service.functions import Functions
from engine.service.grading import Grading
from engine.service.history import History
from engine.service.idle import IdleUnload
from engine.service.intake import Intake
from engine.service.knowledge import Knowledge
from engine.service.live_folders import LiveFolders
from engine.service.loader import Loader
from engine.service.messages import Messages
from engine.service.mind import RunMind
from engine.service.models import Models
from engine.service.naming import Naming
from engine.service.previews import Previews
from engine.service.recipes import Recipes
from engine.service.resources import Resources
from engine.service.responses import Conversations, Responses
from engine.service.retrieval import Retrieval, Retrievers, Rewriting, retrievers_in
from engine.service.run_log import RunLogs
from engine.service.runs import Runs
from engine.service.samples import Samples
from engine.service.sources import Sources
from engine.service.thread_search import ThreadSearch
from engine.service.threads import Threads
from engine.service.tool_servers import ToolServers
from engine.service.uploads import Uploads
from engine.service.vector_stores import VectorStores
from engine.service.warming import Warming
from engine.settings import SettingsFile
from engine.store import Store
from engine.store.replace import take_place
from engine.tools.base import Toolbox
from engine.tools.code_interpreter import CodeInterpreter
from engine.tools.file_search import FileSearch
from engine.tools.whole_files import WholeFiles
from engine.workers.supervisor import Supervisor
from models.library import Library

log = logging.getLogger(__name__)

_STOP_SECONDS = 5.0


class Engine:
    """Everything Fireside does, without a window. Methods block; none may be called on a thread that must not.

    Opening takes the home's lock, brings its database up to date and closes the runs a crash left open. Raises
    HomeBusy, DataTooNew, and Unavailable for a disk or database that cannot be used. All its nouns raise
    `engine.errors.FiresideError` and nothing else that is expected.

    `replaced` is the folder to which the data were moved that a restore took the place of, None without one.
    """

    def __init__(
        self,
        home: Path | None = None,
        *,
        backend: InferencePort | None = None,
        retrievers: Retrievers | None = None,
        models_folder: Path | None = None,
    ) -> None:
        self.paths = Paths(home if home is not None else default_home())
        self.bus = Bus()
        self._front = ""  # the thread at which somebody looks
        self._cleanup = ExitStack()
        with ExitStack() as opening:
            self._open(opening, backend, retrievers, models_folder)
            self._cleanup = opening.pop_all()

    def _open(
        self,
        opening: ExitStack,
        backend: InferencePort | None,
        retrievers: Retrievers | None,
        models_folder: Path | None,
    ) -> None:
        self.paths.create()
        hold(opening, self.paths)
        self.replaced = take_place(self.paths.home)
        self.paths.create()  # again: folders went aside
        self.settings = SettingsFile(self.paths.settings, self._setting_changed)
        store = opening.enter_context(Store(self.paths.database, self.paths.blobs))
        supervisor = Supervisor(self.paths.logs)
        opening.callback(supervisor.close)
        self._backend = backend or InferenceClient(supervisor, lambda: self.settings.current.max_loaded_models)
        opening.callback(self._backend.close)
        retrievers = retrievers or retrievers_in(supervisor, lambda: self.settings.current.recognise_text)
        opening.callback((embedder := retrievers.embedder).close)
        alarms = Alarms()
        opening.callback(alarms.close)
        self._idle = IdleUnload(
            self._backend, embedder, alarms, lambda: self.settings.current.idle_unload_minutes, self._announce_unloaded
        )
        library = Library(self.paths.models if models_folder is None else models_folder, beside=models_beside())
        downloads = Downloads(library, self.settings, self.bus)
        opening.callback(downloads.close)
        self._loader = Loader(
            library, self._backend, self.settings, self.bus, kv_folder=self.paths.kv, on_use=self._note_use
        )
        self.models = Models(library, downloads, self._loader, self.settings, self.bus)
        self.chat = Chat(self._backend, self.models, self._loader, lambda: self.settings.current)
        self.embeddings = Embeddings(embedder, self.models, on_use=self._idle.note_use)
        rewriting = Rewriting(self.chat, lambda: self.settings.current)
        found = Retrieval(store, self.bus, retrievers, self.paths.index, self.embeddings, self.models, rewriting)
        opening.callback(found.close)
        self._retrieval = found
        self.sandbox = Sandbox(self.paths.sandbox)
        opening.callback(self.sandbox.close)
        self._approvals = Approvals(store, lambda: self.settings.current)
        world = self._world(store, found)
        self._scheduler = Scheduler(world, alarms)
        self._open_nouns(store)
        self._open_threads(opening, world, alarms)
        self._open_functions(opening, store)
        self.sources = Sources(store, self.files, PageClient(supervisor))
        self._take_up(store)

    def _take_up(self, store: Store) -> None:
        """Go on where the last process stopped, and tidy up after it."""
        self._scheduler.recover()
        self.functions.resume()
        store.sweep()
        store.run_logs.sweep()
        self._retrieval.start()
        self.bin.keep_emptied()
        self.search.start()
        self.live_folders.start()

    def _toolbox(self, store: Store, found: Retrieval) -> Toolbox:
        mind = RunMind(self.chat, self._loader, self.bus, lambda: self.settings.current)
        search = FileSearch(store, found.find, found.wait, WholeFiles(store, mind))
        return Toolbox(CodeInterpreter(store, self.sandbox, lambda: self.settings.current), search)

    def _world(self, store: Store, found: Retrieval) -> World:
        return World(
            ask_first=self._approvals.ask_first,
            tools=self._toolbox(store, found),
            store=store,
            bus=self.bus,
            backend=self._backend,
            settings=lambda: self.settings.current,
            open_model=self._loader.open,
            front=lambda: self._front,
        )

    def _open_functions(self, opening: ExitStack, store: Store) -> None:
        opening.callback(self.live_folders.close)
        self.grading = Grading(self.chat, store, self.bus)
        self.tool_servers = ToolServers(store, self.paths.logs)
        opening.callback(self.tool_servers.close)
        self.functions = Functions(store, self.bus, self.runs, self.tool_servers, self.sandbox, self._approvals)
        opening.callback(self.functions.close)
        self.recipes = Recipes(store, self.assistants, self.functions)
        self.previews = Previews(store, self.runs, self.threads, self.functions, self._resources)
        self.samples = Samples(
            self.assistants, self.recipes, self.files, self.vector_stores, self.paths.home / "samples"
        )
        self.builder = Builder(self.chat)

    def _open_threads(self, opening: ExitStack, world: World, alarms: Alarms) -> None:
        store = world.store
        self.bin = Bin(store, self.bus, self._scheduler, alarms, self._forget)
        self.branches = Branches(store, self.bus, self.runs)
        self.search = ThreadSearch(store, self.bus)
        opening.callback(self.search.close)
        self.naming = Naming(store, self.bus, self.threads, self.chat, lambda: self.settings.current)
        opening.callback(self.naming.close)
        self.warming = Warming(world, self.runs)
        opening.callback(self.warming.close)
        self.estimates = Estimates(
            store, self.runs, self._loader, self._backend, world.tools, world.counts, lambda: self.settings.current
        )

    def _open_nouns(self, store: Store) -> None:
        bus, scheduler = self.bus, self._scheduler
        self.history = History(store)
        self.backups = Backups(store, self.paths)
        self.files = Files(store, bus)
        self.uploads = Uploads(store, self.files)
        self.vector_stores = VectorStores(store, bus, self._retrieval)
        self.knowledge = Knowledge(store, self.files, self.vector_stores)
        self.live_folders = LiveFolders(store, bus, self.paths.home, self._retrieval.ingest.wake)
        self.intake = Intake(store, bus, self.vector_stores)
        self.responses = Responses(store)
        self.conversations = Conversations(store)
        self._resources = resources = Resources(store, self.vector_stores)
        self.assistants = Assistants(store, bus, resources)
        self.threads = Threads(store, bus, scheduler, resources, self._forget)
        self.messages = Messages(store, bus, scheduler, resources)
        self.run_logs = RunLogs(store)
        self.runs = Runs(store, bus, scheduler, self.threads, self.models, resources, lambda: self.settings.current)

    def look_at(self, thread_id: str | None) -> None:
        """Somebody looks at this thread now: its runs go before others. Quick, and may be called on any thread."""
        self._front = thread_id or ""

    def subscribe(self, listener: Listener, thread_id: str | None = None) -> Subscription:
        """Call `listener` for every event from now on, or only for those of one thread. It must be quick."""
        return self.bus.subscribe(listener, thread_id=thread_id)

    def close(self) -> None:
        """End the runs as cancelled with what they wrote, end the children, release the home. May be repeated."""
        scheduler = self._scheduler
        if not scheduler.close(_STOP_SECONDS):
            # A model that does not listen loses its process; its run then ends all the same.
            self._backend.close()
            if not scheduler.join(_STOP_SECONDS):
                log.warning("a run did not end in time; the next start closes it")
        self._cleanup.close()

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _setting_changed(self, key: str) -> None:
        if key == "idle_unload_minutes":
            self._idle.note_use()
        if key == "default_embedder":
            self._retrieval.ingest.wake()
        self.bus.publish(SettingChanged(key=key))

    def _note_use(self) -> None:
        """A model is in memory now: it may be idle some day, and there may be places for more runs."""
        self._idle.note_use()
        self._scheduler.advance()

    def _forget(self, thread_id: str) -> None:
        self._backend.forget(thread_id, self.paths.kv)

    def _announce_unloaded(self, model_ids: set[str]) -> None:
        self._loader.announce_gone(model_ids)


def hold(opening: ExitStack, paths: Paths) -> None:
    """Take the home's lock until closed. Raises HomeBusy."""
    lock = filelock.FileLock(paths.lock, timeout=0, thread_local=False)
    try:
        lock.acquire()
    except filelock.Timeout:
        raise HomeBusy(
            f"Another Fireside is using the folder {paths.home}. Switch to its window or close it, or start this one "
            "with another folder (FIRESIDE_HOME or --home).",
            home=str(paths.home),
        ) from None
    opening.callback(lock.release)
