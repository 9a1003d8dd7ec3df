"""How long Fireside's window keeps its event loop busy at a stretch: long threads, and text that comes quickly.

Called as `python -m tests.bench.desktop_frames long|stream HOME`; prints one JSON object. A frame is what lies
between two ticks of a clock in the event loop that should tick every 16 ms. The model is the scripted backend.
"""

from __future__ import annotations

import json
import statistics
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from desktop.app import App
from engine.cancel import CancelToken
from engine.inference.port import ChatRequest, Generation, GenerationEvent, LoadSpec, TextDelta
from engine.inference.scripted import Reply, ScriptedBackend
from engine.types import NewMessage, TextPart
from tests.support.gguf import write_gguf

MESSAGES, ROUNDS, TURNS = 100_000, 7, 600
LINES, TOKENS, PER_SECOND = 2000, 3000, 300
LIMIT_MS = 180_000


class Frames:
    """A clock that should tick every 16 ms in the event loop, as a screen does: notes how far apart its ticks were."""

    def __init__(self) -> None:
        self.taken: list[float] = []
        self._last = 0.0
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        self._last = time.perf_counter()
        self._timer.start(16)

    def stop(self) -> None:
        self._timer.stop()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.taken.append((now - self._last) * 1000)
        self._last = now

    def summary(self) -> dict[str, float]:
        """Return how many there were, the 99th in a hundred, the longest, and how many were over 33 ms."""
        cut = statistics.quantiles(self.taken, n=100)
        over = sum(1 for each in self.taken if each > 33)
        return {"frames": len(self.taken), "p50": cut[49], "p99": cut[98], "longest": max(self.taken), "over": over}


class Paced(ScriptedBackend):
    """Writes the head of an answer at once, and the rest at so many tokens a second."""

    def __init__(self, head: str, rest: str) -> None:
        super().__init__([Reply(text=head + rest)], context=1_000_000)
        self._head = len(head)
        self._never = threading.Event()

    def chat(
        self, spec: LoadSpec, request: ChatRequest, on_event: Callable[[GenerationEvent], None], cancel: CancelToken
    ) -> Generation:
        written, tokens, began = 0, 0, 0.0

        def paced(event: GenerationEvent) -> None:
            nonlocal written, tokens, began
            if isinstance(event, TextDelta):
                if written >= self._head:
                    began = began or time.monotonic()
                    tokens += 1
                    self._never.wait(max(0.0, began + tokens / PER_SECOND - time.monotonic()))
                written += len(event.text)
            on_event(event)

        return super().chat(spec, request, paced, cancel)


def until(condition: Callable[[], object], every: int = 5) -> None:
    """Run the event loop until something is so. Raises TimeoutError."""
    loop, look, limit = QEventLoop(), QTimer(), QTimer()
    look.timeout.connect(lambda: loop.exit(1) if condition() else None)
    limit.timeout.connect(loop.quit)
    look.start(every)
    limit.start(LIMIT_MS)
    met = loop.exec() == 1
    look.stop()
    if not met:
        raise TimeoutError("the window did not come to it")


def opened(home: Path, backend: ScriptedBackend) -> Any:
    """Open the app on a home of its own, with a model that nobody loads."""
    home.mkdir(parents=True, exist_ok=True)
    settings = {"language": "en", "theme": "light", "first_start_done": True, "model_titles": False}
    settings |= {"max_answer_tokens": 100_000, "context_length": 131_072}
    (home / "settings.json").write_text(json.dumps(settings), "utf-8")
    if not (home / "models").exists():
        write_gguf(home / "models" / "scripted.gguf", name="scripted")
    app = App(QApplication.instance(), home, backend=backend)  # type: ignore[arg-type]
    app.start()
    app.window.resize(1280, 820)
    until(lambda: app.pages is not None and app.tasks.idle)
    return app


def text_of(number: int) -> str:
    """Return what one message of a long thread says; now and then a longer one with Markdown."""
    if number % 10 == 9:
        return f"Message {number}.\n\n- one *point*\n- another\n\n```python\nprint({number})\n```\n\nThe end."
    return f"Message {number}: the river runs past the old mill while the children count the boats."


def long_threads(home: Path) -> dict[str, Any]:
    """Open an empty thread and one of 100,000 messages in turn, then scroll through the latter."""
    app = opened(home, ScriptedBackend())
    engine, pages = app.engine, app.pages
    roles: tuple[Any, Any] = ("user", "assistant")
    messages = [
        NewMessage(role=roles[number % 2], content=(TextPart(text=text_of(number)),)) for number in range(MESSAGES)
    ]
    long, short = engine.threads.create(messages=messages, title="Long"), engine.threads.create(title="Empty")
    times: dict[str, list[float]] = {"empty": [], "long": []}
    presenter = pages.chat.presenter
    for _ in range(ROUNDS + 1):
        for name, thread in (("empty", short), ("long", long)):
            began = time.perf_counter()
            pages.open_thread(thread.id)
            until(lambda wanted=thread.id: presenter.thread_id == wanted and not presenter._loading, every=1)
            app.window.repaint()
            times[name].append((time.perf_counter() - began) * 1000)
            until(lambda: app.tasks.idle)
    frames = _scrolled(app)
    app.close()
    opening = {name: statistics.median(taken[1:]) for name, taken in times.items()}
    return {"opening_ms": opening, "scrolling": frames}


def _scrolled(app: Any) -> dict[str, float]:
    """Turn the wheel upwards, a notch for each frame of a screen, and older messages come as they come."""
    transcript = app.pages.chat.transcript
    view, frames = transcript.viewport(), Frames()
    turns = iter(range(TURNS))
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    loop = QEventLoop()

    def turn() -> None:
        if next(turns, None) is None:
            loop.quit()
            return
        place = QPointF(view.rect().center())
        at = QPointF(view.mapToGlobal(place.toPoint()))
        none, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
        wheel = QWheelEvent(place, at, QPoint(), QPoint(0, 240), none, keys, Qt.ScrollPhase.NoScrollPhase, False)
        QApplication.sendEvent(view, wheel)

    timer.timeout.connect(turn)
    frames.start()
    timer.start(16)
    loop.exec()
    frames.stop()
    timer.stop()
    return frames.summary()


def streaming(home: Path) -> dict[str, Any]:
    """Let a message grow to 2,000 lines, then go on at 300 tokens a second."""
    lines = "\n".join(f"Line {number} of a long answer, with *some* words." for number in range(LINES)).split("\n")
    head = "\n".join(line if number % 20 else f"\n{line}\n" for number, line in enumerate(lines)) + "\n\n"
    tail = " ".join(
        f"and then the {n}th boat came down the river," + ("\n\n" if n % 12 == 11 else "") for n in range(600)
    )
    app = opened(home, Paced(head, tail))
    chat = app.pages.chat
    chat.composer.set_text("Go on, please")
    chat.composer.send.click()
    until(lambda: len(chat.transcript.items) == 2 and len(chat.transcript.items[1].text()) >= len(head))
    frames = Frames()
    began, tokens = time.monotonic(), len(Reply(text=chat.transcript.items[1].text()).tokens)
    frames.start()
    loop = QEventLoop()
    QTimer.singleShot(int(TOKENS / PER_SECOND * 1000), loop.quit)
    loop.exec()
    frames.stop()
    grown = len(Reply(text=chat.transcript.items[1].text()).tokens) - tokens
    seconds = time.monotonic() - began
    chat.presenter.stop()
    until(lambda: not chat.presenter.running)
    app.close()
    return {"lines": LINES, "tokens_per_second": grown / seconds, "streaming": frames.summary()}


def main(what: str, home: Path) -> None:
    """Measure one of the two."""
    QApplication(sys.argv[:1])
    sys.stdout.write(json.dumps(long_threads(home) if what == "long" else streaming(home)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
