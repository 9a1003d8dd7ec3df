"""Puts together what was said and what was done: the turns of a page of messages, with the work of their runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from desktop.chat.calls import Call, Passage, calls_of, growing_calls, grown, thoughts_of
from desktop.chat.turns import Turn, avatar_key, turn_of
from engine.events import Event, RunChanged, StepChanged, StepDelta, ThoughtDelta
from engine.service import Engine
from engine.service.history import Done
from engine.types import Assistant, JsonObject, Message, PageRequest, Run, RunStep

Author = Callable[[str | None], Assistant | None]


def read(
    engine: Engine, thread_id: str, messages: Sequence[Message], author: Author, *, newest: bool = False
) -> list[Turn]:
    """Return the turns of messages in their order; `newest`: they are the last ones of the thread."""
    done = engine.history.of(thread_id, messages, newest=newest)
    return woven(messages, done, author)


def of_run(engine: Engine, run: Run, author: Author) -> list[Turn]:
    """Return the turns of one run: what it did and what it said."""
    page = PageRequest(limit=100, order="asc")
    messages = [m for m in engine.messages.list(run.thread_id, page, run_id=run.id).items if m.role == "assistant"]
    done = engine.history.of_run(run)
    if messages:
        return woven(messages, (done,), author)
    work = (work_of(step, author, _seconds(run.trace)) for step in done.steps)
    return [turn for turn in work if turn is not None]


def woven(messages: Sequence[Message], done: Sequence[Done], author: Author) -> list[Turn]:
    """Return a turn for each message and for each step of work, work before what was said after it."""
    before: dict[str, list[Turn]] = {}
    after: dict[str, list[Turn]] = {}
    before_words: dict[str, tuple[Call, ...]] = {}
    silent: list[tuple[int, list[Turn]]] = []
    runs = {each.run.id: each for each in done}
    for each in done:
        pending: list[Turn] = []
        said = ""
        thoughts = thoughts_of(each.run.trace)
        for number, step in enumerate(each.steps):
            mine = tuple(call for place, call in thoughts if place <= number)
            thoughts = [(place, call) for place, call in thoughts if place > number]
            if step.type == "message_creation":
                said = str((step.details.get("message_creation") or {}).get("message_id", ""))
                before[said], pending = pending, []
                before_words[said] = mine
            elif turn := work_of(step, author, _seconds(each.run.trace)):
                pending.append(replace(turn, calls=(*mine, *turn.calls)))
        if pending and said:
            after[said] = pending
        elif pending:
            silent.append((each.run.created_at, pending))
    turns: list[Turn] = []
    for number, message in enumerate(messages):
        while silent and silent[0][0] < message.created_at:
            silent.pop(0)  # from before the page
        turns += before.get(message.id, ())
        wrote = runs.get(message.run_id or "")
        found = found_in(wrote.steps) if wrote else ()
        turn = turn_of(message, author(message.assistant_id), wrote.run if wrote else None, found)
        turns.append(replace(turn, calls=before_words.get(message.id, ())))
        turns += after.get(message.id, ())
        upcoming = messages[number + 1].created_at if number + 1 < len(messages) else None
        while silent and message.created_at <= silent[0][0] and (upcoming is None or silent[0][0] < upcoming):
            turns += silent.pop(0)[1]
    return turns


def work_of(step: RunStep, author: Author, seconds: Mapping[str, float] | None = None) -> Turn | None:
    """Return the turn of a step of tool calls; None for other steps, and while nothing is known of its calls."""
    return _work(step, calls_of(step, seconds), author) if step.type == "tool_calls" else None


def _work(step: RunStep, calls: tuple[Call, ...], author: Author) -> Turn | None:
    if not calls:
        return None
    assistant = author(step.assistant_id)
    return Turn(
        id=step.id,
        role="assistant",
        text="",
        at=step.created_at,
        name=(assistant.name or "") if assistant else "",
        avatar=avatar_key(assistant, step.assistant_id),
        run_id=step.run_id,
        state="writing" if step.status == "in_progress" else "done",
        kind="work",
        calls=calls,
    )


def _seconds(trace: JsonObject) -> dict[str, float]:
    """Return how long a run's calls took, by their ids."""
    return {str(each["id"]): float(each["seconds"]) for each in trace.get("tools") or () if "seconds" in each}


@dataclass(frozen=True, slots=True)
class _Thoughts:
    """What a run thinks before it speaks or acts next."""

    number: int
    text: str
    seconds: float
    over: bool = False


def thought_id(run_id: str, number: int) -> str:
    """Return the id of the turn that shows thoughts while they come; at the run's end they go where they belong."""
    return f"{run_id}_thought_{number}"


class Working:
    """Follows the steps at work from events alone, for threads that are open and for those that will be."""

    def __init__(self) -> None:
        self._steps: dict[str, RunStep] = {}
        self._raw: dict[str, list[JsonObject]] = {}
        self._found: dict[str, tuple[Passage, ...]] = {}
        self._runs: dict[str, Run] = {}
        self._thoughts: dict[str, _Thoughts] = {}

    def take(self, events: Iterable[Event]) -> None:
        """Take events in their order."""
        for event in events:
            self._think(event)
            match event:
                case StepChanged(what="created" | "in_progress", step=step) if step.type == "tool_calls":
                    self._steps[step.id] = step
                    self._raw.setdefault(step.id, [])
                case StepChanged(step=step):
                    if found := found_in([step]):
                        self._found[step.run_id] = (*self._found.get(step.run_id, ()), *found)
                    self._steps.pop(step.id, None)
                    self._raw.pop(step.id, None)
                case StepDelta(step_id=step_id, tool_calls=deltas) if step_id in self._raw:
                    self._raw[step_id] = grown(self._raw[step_id], deltas)
                case RunChanged(run=run) if run.status.terminal:
                    self._found.pop(run.id, None)
                case _:
                    pass

    def _think(self, event: Event) -> None:
        match event:
            case ThoughtDelta(run_id=str(run_id), number=number, text=text, seconds=seconds):
                known = self._thoughts.get(run_id)
                before = known.text if known is not None and known.number == number else ""
                self._thoughts[run_id] = _Thoughts(number, before + text, seconds)
            case StepChanged(what="created", run_id=str(run_id)) if run_id in self._thoughts:
                self._thoughts[run_id] = replace(self._thoughts[run_id], over=True)
            case RunChanged(run=run) if run.status.terminal:
                self._runs.pop(run.id, None)
                self._thoughts.pop(run.id, None)
            case RunChanged(run=run):
                self._runs[run.id] = run
            case _:
                pass

    def thoughts(self, run_id: str | None, author: Author) -> Turn | None:
        """Return the turn of what a run at work thinks, or has thought last; None if it does not think."""
        run, known = self._runs.get(run_id or ""), self._thoughts.get(run_id or "")
        if run is None or known is None:
            return None
        assistant = author(run.assistant_id)
        call = Call(
            id=f"thought_{known.number}",
            kind="thought",
            state="done" if known.over else "working",
            given=known.text.strip(),
            seconds=known.seconds,
        )
        return Turn(
            id=thought_id(run.id, known.number),
            role="assistant",
            text="",
            at=run.created_at,
            name=(assistant.name or "") if assistant else "",
            avatar=avatar_key(assistant, run.assistant_id),
            run_id=run.id,
            state="done" if known.over else "writing",
            kind="work",
            calls=(call,),
        )

    def thinking(self, thread_id: str) -> tuple[str, ...]:
        """Return the runs on a thread that think now."""
        runs = (self._runs[run_id] for run_id, known in self._thoughts.items() if not known.over)
        return tuple(run.id for run in runs if run.thread_id == thread_id)

    def found(self, run_id: str | None) -> tuple[Passage, ...]:
        """Return the passages that a run at work has found so far."""
        return self._found.get(run_id or "", ())

    def turn(self, step_id: str, author: Author) -> Turn | None:
        """Return the turn of a step at work as far as it is written."""
        step = self._steps.get(step_id)
        return None if step is None else _work(step, growing_calls(self._raw[step_id]), author)

    def of_thread(self, thread_id: str) -> tuple[str, ...]:
        """Return the steps at work on a thread."""
        return tuple(step.id for step in self._steps.values() if step.thread_id == thread_id)


def found_in(steps: Iterable[RunStep]) -> tuple[Passage, ...]:
    """Return the passages that the searches among these steps found and that can be cited."""
    calls = (call for step in steps if step.type == "tool_calls" for call in calls_of(step))
    return tuple(passage for call in calls for passage in call.passages if passage.marker)
