"""A whole app in a process of its own, to be killed: it asks the model for something long and prints what it hears."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from engine.events import Event, MessageDelta
from engine.service import Engine

# Long enough for text to be stored on the way, which happens once a second.
WRITING_SECONDS = 1.5
LONG = "Write a very long story about a dragon, in many chapters."


def say(word: str) -> None:
    """Hand a word to the test."""
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


def main(home: str) -> None:
    started: list[float] = []

    def listen(event: Event) -> None:
        if isinstance(event, MessageDelta):
            started.append(time.monotonic())
            if started[-1] - started[0] > WRITING_SECONDS:
                say("writing")

    with Engine(Path(home)) as engine:
        engine.subscribe(listen)
        assistant = engine.assistants.create(model="default", temperature=0.0)
        thread = engine.threads.create()
        say(thread.id)
        _, run = engine.runs.say(thread.id, assistant.id, LONG)
        say(run.id)
        say(engine.runs.wait(run.id).status.value)


if __name__ == "__main__":
    main(sys.argv[1])
