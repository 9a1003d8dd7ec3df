"""Trying an assistant that is not saved: a thread and an assistant that are in no list and go when one is done."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence

from engine.errors import FiresideError, NotFound
from engine.recipes import Recipe
from engine.service.functions import Functions
from engine.service.limits import check_assistant
from engine.service.recipes import fields_of
from engine.service.resources import Resources
from engine.service.runs import Runs
from engine.service.threads import Threads
from engine.store import Store
from engine.types import JsonObject, Message, Run


class Previews:
    """Answers with a recipe as it is at the moment of asking. What is left by a crash goes at the next start."""

    def __init__(self, store: Store, runs: Runs, threads: Threads, functions: Functions, resources: Resources) -> None:
        self._store, self._runs, self._threads = store, runs, threads
        self._functions, self._resources = functions, resources
        self._lock = threading.Lock()
        self._open: dict[str, str] = {}
        store.threads.clear_scratch()
        store.assistants.clear_scratch()

    def open(self) -> str:
        """Return the id of a new thread to try assistants on."""
        with self._store.transaction():
            thread = self._store.threads.create(scratch=True)
            assistant = self._store.assistants.create(model="default", scratch=True)
        with self._lock:
            self._open[thread.id] = assistant.id
        return thread.id

    def say(
        self, thread_id: str, recipe: Recipe, text: str, attachments: Sequence[JsonObject] = ()
    ) -> tuple[Message, Run]:
        """Say something to the assistant that the recipe makes; then as `Runs.say`. Raises InvalidRequest, NotFound."""
        with self._lock:
            assistant_id = self._open.get(thread_id)
        if assistant_id is None:
            raise NotFound("preview", thread_id)
        fields = fields_of(recipe)
        check_assistant(fields)
        with self._store.transaction():
            fields["tool_resources"] = self._resources.settled(recipe.tool_resources)
            self._store.assistants.update(assistant_id, **fields)
            self._functions.put_all(assistant_id, recipe.bindings)
        return self._runs.say(thread_id, assistant_id, text, attachments)

    def close(self, thread_id: str) -> None:
        """Stop what runs there and forget it all; may be repeated."""
        with self._lock:
            assistant_id = self._open.pop(thread_id, None)
        if assistant_id is None:
            return
        with contextlib.suppress(NotFound):
            self._threads.delete(thread_id)
        with contextlib.suppress(FiresideError):
            self._store.assistants.delete(assistant_id)
