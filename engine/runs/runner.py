"""One run being carried out: its machine, its ledger, and the thread that makes the model work."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from engine.cancel import CancelToken
from engine.errors import Cancelled, FiresideError, InvalidRequest, NotFound
from engine.events import Event, RunChanged, ThoughtDelta
from engine.inference import port
from engine.runs import machine as m
from engine.runs.answer import Answer
from engine.runs.calling import Calling, plan
from engine.runs.conversation import choose, steps_of
from engine.runs.journal import Journal
from engine.runs.ledger import Ledger
from engine.runs.outbox import Outbox
from engine.runs.prompt import PromptTooLong
from engine.runs.world import World
from engine.tools.file_search import sources_in
from engine.types import JsonObject, LastError, Run, RunStatus, RunStep, Usage

log = logging.getLogger(__name__)

INTERNAL_ERROR = "Something went wrong inside Fireside while it answered. The log has the details; please try again."


class ActiveRun:
    """A run that has not ended. `send` may be called from any thread; `work` belongs to the run's own.

    `on_change` hears of every new status once it is stored, before it is announced, while the run's lock is held;
    `on_end` of the end once it was announced.
    """

    def __init__(
        self,
        world: World,
        run: Run,
        on_change: Callable[[ActiveRun], None],
        on_end: Callable[[ActiveRun], None],
        *,
        waiting_step: RunStep | None = None,
    ) -> None:
        self._world = world
        self._on_change = on_change
        self._on_end = on_end
        self._ledger = Ledger(world.store, run, step=waiting_step)
        self._journal = Journal(world.store, run, world.clock)
        limits = world.limits(run)
        waits = run.status is RunStatus.REQUIRES_ACTION
        self._machine = m.RunMachine.waiting(limits, run.required_calls, run.usage) if waits else m.RunMachine(limits)
        self._lock = threading.RLock()
        self._outbox = Outbox()
        self._work: queue.SimpleQueue[m.Generate | m.CallTool | None] = queue.SimpleQueue()
        self._stop = CancelToken()
        self._began: float | None = None
        self._asked = 0.0  # when the model was asked last, and how long its first token took
        self._first_token: float | None = None
        self._announced = run.status
        self._heard = threading.Condition()

    @property
    def run(self) -> Run:
        """The run as last stored."""
        return self._ledger.run

    @property
    def model_id(self) -> str:
        """The local model that answers; chosen when the run was made."""
        return str(self.run.trace.get("model", self.run.model))

    @property
    def unanswered(self) -> frozenset[str]:
        """The ids of the calls whose outputs the run waits for."""
        return self._machine.unanswered

    @property
    def undecided(self) -> frozenset[str]:
        """The ids of the calls that wait for a person's leave."""
        return self._machine.undecided

    def send(self, event: m.Event) -> Run:
        """Let the machine decide, store what it says, announce it; return the run as it is then."""
        with self._lock:
            before = self.run.status
            commands = self._machine.handle(event)
            announced = self._store(commands)
            self._journal.note(announced)
            self._start(commands)
            if self.run.status is not before:
                if _settled(self.run.status):
                    self._journal.keep()
                self._on_change(self)
            self._outbox.add(self._deliveries(announced))
            run = self.run
        self._outbox.deliver()
        return run

    def wait(self, timeout: float | None = None) -> bool:
        """Block until the run has ended or waits for its client, and listeners know; False if it takes longer."""
        with self._heard:
            return self._heard.wait_for(
                lambda: _settled(self._announced) and self._announced is self.run.status, timeout
            )

    def work(self) -> None:
        """Carry the run as far as it goes without its client: to its end, or to `requires_action`."""
        self._began = self._world.clock()
        self._guard(lambda: self.send(m.Begin(now=self._world.now())))
        while (command := self._work.get()) is not None:
            work = self._generate if isinstance(command, m.Generate) else self._call
            self._guard(partial(work, command))  # type: ignore[arg-type]

    def _store(self, commands: Sequence[m.Command]) -> list[Event]:
        try:
            return self._ledger.carry_out(commands)
        except Exception as error:
            if m.StopGenerating() in commands:
                self._stop.set()  # a full disk must not keep the model from stopping
            finish = next((command for command in commands if isinstance(command, m.Finish)), None)
            if finish is None:
                raise
            if not isinstance(error, NotFound):  # its thread was deleted: nobody misses the end
                log.exception("the end of run %s could not be stored", self.run.id)
            return [self._ledger.give_up(finish)]

    def _start(self, commands: Sequence[m.Command]) -> None:
        for command in commands:
            match command:
                case m.Generate():
                    self._stop = CancelToken()
                    self._work.put(command)
                case m.CallTool():
                    self._work.put(command)
                case m.StopGenerating():
                    self._stop.set()
                case m.Finish() | m.AskClient():
                    self._work.put(None)

    def _deliveries(self, announced: Sequence[Event]) -> Iterator[Callable[[], None]]:
        for event in announced:
            yield partial(self._world.bus.publish, event)
            if isinstance(event, RunChanged):
                yield partial(self._note_announced, event.run.status)

    def _note_announced(self, status: RunStatus) -> None:
        with self._heard:
            self._announced = status
            self._heard.notify_all()
        if status.terminal:
            self._on_end(self)

    def _guard(self, action: Callable[[], object]) -> None:
        """Do a part of the work; whatever it raises ends the run as failed, in words that are safe to show."""
        try:
            action()
        except PromptTooLong as error:
            self._note_error(error)
            self.send(m.PromptTooLong(limit=error.limit, message=error.message, now=self._world.now()))
        except FiresideError as error:
            self._note_error(error)
            code = "invalid_prompt" if isinstance(error, InvalidRequest) else "server_error"
            self._fail(LastError(code=code, message=error.message))
        except Exception:
            log.exception("run %s failed", self.run.id)
            self._fail(LastError(code="server_error", message=INTERNAL_ERROR))

    def _fail(self, error: LastError) -> None:
        self.send(m.GenerationFailed(error=error, now=self._world.now()))

    def _note_error(self, error: FiresideError) -> None:
        """Keep the error's own code and details: the window finds its words and a next step by them."""
        self._ledger.trace["error"] = {"code": error.code, "details": _plain(error.details)}

    def _generate(self, command: m.Generate) -> None:
        world, stop = self._world, self._stop
        try:
            spec, loaded = world.open_model(self.model_id, self._on_load, stop)
            if stop.is_set():
                raise Cancelled("Stopped while it was loaded.")
        except Cancelled:
            self.send(m.GenerationEnded(finish="cancelled", usage=Usage(), now=world.now()))
            return
        steps = tuple(steps_of(world, self.run))
        calling = plan(
            self.run,
            steps,
            most_rounds=world.settings().max_call_rounds,
            most_repairs=world.settings().max_call_repairs,
            own=world.tools.offered(self.run),
        )
        prompt = choose(world, self.run, spec, loaded, command, calling.tools)
        trace = self._ledger.trace
        trace |= prompt.trace()
        trace |= {"context": loaded.context, "load_seconds": loaded.load_seconds, "backend": loaded.backend}
        trace |= {"template": loaded.template, "template_note": loaded.template_note}
        if calling.broken:
            trace["loop_broken"] = calling.broken
        answer = Answer(
            calling.tools if calling.tool_choice != "none" else (),
            now=world.now,
            kinds=calling.kinds,
            files=trace.get("files", {}),
            sources=sources_in(steps),
            code_tool="code_interpreter" if calling.code else "",
        )
        grounded = any(step.type == "tool_calls" for step in steps)
        request = self._request(prompt.messages, calling, self._sampling(command, grounded=grounded))
        self._asked, self._first_token = world.clock(), None
        generation = world.backend.chat(spec, request, partial(self._on_event, answer), stop)
        for event in answer.finish(world.clock()):
            self.send(event)
        self._note_generation(generation, answer, len(steps))
        self.send(
            m.GenerationEnded(
                finish=generation.finish, usage=generation.usage, now=world.now(), ask_first=world.ask_first(self.run)
            )
        )

    def _call(self, command: m.CallTool) -> None:
        """Let a tool of Fireside's own answer; what goes wrong in it is for the model to read."""
        call, tool, now = command.call, self._world.tools.get(command.call.kind), self._world.now
        if tool is None or self._stop.is_set():
            output = "This tool is not available." if tool is None else "Stopped by the user."
            self.send(m.ToolFinished(call_id=call.id, output=output, now=now()))
            return
        started = self._world.clock()
        if command.declined:
            outcome = tool.declined(call.arguments)
        else:
            outcome = tool.call(self.run, call.arguments, self._stop, partial(self._on_print, call.id))
        trace = self._ledger.trace
        trace["files"] = {**trace.get("files", {}), **outcome.files}
        seconds = round(self._world.clock() - started, 3)
        trace["tools"] = [*trace.get("tools", ()), {"id": call.id, "kind": call.kind, "seconds": seconds}]
        self.send(
            m.ToolFinished(
                call_id=call.id, output=outcome.output, now=now(), details=outcome.details, images=outcome.images
            )
        )

    def _on_print(self, call_id: str, text: str) -> None:
        self.send(m.ToolSaid(call_id=call_id, text=text))

    def _on_load(self, fraction: float) -> None:
        self.send(m.Loading(percent=round(100 * fraction)))

    def _on_event(self, answer: Answer, event: port.GenerationEvent) -> None:
        match event:
            case port.Reading(done=done, total=total):
                self.send(m.Reading(done=done, total=total))
            case port.TextDelta(text=text, words=words):
                clock = self._world.clock()
                if text and self._first_token is None:
                    self._first_token = round(clock - self._asked, 3)
                if self._began is not None and text:
                    self._ledger.trace.setdefault("first_token_seconds", round(clock - self._began, 3))
                heard = answer.feed(text, clock, words=words)
                self._tell_thoughts(answer)
                for said in heard:
                    self.send(said)

    def _tell_thoughts(self, answer: Answer) -> None:
        """Announce what was thought; it is stored with the run's trace, in one piece."""
        if fresh := answer.fresh_thoughts():
            thought = ThoughtDelta(
                thread_id=self.run.thread_id,
                run_id=self.run.id,
                number=len(self._ledger.trace.get("reasoning", ())),
                text=fresh,
                seconds=round(answer.thought_seconds, 3),
            )
            self._outbox.add([partial(self._world.bus.publish, thought)])
            self._outbox.deliver()

    def _note_generation(self, generation: port.Generation, answer: Answer, steps: int) -> None:
        trace = self._ledger.trace
        told: JsonObject = {key: trace[key] for key in ("dropped", "more_dropped", "context") if key in trace}
        self._journal.generated(generation, first_token=self._first_token, more=told)
        trace |= answer.review()
        if answer.reasoning.strip():
            trace["reasoning"] = [*trace.get("reasoning", ()), answer.reasoning.strip()]
            # Where each stands: before the step that was taken next, if one was.
            thought = {"before_step": steps, "seconds": round(answer.thought_seconds, 3)}
            trace["thoughts"] = [*trace.get("thoughts", ()), thought]
        read = trace.get("read_seconds", 0.0) + generation.read_seconds
        write = trace.get("write_seconds", 0.0) + generation.write_seconds
        usage = generation.usage
        written = trace.get("completion_tokens", 0) + usage.completion_tokens
        trace |= {
            "prompt_tokens": usage.prompt_tokens,
            "cached_tokens": usage.cached_tokens,
            "completion_tokens": written,
            "read_seconds": round(read, 3),
            "write_seconds": round(write, 3),
            "tokens_per_second": round(written / write, 2) if write > 0 else None,
            "seed": generation.seed,
        }

    def _request(
        self, messages: tuple[port.ChatMessage, ...], calling: Calling, sampling: port.Sampling
    ) -> port.ChatRequest:
        return port.ChatRequest(
            messages=messages,
            tools=calling.tools,
            tool_choice=calling.tool_choice,
            parallel_tool_calls=calling.parallel,
            response_format=self.run.response_format,
            code_fences=calling.code,
            max_calls=self._world.settings().max_calls,
            owner=self.run.thread_id,
            watched=self.run.thread_id == self._world.front(),
            sampling=sampling,
            extra=port.thinking(self.run.reasoning_effort),
        )

    def _sampling(self, command: m.Generate, *, grounded: bool) -> port.Sampling:
        run, settings = self.run, self._world.settings()
        # What tools returned is to be told as it is; a small model that draws freely makes up other numbers.
        temperature = settings.grounded_temperature if grounded else settings.temperature
        return port.Sampling(
            temperature=temperature if run.temperature is None else run.temperature,
            top_p=settings.top_p if run.top_p is None else run.top_p,
            top_k=settings.top_k,
            min_p=settings.min_p,
            repeat_penalty=settings.repeat_penalty,
            seed=settings.seed,
            max_tokens=command.max_tokens,
            call_temperature=settings.call_temperature,
        )


def _plain(details: Mapping[str, Any]) -> JsonObject:
    """Return the details with nothing in them but what JSON knows."""
    return {
        key: value if isinstance(value, str | int | float | bool | None) else str(value)
        for key, value in details.items()
    }


def _settled(status: RunStatus) -> bool:
    return status.terminal or status is RunStatus.REQUIRES_ACTION
