"""A download in the terminal: a bar with speed and time left, or plain lines for a log; Ctrl-C pauses it."""

from __future__ import annotations

import queue
import sys

from engine.cli.terminal import PlainProgress, StatusLine, bar, duration, size
from engine.cli.words import Words
from engine.errors import Unavailable
from engine.events import DownloadChanged, Event
from engine.service import Engine

_ENDED = ("done", "paused", "cancelled", "failed")


def fetch(engine: Engine, model_id: str, words: Words) -> bool:
    """Download a model, resuming what was begun; False when paused. Raises FiresideError when it fails."""
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    with engine.subscribe(events.put):
        engine.models.download(model_id)
        line, plain = StatusLine(), PlainProgress()
        try:
            last = _watch(events, model_id, line, plain, words)
        except KeyboardInterrupt:
            engine.models.pause(model_id)
            last = _watch(events, model_id, line, plain, words)
    line.clear()
    if last.state == "failed":
        raise Unavailable(last.error, code=last.error_code or "download_failed", **last.error_details)
    if last.state == "done":
        sys.stderr.write(words("got", id=model_id) + "\n")
        return True
    percent = 100 * last.done // last.total if last.total else 0
    sys.stderr.write(words("paused", percent=percent, id=model_id) + "\n")
    return False


def _watch(
    events: queue.SimpleQueue[Event], model_id: str, line: StatusLine, plain: PlainProgress, words: Words
) -> DownloadChanged:
    while True:
        event = events.get()
        if not isinstance(event, DownloadChanged) or event.model_id != model_id:
            continue
        if event.state in _ENDED:
            return event
        if line.watched:
            line.show(progress(event, words))
        elif event.total and event.state == "running":
            plain.show(event.done / event.total, progress(event, words))


def progress(event: DownloadChanged, words: Words) -> str:
    """Return the line for one moment of a download."""
    share = event.done / event.total if event.total else 0.0
    head = f"{event.model_id} {bar(share)} {100 * share:3.0f} %  {size(event.done)} / {size(event.total)}"
    if event.state == "verifying":
        return f"{head}  {words('verifying')}"
    if event.state == "queued":
        return f"{head}  {words('queued')}"
    speed = f"  {size(round(event.speed))}/s" if event.speed else ""
    left = f"  {words('left', time=duration(event.eta))}" if event.eta is not None else ""
    return f"{head}{speed}{left}"
