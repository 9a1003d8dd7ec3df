"""Lets the model name a thread after its first answer: in the background, and only while no run wants the model."""

from __future__ import annotations

import logging
import re
import threading
from collections import OrderedDict
from collections.abc import Callable

from engine.bus import Bus
from engine.cancel import CancelToken
from engine.errors import FiresideError
from engine.events import Event, RunChanged
from engine.inference.port import ChatMessage, GenerationEvent, TextDelta
from engine.service.chat import Chat
from engine.service.threads import Threads
from engine.service.titles import shorten, title_of
from engine.settings import Settings
from engine.store import Store
from engine.types import Message, NewMessage, PageRequest, Run, RunStatus

log = logging.getLogger(__name__)

_ASK = "Write a title of two to five words for this conversation. Write the title only, without quotation marks."
_ASK_CHINESE = "请用十个字以内概括这段对话的主题，作为标题。只写标题，不加引号和标点。"
_MOST_TOKENS = 32
_LOOKED_AT = 6
_THINKING = re.compile(r"<think>.*?(</think>|$)", re.DOTALL)
# What small models say before a title, or instead of one.
_PREAMBLE = re.compile(
    r"(sure|certainly|of course|好的|当然|以下是)\b.*|here('s|’s| is| are)\b.*\btitles?\b[^:]*:?", re.IGNORECASE
)
_LABEL = re.compile(r"^(title|标题|題目|题目)\s*[:：]\s*", re.IGNORECASE)
_WRAPPING = " \t\"'`*#_“”‘’「」『』《》【】[]()。.,，;；:：!！"


class Naming:
    """A thread has the first words of its first message as its title until the model finds a better one, if it does."""

    def __init__(self, store: Store, bus: Bus, threads: Threads, chat: Chat, settings: Callable[[], Settings]) -> None:
        self._store = store
        self._threads = threads
        self._chat = chat
        self._settings = settings
        self._changed = threading.Condition()
        self._wanted: OrderedDict[str, None] = OrderedDict()
        self._at_work: set[str] = set()
        self._cancel = CancelToken()
        self._closed = False
        self._thread: threading.Thread | None = None
        self._subscription = bus.subscribe(self._hear)

    def want(self, thread_id: str) -> None:
        """Name a thread soon, if it still has the title that it was given by itself; returns at once."""
        if not self._settings().model_titles:
            return
        with self._changed:
            if self._closed:
                return
            self._wanted[thread_id] = None
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="naming", daemon=True)
                self._thread.start()
            self._changed.notify()

    def close(self) -> None:
        """Stop naming; may be repeated."""
        self._subscription.close()
        with self._changed:
            self._closed = True
            self._cancel.set()
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _hear(self, event: Event) -> None:
        """Give way to a run at once: what was being named is named when the run has ended."""
        if not isinstance(event, RunChanged):
            return
        with self._changed:
            if event.run.status.terminal or event.run.status is RunStatus.REQUIRES_ACTION:
                self._at_work.discard(event.run.id)
                self._changed.notify()
            else:
                self._at_work.add(event.run.id)
                self._cancel.set()

    def _work(self) -> None:
        while (taken := self._next()) is not None:
            thread_id, cancel = taken
            try:
                named = self._name(thread_id, cancel)
            except FiresideError:  # the thread is gone, or the model failed: its first words do
                log.info("a thread keeps the title it has", exc_info=True)
                named = True
            if not named:
                with self._changed:
                    self._wanted[thread_id] = None

    def _next(self) -> tuple[str, CancelToken] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or (self._wanted and not self._at_work))
            if self._closed:
                return None
            self._cancel = CancelToken()
            return self._wanted.popitem(last=False)[0], self._cancel

    def _name(self, thread_id: str, cancel: CancelToken) -> bool:
        """Name a thread, or leave it; return False if a run came in between."""
        thread = self._store.threads.get(thread_id)
        begin = self._store.messages.list(thread_id, PageRequest(limit=_LOOKED_AT, order="asc")).items
        said = [message for message in begin if message.role == "user"]
        answers = [message for message in begin if message.role == "assistant" and message.status == "completed"]
        run = self._run(thread_id)
        if not said or not answers or run is None or thread.title != _given(said[0]):
            return True
        pieces: list[str] = []

        def hear(event: GenerationEvent) -> None:
            if isinstance(event, TextDelta):
                pieces.append(event.text)

        sampling = self._chat.sampling(temperature=0.2, max_tokens=_MOST_TOKENS)
        model = str(run.trace.get("model", run.model))
        messages = _conversation(run, said[0], answers[0])
        done = self._chat.complete(model, messages, sampling=sampling, on_event=hear, cancel=cancel)
        if done.generation.finish == "cancelled":
            return False
        title = clean("".join(pieces))
        if title is not None and self._store.threads.get(thread_id).title == thread.title:
            self._threads.update(thread_id, title=title)
        return True

    def _run(self, thread_id: str) -> Run | None:
        runs = self._store.runs.list(thread_id, PageRequest(limit=1)).items
        return runs[0] if runs and runs[0].status is RunStatus.COMPLETED else None


def clean(untrusted: str) -> str | None:
    """Return what a model wrote as a title, or None if it is none."""
    lines = [line for line in _THINKING.sub("", untrusted).splitlines() if line.strip() and not _preamble(line)]
    title = _LABEL.sub("", lines[0].strip(_WRAPPING)).strip(_WRAPPING) if lines else ""
    return shorten(title) if len(title) > 1 else None


def _preamble(line: str) -> bool:
    return _PREAMBLE.fullmatch(line.strip().strip(_WRAPPING).strip()) is not None


def _given(first: Message) -> str | None:
    return title_of([NewMessage(role=first.role, content=first.content)])


def _conversation(run: Run, said: Message, answer: Message) -> list[ChatMessage]:
    """Return the conversation as the model has just read it, so that it is in its cache, with one more request."""
    chinese = any("\u4e00" <= character <= "\u9fff" for character in said.text)
    system = [ChatMessage(role="system", content=run.instructions)] if run.instructions else []
    return [
        *system,
        ChatMessage(role="user", content=said.text),
        ChatMessage(role="assistant", content=answer.text),
        ChatMessage(role="user", content=_ASK_CHINESE if chinese else _ASK),
    ]
