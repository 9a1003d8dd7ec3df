"""`fireside chat`: a conversation in the terminal, kept like any other."""

from __future__ import annotations

import contextlib
import sys

from engine.cli import download
from engine.cli.answer import answer
from engine.cli.arguments import Arguments
from engine.cli.logs import logged
from engine.cli.terminal import size, words_for
from engine.cli.words import Words
from engine.errors import InvalidRequest, Unavailable
from engine.service import Engine
from engine.types import Assistant, NewMessage, PageRequest, Run, RunRequest, RunStatus, TextPart, Thread

_LEAVE = ("", "/exit", "/quit")
_MARK = {"fireside": "terminal"}


def run(args: Arguments) -> int:
    """Answer one message, or talk until an empty line; returns the exit code."""
    words = words_for(args.home)
    with Engine(args.home) as engine, logged(engine.paths):
        _ensure_chat_model(engine, args.model, words)
        assistant = _assistant(engine, args.assistant, words)
        thread = engine.threads.create()
        chat = _Chat(engine, thread, assistant, args.model, words)
        try:
            return chat.once(" ".join(args.text)) if args.text else chat.talk()
        finally:
            chat.tell_where()


class _Chat:
    def __init__(self, engine: Engine, thread: Thread, assistant: Assistant, model: str | None, words: Words) -> None:
        self._engine = engine
        self._thread = thread
        self._assistant = assistant
        self._model = model
        self._words = words
        self._said = False

    def once(self, text: str) -> int:
        """Answer one message; the exit code tells whether it was answered."""
        status = self._answer(text).status
        return {RunStatus.COMPLETED: 0, RunStatus.INCOMPLETE: 0, RunStatus.CANCELLED: 130}.get(status, 1)

    def talk(self) -> int:
        """Read lines and answer them until an empty one, /exit, or the end of input."""
        watched = sys.stdin.isatty()
        if watched:
            with contextlib.suppress(ImportError):
                import readline  # noqa: F401  gives input() its editing keys
            model = self._engine.models.resolve(self._model or self._assistant.model)
            sys.stderr.write(self._words("chat_hello", assistant=self._assistant.name, model=model.id) + "\n")
        while True:
            try:
                text = input("> " if watched else "").strip()
            except (EOFError, KeyboardInterrupt):
                if watched:
                    sys.stderr.write("\n")
                return 0
            if text in _LEAVE:
                return 0
            self._answer(text)

    def tell_where(self) -> None:
        """Say where the conversation is; remove it when nothing was said."""
        if self._said:
            stored = self._words("chat_stored", home=self._engine.paths.home, thread=self._thread.id)
            sys.stderr.write(stored + "\n")
        else:
            self._engine.threads.delete(self._thread.id)

    def _answer(self, text: str) -> Run:
        message = NewMessage(role="user", content=(TextPart(text=text),))
        request = RunRequest(assistant_id=self._assistant.id, model=self._model, additional_messages=(message,))
        self._said = True
        return answer(self._engine, self._thread.id, request, words=self._words)


def _assistant(engine: Engine, wanted: str | None, words: Words) -> Assistant:
    """Return the assistant of that name or id; without one, the terminal's own, made at its first use."""
    known = list(_all_assistants(engine))
    if wanted is None:
        own = (a for a in known if a.metadata == _MARK)
        return next(own, None) or engine.assistants.create(model="default", name="Fireside", metadata=_MARK)
    for assistant in known:
        if wanted in (assistant.id, assistant.name):
            return assistant
    names = ", ".join(sorted({a.name for a in known if a.name})) or words("none")
    raise InvalidRequest(
        f"There is no assistant '{wanted}'. Known: {names}.", code="no_assistant", name=wanted, known=names
    )


def _all_assistants(engine: Engine) -> list[Assistant]:
    found: list[Assistant] = []
    page = engine.assistants.list(PageRequest(limit=100))
    found += page.items
    while page.has_more:
        page = engine.assistants.list(PageRequest(limit=100, after=page.items[-1].id))
        found += page.items
    return found


def _ensure_chat_model(engine: Engine, wanted: str | None, words: Words) -> None:
    """Offer the starter model when there is none and somebody can answer. Raises Unavailable otherwise."""
    try:
        engine.models.resolve(wanted or "")
    except Unavailable as error:
        if error.code != "no_model":
            raise
        starter = engine.models.catalogue().starter
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            message = f"No model is installed yet. Fetch the starter model with: fireside models get {starter.id}"
            raise Unavailable(message, code="no_model", starter=starter.id) from error
        sys.stderr.write(words("offer_starter", name=starter.name, size=size(starter.size)))
        sys.stderr.flush()
        if input().strip().lower() not in ("", "y", "yes", "是", "好"):
            raise
        download.fetch(engine, starter.id, words)
