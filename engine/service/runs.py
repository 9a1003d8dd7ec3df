"""Runs at the front door: one call stores what was said and the run that answers, and hands it to the scheduler."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from engine.bus import Bus
from engine.errors import InvalidRequest, ThreadBusy
from engine.events import MessageChanged, RunChanged, ThreadChanged
from engine.runs.scheduler import Scheduler
from engine.service.limits import check_message, check_metadata, check_run
from engine.service.models import Models
from engine.service.resources import Resources
from engine.service.threads import Threads
from engine.service.titles import title_of
from engine.settings import Settings
from engine.store import Store
from engine.types import (
    Assistant,
    ImageFilePart,
    JsonObject,
    Message,
    NewMessage,
    Page,
    PageRequest,
    Run,
    RunRequest,
    RunStatus,
    RunStep,
    TextPart,
    Thread,
)

FunctionsBy = Literal["client", "here"]


class Runs:
    """Assistants answering on threads."""

    def __init__(
        self,
        store: Store,
        bus: Bus,
        scheduler: Scheduler,
        threads: Threads,
        models: Models,
        resources: Resources,
        settings: Callable[[], Settings],
    ) -> None:
        self._store = store
        self._bus = bus
        self._scheduler = scheduler
        self._threads = threads
        self._models = models
        self._resources = resources
        self._settings = settings

    def create(self, thread_id: str, request: RunRequest, *, functions: FunctionsBy = "client") -> Run:
        """Queue a run, with `additional_messages` added before it; `functions`: who answers its function calls.

        Raises InvalidRequest, NotFound, ThreadBusy while the thread has an unfinished run, and Unavailable without a
        model to answer.
        """
        check_run(request)
        self._resources.check_messages(request.additional_messages, "additional_messages")
        fields = self._fields(request, functions)
        run, messages = self._store_run(thread_id, request.additional_messages, fields)
        return self.launch(run, messages)

    def create_thread_and_run(
        self,
        messages: Sequence[NewMessage],
        request: RunRequest,
        *,
        metadata: Mapping[str, str] | None = None,
        tool_resources: JsonObject | None = None,
        functions: FunctionsBy = "client",
    ) -> Run:
        """Store a thread, its messages and a queued run, all or nothing; otherwise like `create`."""
        check_run(request)
        self._resources.check_messages(request.additional_messages, "additional_messages")
        fields = self._fields(request, functions)
        with self._store.transaction():
            thread = self._threads.store_new(messages=messages, metadata=metadata, tool_resources=tool_resources)
            run, _ = self._store.runs.create(thread.id, new_messages=request.additional_messages, **fields)
            self._resources.attach(thread.id, request.additional_messages)
            thread = self._threads.get(thread.id)
        self._threads.announce_new(thread)
        return self.launch(run, ())

    def say(
        self,
        thread_id: str | None,
        assistant_id: str,
        text: str,
        attachments: Sequence[JsonObject] = (),
        images: Sequence[str] = (),
        *,
        options: Mapping[str, Any] | None = None,
    ) -> tuple[Message, Run]:
        """Add a user's message and let the assistant answer it: one call, one transaction. Raises as `create` does.

        Without a thread it begins a new one. `attachments` in the API's shape: a `file_id`, and the `tools` that get
        the file. `images`: ids of files that are shown in the message. `options`: fields of `RunRequest` for this
        run, in place of the assistant's.
        """
        said = spoken(text, attachments, images)
        if thread_id is not None:
            run, messages = self.store_answered(thread_id, said, assistant_id, options)
            return messages[0], self.launch(run, messages)
        with self._store.transaction():
            run, messages = self.store_answered(self._threads.store_new().id, said, assistant_id, options)
        self._threads.announce_new(self._threads.get(run.thread_id), with_messages=False)
        return messages[0], self.launch(run, messages)

    def store_answered(
        self, thread_id: str, said: NewMessage | None, assistant_id: str, options: Mapping[str, Any] | None = None
    ) -> tuple[Run, tuple[Message, ...]]:
        """Store a queued run and the message it answers, if one is said; `launch` has to follow when it is stored."""
        if said is not None:
            check_message(said, param="text")
            self._resources.check_messages([said])
        fields = self._answering(thread_id, said, RunRequest(assistant_id=assistant_id, **(options or {})))
        return self._store_run(thread_id, () if said is None else (said,), fields)

    def planned(self, thread_id: str | None, said: NewMessage, assistant_id: str) -> Run:
        """Return the run that would answer a message, without an id and not stored. Raises NotFound, Unavailable."""
        fields = self._answering(thread_id, said, RunRequest(assistant_id=assistant_id))
        return Run(id="", created_at=0, thread_id=thread_id or "", status=RunStatus.QUEUED, **fields)

    def _answering(self, thread_id: str | None, said: NewMessage | None, request: RunRequest) -> dict[str, Any]:
        """Return the fields of a run of the window: files in the thread bring the tools that read them."""
        check_run(request)
        fields = self._fields(request, "here")
        if request.tools is not None:
            return fields
        held = self._store.threads.get(thread_id).tool_resources if thread_id is not None else {}
        wanted = {kind for kind, resource in held.items() if any(resource.values())}
        if said is not None:
            wanted |= {str(tool["type"]) for each in said.attachments for tool in each.get("tools", ())}
        known = {tool["type"] for tool in fields["tools"]}
        return fields | {"tools": (*fields["tools"], *({"type": kind} for kind in sorted(wanted - known)))}

    def get(self, thread_id: str, run_id: str) -> Run:
        """Raises NotFound."""
        return self._store.runs.get(thread_id, run_id)

    def list(self, thread_id: str | None, page: PageRequest = PageRequest()) -> Page[Run]:  # noqa: B008 - frozen
        """Return a page of a thread's runs, or of all. Raises NotFound, InvalidRequest."""
        return self._store.runs.list(thread_id, page)

    def active(self, thread_id: str) -> Run | None:
        """Return the thread's unfinished run, if there is one."""
        return self._store.runs.active(thread_id)

    def update(self, thread_id: str, run_id: str, *, metadata: Mapping[str, str] | None) -> Run:
        """Replace the metadata. Raises NotFound, InvalidRequest."""
        check_metadata(metadata or {})
        with self._store.transaction():
            self._store.runs.get(thread_id, run_id)
            run = self._store.runs.update(run_id, metadata=dict(metadata or {}))
        self._bus.publish(RunChanged(thread_id=thread_id, run_id=run_id, what="updated", run=run))
        return run

    def cancel(self, thread_id: str, run_id: str) -> Run:
        """Stop a run and return it, cancelled if it had not begun, else cancelling. Raises NotFound, InvalidRequest."""
        return self._scheduler.cancel(thread_id, run_id)

    def submit_tool_outputs(
        self, thread_id: str, run_id: str, outputs: Mapping[str, str], decided: Mapping[str, bool] | None = None
    ) -> Run:
        """Hand in the outputs of all calls a run waits for, by call id; it is queued again.

        `decided`: what the person said to calls that they have to allow; only those who asked them give it.

        Raises NotFound, InvalidRequest when it does not wait, or waits for other calls.
        """
        return self._scheduler.submit_outputs(thread_id, run_id, outputs, decided)

    def steps(self, run_id: str, page: PageRequest = PageRequest()) -> Page[RunStep]:  # noqa: B008 - frozen
        """Raises NotFound, InvalidRequest."""
        return self._store.steps.list(run_id, page)

    def step(self, run_id: str, step_id: str) -> RunStep:
        """Raises NotFound."""
        return self._store.steps.get(run_id, step_id)

    def wait(self, run_id: str, timeout: float | None = None) -> Run:
        """Block until the run has ended or waits for its client, at most `timeout` seconds; return it as it is then.

        Listeners have heard of that state before this returns. Raises NotFound.
        """
        self._scheduler.wait(run_id, timeout)
        return self._store.runs.update(run_id)  # without changes: the run by its id alone

    def _store_run(
        self, thread_id: str, new: Sequence[NewMessage], fields: dict[str, Any]
    ) -> tuple[Run, tuple[Message, ...]]:
        try:
            return self._store_once(thread_id, new, fields)
        except ThreadBusy:
            if not self._scheduler.reclaim(thread_id):
                raise
            return self._store_once(thread_id, new, fields)

    def _store_once(
        self, thread_id: str, new: Sequence[NewMessage], fields: dict[str, Any]
    ) -> tuple[Run, tuple[Message, ...]]:
        with self._store.transaction():
            run, messages = self._store.runs.create(thread_id, new_messages=new, **fields)
            self._resources.attach(thread_id, new)
            if (title := title_of(new)) and self._store.threads.get(thread_id).title is None:
                self._store.threads.update(thread_id, title=title)
        return run, messages

    def free(self, thread_id: str) -> None:
        """Close the thread's unfinished run if nobody carries it out any more."""
        self._scheduler.reclaim(thread_id)

    def launch(self, run: Run, messages: Sequence[Message]) -> Run:
        """Announce a stored run with its new messages, and hand it to the scheduler."""
        about: dict[str, Any] = {"thread_id": run.thread_id}
        for message in messages:
            self._bus.publish(MessageChanged(**about, what="created", message=message))
        thread: Thread = self._store.threads.get(run.thread_id)
        if not thread.scratch:
            self._bus.publish(ThreadChanged(**about, what="updated", thread=thread))
        for what in ("created", "queued"):
            self._bus.publish(RunChanged(**about, run_id=run.id, what=what, run=run))
        self._scheduler.submit(run)
        return run

    def _fields(self, request: RunRequest, functions: FunctionsBy = "client") -> dict[str, Any]:
        """Return the new run's fields: what the request says, else what the assistant has."""
        assistant = self._store.assistants.get(request.assistant_id)
        model = assistant.model if request.model is None else request.model
        resolved = self._models.resolve(model)
        return {
            "assistant_id": assistant.id,
            "model": model,
            "instructions": _instructions(request, assistant),
            "tools": assistant.tools if request.tools is None else request.tools,
            "metadata": request.metadata,
            "expires_at": int(time.time()) + self._settings().run_minutes * 60,
            "temperature": assistant.temperature if request.temperature is None else request.temperature,
            "top_p": assistant.top_p if request.top_p is None else request.top_p,
            "max_prompt_tokens": request.max_prompt_tokens,
            "max_completion_tokens": request.max_completion_tokens,
            "truncation_strategy": {"type": "auto", "last_messages": None, **(request.truncation_strategy or {})},
            "tool_choice": request.tool_choice or "auto",
            "parallel_tool_calls": request.parallel_tool_calls,
            "response_format": request.response_format or assistant.response_format,
            "reasoning_effort": request.reasoning_effort or assistant.reasoning_effort,
            "trace": {"model": resolved.id} | ({"functions": "here"} if functions == "here" else {}),
        }


def spoken(text: str, attachments: Sequence[JsonObject] = (), images: Sequence[str] = ()) -> NewMessage:
    """Return a user's message; its text may be empty if it shows an image. Raises InvalidRequest."""
    if not text.strip() and not images:
        raise InvalidRequest("There is nothing to send: write a message first.", param="text", code="empty_text")
    shown = tuple(ImageFilePart(file_id=file_id) for file_id in images)
    words = (TextPart(text=text),) if text.strip() else ()
    return NewMessage(role="user", content=(*words, *shown), attachments=tuple(attachments))


def _instructions(request: RunRequest, assistant: Assistant) -> str:
    own = assistant.instructions if request.instructions is None else request.instructions
    return "\n\n".join(filter(None, (own, request.additional_instructions)))
