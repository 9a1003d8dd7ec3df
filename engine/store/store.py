"""The store: one SQLite database, one object per noun."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from engine.store.approvals import Approvals
from engine.store.assistants import Assistants
from engine.store.bin import Bin
from engine.store.blobs import Blobs
from engine.store.branches import Branches
from engine.store.cards import ModelCards
from engine.store.chunks import Chunks
from engine.store.database import Database
from engine.store.executors import Executors
from engine.store.file_batches import FileBatches
from engine.store.files import Files, all_named
from engine.store.holdings import Holdings
from engine.store.intake import Intake
from engine.store.live_folders import LiveFolders
from engine.store.messages import Messages
from engine.store.migrate import migrate
from engine.store.recipes import Recipes
from engine.store.responses import Conversations, Responses
from engine.store.run_logs import RunLogs
from engine.store.runs import Runs
from engine.store.said import Said
from engine.store.steps import Steps
from engine.store.threads import Threads
from engine.store.tool_servers import ToolServers
from engine.store.uploads import Uploads
from engine.store.vector_store_files import VectorStoreFiles
from engine.store.vector_stores import VectorStores


class Store:
    """Everything Fireside remembers. Any thread may call any method; each call is a transaction of its own.

    Opening brings the database up to date and creates it where there is none. Raises DataTooNew, and Unavailable
    with the codes disk_full, disk_failed, database_readonly, database_broken and database_locked; so may every call.
    """

    def __init__(self, path: Path, blobs: Path) -> None:
        migrate(path)
        self.blobs = Blobs(blobs)
        self._database = Database(path)
        self.assistants = Assistants(self._database)
        self.threads = Threads(self._database)
        self.messages = Messages(self._database)
        self.branches = Branches(self._database)
        self.bin = Bin(self._database)
        self.said = Said(self._database)
        self.runs = Runs(self._database)
        self.steps = Steps(self._database)
        self.files = Files(self._database, self.blobs)
        self.uploads = Uploads(self._database, self.blobs, self.files)
        self.vector_stores = VectorStores(self._database)
        self.vector_store_files = VectorStoreFiles(self._database)
        self.file_batches = FileBatches(self._database)
        self.chunks = Chunks(self._database)
        self.holdings = Holdings(self._database)
        self.live_folders = LiveFolders(self._database)
        self.intake = Intake(self._database, self.blobs)
        self.responses = Responses(self._database)
        self.conversations = Conversations(self._database)
        self.executors = Executors(self._database)
        self.approvals = Approvals(self._database)
        self.run_logs = RunLogs(self._database)
        self.recipes = Recipes(self._database)
        self.tool_servers = ToolServers(self._database)
        self.model_cards = ModelCards(self._database)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make the calls inside all or nothing; other threads' writes wait meanwhile, so do nothing slow inside."""
        with self._database.transaction():
            yield

    def after_commit(self, call: Callable[[], None]) -> None:
        """Make a call once this thread's open transaction is stored; never, if it is undone. Use it inside one."""
        self._database.after_commit(call)

    def sweep(self) -> int:
        """Delete contents that no file needs, left by a crash; return how many. Only before anybody stores files."""
        with self._database.transaction():
            return self.blobs.sweep(all_named(self._database))

    def close(self) -> None:
        """Close the database; every finished call is already stored."""
        self._database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
