"""The model of a run as file search uses it to go over whole files: asked apart from the run's own answer."""

from __future__ import annotations

from collections.abc import Callable

from engine.bus import Bus
from engine.cancel import CancelToken
from engine.errors import Cancelled
from engine.events import RunProgress
from engine.inference.port import ChatMessage, GenerationEvent, TextDelta
from engine.service.chat import Chat
from engine.service.loader import Loader
from engine.settings import Settings
from engine.types import Run

_TEMPERATURE = 0.0  # notes are not poetry


class RunMind:
    """Implements `engine.tools.whole_files.Mind`."""

    def __init__(self, chat: Chat, loader: Loader, bus: Bus, settings: Callable[[], Settings]) -> None:
        self._chat = chat
        self._loader = loader
        self._bus = bus
        self._settings = settings

    def context(self, run: Run) -> int:
        return self._loader.open(_model(run))[1].context

    def most_passes(self) -> int:
        return self._settings().whole_file_passes

    def ask(self, run: Run, instructions: str, text: str, max_tokens: int, cancel: CancelToken) -> str:
        messages = [ChatMessage(role="system", content=instructions), ChatMessage(role="user", content=text)]
        said: list[str] = []

        def listen(event: GenerationEvent) -> None:
            if isinstance(event, TextDelta):
                said.append(event.text)

        sampling = self._chat.sampling(temperature=_TEMPERATURE, max_tokens=max_tokens)
        self._chat.complete(_model(run), messages, sampling=sampling, on_event=listen, cancel=cancel)
        if cancel.is_set():
            raise Cancelled("Reading the files was stopped.")
        return "".join(said)

    def progress(self, run: Run, done: int, total: int) -> None:
        self._bus.publish(RunProgress(thread_id=run.thread_id, run_id=run.id, phase="reading", done=done, total=total))


def _model(run: Run) -> str:
    return str(run.trace.get("model", run.model))
