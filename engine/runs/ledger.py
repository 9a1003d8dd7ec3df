"""Writes a run's commands into the store, and says what to announce once that is committed."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, Literal

from engine import events
from engine.runs import machine as m
from engine.store import Store
from engine.types import ImageFilePart, JsonObject, Message, Part, Run, RunStatus, RunStep, TextPart

_RUN_TIMES = {
    RunStatus.COMPLETED: "completed_at",
    RunStatus.CANCELLED: "cancelled_at",
    RunStatus.FAILED: "failed_at",
}
_STEP_TIMES = {
    "completed": "completed_at",
    "cancelled": "cancelled_at",
    "failed": "failed_at",
    "expired": "expired_at",
}
# Commands that change nothing in the store; a list of only these needs no transaction.
_FLEETING = (
    *(m.AppendText, m.ShowProgress, m.OpenCall, m.ExtendCall, m.ExtendOutput),
    *(m.Generate, m.StopGenerating, m.CallTool),
)


class Ledger:
    """The stored side of one run: `run` is its last known value, `trace` what is added to it at the next change."""

    def __init__(self, store: Store, run: Run, *, step: RunStep | None = None, message: Message | None = None) -> None:
        """`step` and `message` are those still open, if the run is taken up from the store."""
        self._store = store
        self.run = run
        self.trace: JsonObject = dict(run.trace)
        self._step = step
        self._message = message
        self._text: list[str] = [message.text] if message else []
        self._annotations: list[JsonObject] = []
        self._images: tuple[str, ...] = ()  # drawn by tools, for the next message
        self._printed: dict[int, str] = {}  # by the code of each call of the open step, as announced

    def carry_out(self, commands: Sequence[m.Command]) -> list[events.Event]:
        """Store what the commands say, all or nothing; return the events to publish now, in the API's order."""
        announced: list[events.Event] = []
        if all(isinstance(command, _FLEETING) for command in commands):
            for command in commands:
                announced += self._carry_out(command)
            return announced
        before = (self.run, self._step, self._message, list(self._text), list(self._annotations), self._images)
        try:
            with self._store.transaction():
                for command in commands:
                    announced += self._carry_out(command)
        except BaseException:
            # The rows were rolled back: so is what is known of them.
            self.run, self._step, self._message, self._text, self._annotations, self._images = before
            raise
        return announced

    def _carry_out(self, command: m.Command) -> list[events.Event]:
        match command:
            case m.AppendText():
                return self._append(command)
            case m.ShowProgress(phase=phase, done=done, total=total):
                return [events.RunProgress(**self._about, phase=phase, done=done, total=total)]
            case m.MarkRun():
                return self._mark_run(command)
            case m.AskClient():
                return self._ask_client(command)
            case m.Finish():
                return self._finish(command)
            case m.CreateStep() | m.StoreCalls() | m.StoreOutputs() | m.CompleteStep():
                return self._write_step(command)
            case m.OpenCall() | m.ExtendCall() | m.ExtendOutput():
                return self._announce_call(command)
            case m.CreateMessage() | m.FlushPart() | m.CompleteMessage():
                return self._write_message(command)
            case m.Generate() | m.StopGenerating() | m.CallTool():
                return []  # work for the runner: nothing to store

    def _write_step(self, command: m.CreateStep | m.StoreCalls | m.StoreOutputs | m.CompleteStep) -> list[events.Event]:
        match command:
            case m.CreateStep():
                return self._create_step(command)
            case m.CompleteStep():
                return self._complete_step(command)
            case m.StoreCalls(calls=calls):
                self._store_calls([_call_json(call) for call in calls])
                return []
            case m.StoreOutputs():
                return self._store_outputs(command)

    def _write_message(self, command: m.CreateMessage | m.FlushPart | m.CompleteMessage) -> list[events.Event]:
        if self._message is None:
            return []
        match command:
            case m.CreateMessage():
                return [
                    self._message_event("created", self._message),
                    self._message_event("in_progress", self._message),
                    *self._image_deltas(self._message),
                ]
            case m.FlushPart():
                self._store.messages.save_partial(self._message.id, self._content())
                return []
            case m.CompleteMessage(reason=reason):
                status: Literal["incomplete", "completed"] = "incomplete" if reason else "completed"
                message = self._store.messages.finish(self._message.id, self._content(), status, reason)
                self._message, self._text, self._annotations, self._images = None, [], [], ()
                return [self._message_event(status, message)]

    @property
    def _about(self) -> dict[str, Any]:
        return {"thread_id": self.run.thread_id, "run_id": self.run.id}

    def _content(self) -> tuple[Part, ...]:
        images = tuple(ImageFilePart(file_id=file_id) for file_id in self._images)
        return (*images, TextPart(text="".join(self._text), annotations=tuple(self._annotations)))

    def _append(self, command: m.AppendText) -> list[events.Event]:
        if self._message is None:
            return []
        first = len(self._annotations)
        self._text.append(command.text)
        self._annotations += command.annotations
        numbered = tuple({"index": first + n, **each} for n, each in enumerate(command.annotations))
        return [
            events.MessageDelta(
                **self._about,
                message_id=self._message.id,
                index=len(self._images),
                text=command.text,
                annotations=numbered,
            )
        ]

    def _image_deltas(self, message: Message) -> list[events.Event]:
        return [
            events.MessageDelta(**self._about, message_id=message.id, index=index, text="", image_file_id=file_id)
            for index, file_id in enumerate(self._images)
        ]

    def _mark_run(self, command: m.MarkRun) -> list[events.Event]:
        changes: JsonObject = {"status": command.status}
        if command.expires_at is not None:
            changes["expires_at"] = command.expires_at
        if command.status is RunStatus.IN_PROGRESS and self.run.started_at is None:
            changes["started_at"] = command.now
        if command.status is RunStatus.QUEUED:
            changes["required_calls"] = ()
        return self._update_run(changes)

    def _create_step(self, command: m.CreateStep) -> list[events.Event]:
        self._printed = {}
        if command.type == "message_creation":
            # The step names its message, so both rows are made here; `CreateMessage` announces the second.
            self._message = self._store.messages.begin(self.run.thread_id, self.run.assistant_id, self.run.id)
            self._text = []
            details: JsonObject = {"message_creation": {"message_id": self._message.id}}
        else:
            details = {"tool_calls": []}
        self._step = self._store.steps.create(
            run_id=self.run.id,
            thread_id=self.run.thread_id,
            assistant_id=self.run.assistant_id,
            type=command.type,
            details={"type": command.type, **details},
        )
        return [events.StepChanged(**self._about, what=what, step=self._step) for what in ("created", "in_progress")]

    def _message_event(
        self, what: Literal["created", "in_progress", "completed", "incomplete"], message: Message
    ) -> events.Event:
        return events.MessageChanged(**self._about, what=what, message=message)

    def _announce_call(self, command: m.OpenCall | m.ExtendCall | m.ExtendOutput) -> list[events.Event]:
        if self._step is None:
            return []
        match command:
            case m.OpenCall(index=index, call=call):
                delta = {"index": index, **_call_json(call)}
            case m.ExtendCall(index=index, kind=kind, text=text):
                growing = {"function": "arguments", "code_interpreter": "input"}.get(kind)
                if growing is None:
                    return []
                delta = {"index": index, "type": kind, kind: {growing: text}}
            case m.ExtendOutput(index=index, text=text):
                self._printed[index] = self._printed.get(index, "") + text
                logs = {"index": 0, "type": "logs", "logs": text}
                delta = {"index": index, "type": "code_interpreter", "code_interpreter": {"outputs": [logs]}}
        return [events.StepDelta(**self._about, step_id=self._step.id, tool_calls=(delta,))]

    def _store_calls(self, calls: list[JsonObject]) -> None:
        if self._step is not None:
            details = {**self._step.details, "tool_calls": calls}
            self._step = self._store.steps.update(self._step.id, details=details)

    def _store_outputs(self, command: m.StoreOutputs) -> list[events.Event]:
        if self._step is None:
            return []
        outputs, calls, announced = dict(command.outputs), [], []
        for index, call in enumerate(self._step.details.get("tool_calls", ())):
            if call["id"] in outputs:
                kind = call["type"]
                given: JsonObject = command.details if command.details is not None else {"output": outputs[call["id"]]}
                call = {**call, kind: {**call[kind], **given}}
                untold = _untold(given.get("outputs", ()), self._printed.get(index, ""))
                if kind == "code_interpreter" and untold:
                    delta = {"index": index, "type": kind, kind: {"outputs": untold}}
                    announced.append(events.StepDelta(**self._about, step_id=self._step.id, tool_calls=(delta,)))
            calls.append(call)
        self._store_calls(calls)
        self._images += command.images
        return list(announced)

    def _complete_step(self, command: m.CompleteStep) -> list[events.Event]:
        if self._step is None:
            return []
        changes: JsonObject = {"status": command.status, _STEP_TIMES[command.status]: command.now}
        if command.error is not None:
            changes["last_error"] = command.error
        if command.usage is not None:
            changes["usage"] = command.usage
        step = self._store.steps.update(self._step.id, **changes)
        self._step = None
        return [events.StepChanged(**self._about, what=command.status, step=step)]

    def _ask_client(self, command: m.AskClient) -> list[events.Event]:
        return self._update_run(
            {
                "status": RunStatus.REQUIRES_ACTION,
                "required_calls": command.calls,
                "expires_at": command.expires_at,
            }
        )

    def _finish(self, command: m.Finish) -> list[events.Event]:
        changes: JsonObject = {
            "status": command.status,
            "usage": command.usage,
            "last_error": command.error,
            "incomplete_reason": command.reason,
            "required_calls": (),
        }
        if command.status is not RunStatus.EXPIRED:
            changes["expires_at"] = None
        if (column := _RUN_TIMES.get(command.status)) is not None:
            changes[column] = command.now
        return self._update_run(changes)

    def _update_run(self, changes: JsonObject) -> list[events.Event]:
        self.run = self._store.runs.update(self.run.id, trace=dict(self.trace), **changes)
        return [events.RunChanged(**self._about, what=self.run.status.value, run=self.run)]

    def give_up(self, command: m.Finish) -> events.Event:
        """Return the end of a run that the store did not take (the disk is full): listeners must not wait for ever.

        The stored run is closed by the next start, or by the next use of its thread.
        """
        self.run = dataclasses.replace(self.run, status=command.status, last_error=command.error)
        return events.RunChanged(**self._about, what=self.run.status.value, run=self.run)


def _untold(outputs: Sequence[JsonObject], printed: str) -> list[JsonObject]:
    """Return outputs as deltas, without the beginning of the logs that was announced while the code ran."""
    deltas = [{"index": index, **output} for index, output in enumerate(outputs)]
    if not printed or not deltas or deltas[0]["type"] != "logs":
        return deltas
    logs = str(deltas[0]["logs"])
    known = printed if logs.startswith(printed) else printed.rstrip("\n")
    rest = logs.removeprefix(known) if logs.startswith(known) else ""
    return [{**deltas[0], "logs": rest}, *deltas[1:]] if rest else deltas[1:]


def _call_json(call: m.ToolCall) -> JsonObject:
    """Return a call in the shape of `step_details.tool_calls`."""
    if call.kind == "function":
        function = {"name": call.name, "arguments": call.arguments, "output": None}
        return {"id": call.id, "type": "function", "function": function}
    if call.kind == "code_interpreter":
        return {"id": call.id, "type": call.kind, call.kind: {"input": call.arguments, "outputs": []}}
    return {"id": call.id, "type": call.kind, call.kind: {}}
