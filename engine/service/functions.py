"""Function calls of runs that the window or the terminal started: answered by executors, or by the person.

Over the API the client answers, as ever. Here a stored executor does, once the person has approved it as its setting
says; where there is none, or it asks first, listeners hear `FunctionAsked` and answer with `approve`, `refuse` or
`answer`. When every call of a run has its output, all are handed in together.
"""

from __future__ import annotations

import dataclasses
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from engine.bus import Bus
from engine.errors import FiresideError, InvalidRequest, NotFound
from engine.events import Event, FunctionAsked, RunChanged
from engine.recipes import Binding
from engine.sandbox import Sandbox
from engine.service.approvals import HERE, Approvals
from engine.service.runs import Runs
from engine.service.tool_servers import ToolServers
from engine.store import Store
from engine.tools.arguments import BadArguments, parse
from engine.tools.code_interpreter import code_of
from engine.tools.functions.base import Executor, ExecutorFailed, cut
from engine.tools.functions.fixed import Fixed
from engine.tools.functions.python import PythonFunction
from engine.tools.functions.python import complaint as python_complaint
from engine.tools.functions.sqlite import SqliteQuery
from engine.types import Approval, ExecutorKind, FunctionCall, FunctionExecutor, JsonObject, Run, RunStatus

log = logging.getLogger(__name__)

Keep = Literal["once", "thread", "always"]
REFUSED = "The user did not allow this function. Answer without it, or ask the user."
_BROKEN = "Error: the function failed."
_AT_ONCE = 4
_CONFIG: dict[str, set[str]] = {
    "sqlite": {"path"},
    "python": {"code"},
    "fixed": {"text"},
    "server": {"server_id", "tool"},
    "person": set(),
}


@dataclass(slots=True)
class _Waiting:
    """A run that waits; by call id the outputs, what a person decided on code, and what they still have to."""

    run: Run
    outputs: dict[str, str] = field(default_factory=dict)
    decided: dict[str, bool] = field(default_factory=dict)
    asked: dict[str, FunctionAsked] = field(default_factory=dict)


class Functions:
    """What answers which function, and the answering."""

    def __init__(
        self, store: Store, bus: Bus, runs: Runs, servers: ToolServers, sandbox: Sandbox, approvals: Approvals
    ) -> None:
        self._store, self._bus, self._runs, self._servers = store, bus, runs, servers
        self._sandbox, self._approvals = sandbox, approvals
        self._pool = ThreadPoolExecutor(_AT_ONCE, "functions")
        self._lock = threading.Lock()
        self._waiting: dict[str, _Waiting] = {}
        self._subscription = bus.subscribe(self._hear)

    def bind(
        self, assistant_id: str, name: str, *, kind: ExecutorKind, config: JsonObject, approval: Approval = "ask"
    ) -> FunctionExecutor:
        """Let an executor answer a function of an assistant from now on.

        Raises NotFound, and InvalidRequest when the configuration cannot work.
        """
        self.check(Binding(name=name, kind=kind, config=config, approval=approval))
        return self._store.executors.put(assistant_id, name, kind=kind, config=config, approval=approval)

    def put_all(self, assistant_id: str, bindings: Sequence[Binding]) -> None:
        """Let exactly these answer the functions of an assistant. Raises NotFound, InvalidRequest."""
        for binding in bindings:
            self.check(binding)
        with self._store.transaction():
            wanted = {binding.name for binding in bindings}
            for executor in self._store.executors.of(assistant_id):
                if executor.name not in wanted:
                    self._store.executors.delete(executor.id)
            for b in bindings:
                self._store.executors.put(assistant_id, b.name, kind=b.kind, config=b.config, approval=b.approval)

    def of(self, assistant_id: str) -> tuple[FunctionExecutor, ...]:
        """Return the executors of an assistant."""
        return self._store.executors.of(assistant_id)

    def set_approval(self, executor_id: str, approval: Approval) -> FunctionExecutor:
        """Raises NotFound."""
        return self._store.executors.update(executor_id, approval=approval)

    def unbind(self, executor_id: str) -> None:
        """From now on the person is asked. Raises NotFound."""
        self._store.executors.delete(executor_id)

    def asked(self, thread_id: str | None = None) -> tuple[FunctionAsked, ...]:
        """Return what persons are asked right now, in all threads or one, for a window that opens late."""
        with self._lock:
            found = [asked for waiting in self._waiting.values() for asked in waiting.asked.values()]
        found.sort(key=lambda asked: (asked.run_id or "", asked.number))
        return tuple(asked for asked in found if thread_id in (None, asked.thread_id))

    def check(self, binding: Binding) -> None:
        """Raises InvalidRequest when this cannot work, and NotFound for a tool server that is gone."""
        kind, config = binding.kind, binding.config
        if kind not in _CONFIG:
            raise InvalidRequest(f"There is no executor '{kind}'.", param="kind", code="bad_executor")
        if binding.approval not in ("ask", "allow", "never"):
            raise InvalidRequest("Approval is one of ask, allow, never.", param="approval", code="bad_executor")
        if set(config) != _CONFIG[kind] or not all(isinstance(value, str) for value in config.values()):
            needs = ", ".join(sorted(_CONFIG[kind])) or "nothing"
            raise InvalidRequest(f"An executor '{kind}' needs {needs} as text.", param="config", code="bad_executor")
        if kind == "sqlite":
            try:
                SqliteQuery(Path(config["path"])).tables()
            except ExecutorFailed as error:
                reason = str(error).removeprefix("Error: ")
                raise InvalidRequest(f"{reason[:1].upper()}{reason[1:]}", param="path", code="bad_executor") from None
        if kind == "python" and (reason := python_complaint(config["code"], binding.name)):
            raise InvalidRequest(reason, param="code", code="bad_executor")
        if kind == "server":
            self._servers.get(config["server_id"])

    def tables(self, path: str) -> dict[str, tuple[str, ...]]:
        """Return the tables of a database file with their columns. Raises InvalidRequest."""
        self.check(Binding(name="tables", kind="sqlite", config={"path": path}))
        return SqliteQuery(Path(path)).tables()

    def approve(self, run_id: str, call_id: str, *, keep: Keep = "once") -> None:
        """Let the code run, or the executor answer this call; an executor also in all of the `thread`, or `always`.

        Raises InvalidRequest, NotFound.
        """
        asked = self._take(run_id, call_id)
        executor = asked.executor
        if asked.why != "approval":
            self._put_back(asked)
            raise InvalidRequest("There is nothing to approve: this call needs an answer.", code="nothing_to_approve")
        if executor is None:
            self._approvals.allowed_code(asked.thread_id or "")
            self._decide(run_id, call_id, allowed=True)
            return
        if keep == "always":
            self._store.executors.update(executor.id, approval="allow")
        elif keep == "thread":
            self._approvals.keep(asked.thread_id or "", executor.id)
        self._soon(run_id, asked.call, lambda: self._execute(run_id, asked.call, executor))

    def refuse(self, run_id: str, call_id: str) -> None:
        """Tell the model that the person does not want this call. Raises InvalidRequest."""
        asked = self._take(run_id, call_id)
        if asked.call.kind == "function":
            self._settle(run_id, call_id, REFUSED)
        else:
            self._decide(run_id, call_id, allowed=False)

    def answer(self, run_id: str, call_id: str, output: str) -> None:
        """Hand in what the person says the function returned. Raises InvalidRequest."""
        asked = self._take(run_id, call_id)
        if asked.call.kind != "function":
            self._put_back(asked)
            raise InvalidRequest("This call can be allowed or not, but not answered.", code="nothing_to_answer")
        self._settle(run_id, call_id, cut(output))

    def resume(self) -> None:
        """Take up the runs that waited for their functions when the app was closed."""
        for run in self._store.runs.unfinished():
            if run.status is RunStatus.REQUIRES_ACTION:
                self._begin(run)

    def close(self) -> None:
        """Answer nothing more."""
        self._subscription.close()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _hear(self, event: Event) -> None:
        if not isinstance(event, RunChanged):
            return
        if event.run.status is RunStatus.REQUIRES_ACTION and event.what == "requires_action":
            self._begin(event.run)
        elif event.run.status.terminal:
            with self._lock:
                self._waiting.pop(event.run.id, None)

    def _begin(self, run: Run) -> None:
        if run.trace.get("functions") != HERE:
            return
        with self._lock:
            if run.id in self._waiting:
                return
            self._waiting[run.id] = _Waiting(run=run)
        for call in run.required_calls:
            if call.kind == "code_interpreter":
                self._ask(run, dataclasses.replace(call, arguments=code_of(call.arguments)), None, "approval")
                continue
            self._soon(run.id, call, lambda call=call: self._route(run, call))  # type: ignore[misc]

    def _soon(self, run_id: str, call: FunctionCall, work: Callable[[], None]) -> None:
        """Do it on another thread; whatever goes wrong there, the run gets an output and goes on."""

        def check(done: Future[None]) -> None:
            error = None if done.cancelled() else done.exception()
            if error is not None:
                log.error("the function %s of run %s could not be answered", call.name, run_id, exc_info=error)
                self._settle(run_id, call.id, _BROKEN)

        self._pool.submit(work).add_done_callback(check)

    def _route(self, run: Run, call: FunctionCall) -> None:
        executor = self._store.executors.find(run.assistant_id, call.name)
        try:
            parse(call.arguments, _schema(run, call.name))
        except BadArguments as error:
            self._settle(run.id, call.id, f"Error: {error}")
            return
        if executor is None or executor.kind == "person":
            self._ask(run, call, executor, "answer")
        elif executor.approval == "never":
            self._settle(run.id, call.id, REFUSED)
        elif self._approvals.asks(run, executor):
            self._ask(run, call, executor, "approval")
        else:
            self._execute(run.id, call, executor)

    def _ask(
        self, run: Run, call: FunctionCall, executor: FunctionExecutor | None, why: Literal["approval", "answer"]
    ) -> None:
        asked = FunctionAsked(
            thread_id=run.thread_id,
            run_id=run.id,
            call=call,
            executor=executor,
            why=why,
            expires_at=run.expires_at,
            number=[each.id for each in run.required_calls].index(call.id),
        )
        with self._lock:
            waiting = self._waiting.get(run.id)
            if waiting is None:
                return
            waiting.asked[call.id] = asked
        self._bus.publish(asked)

    def _execute(self, run_id: str, call: FunctionCall, executor: FunctionExecutor) -> None:
        try:
            output = self._made(executor).run(parse(call.arguments, {}))
        except ExecutorFailed as error:
            output = str(error)
        except FiresideError as error:
            output = f"Error: {error.message}"
        self._settle(run_id, call.id, output)

    def _settle(self, run_id: str, call_id: str, output: str) -> None:
        """Keep an output; with the last one the run goes on."""
        with self._lock:
            if (waiting := self._waiting.get(run_id)) is not None:
                waiting.outputs[call_id] = output
        self._go_on(run_id)

    def _decide(self, run_id: str, call_id: str, *, allowed: bool) -> None:
        """Keep what the person decided on a call of Fireside's own; with the last one the run goes on."""
        with self._lock:
            if (waiting := self._waiting.get(run_id)) is not None:
                waiting.decided[call_id] = allowed
        self._go_on(run_id)

    def _go_on(self, run_id: str) -> None:
        with self._lock:
            waiting = self._waiting.get(run_id)
            if waiting is None:
                return
            if {call.id for call in waiting.run.required_calls} - waiting.outputs.keys() - waiting.decided.keys():
                return
            del self._waiting[run_id]
        try:
            self._runs.submit_tool_outputs(waiting.run.thread_id, run_id, waiting.outputs, waiting.decided)
        except FiresideError as error:  # cancelled or expired meanwhile
            log.info("run %s no longer takes outputs: %s", run_id, error.code)

    def _take(self, run_id: str, call_id: str) -> FunctionAsked:
        with self._lock:
            waiting = self._waiting.get(run_id)
            asked = waiting.asked.pop(call_id, None) if waiting else None
        if asked is None:
            raise InvalidRequest("Nobody is asked about this call any more.", code="not_asked")
        return asked

    def _put_back(self, asked: FunctionAsked) -> None:
        with self._lock:
            waiting = self._waiting.get(asked.run_id or "")
            if waiting is not None:
                waiting.asked[asked.call.id] = asked

    def _made(self, executor: FunctionExecutor) -> Executor:
        config = executor.config
        makers: dict[str, Callable[[], Executor]] = {
            "fixed": lambda: Fixed(str(config["text"])),
            "sqlite": lambda: SqliteQuery(Path(config["path"])),
            "python": lambda: PythonFunction(self._sandbox, str(config["code"]), executor.name),
            "server": lambda: self._servers.executor(config["server_id"], config["tool"]),
        }
        return makers[executor.kind]()


def _schema(run: Run, name: str) -> JsonObject:
    """Return the parameter schema of one of the run's functions. Raises NotFound."""
    for tool in run.tools:
        if tool["type"] == "function" and tool["function"]["name"] == name:
            schema: JsonObject = tool["function"].get("parameters") or {}
            return schema
    raise NotFound("function", name)
