"""The code interpreter: model-written Python in the thread's jailed session; pictures and files come back stored."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from engine.cancel import CancelToken
from engine.errors import NotFound, Unavailable
from engine.inference.port import ChatMessage
from engine.sandbox import CellResult, Limits, Mount, Sandbox, read_file
from engine.settings import DECLARATIONS, Settings
from engine.store import Store
from engine.tools.base import DECLINED, NOT_ALLOWED, FirstLook, Kind, Outcome
from engine.tools.previews import preview
from engine.types import JsonObject, Run

log = logging.getLogger(__name__)
_WORDS = (
    "# Python\nYou can run Python code: write one block that starts with ```python, then stop. It is run for you and "
    "its output comes back; answer with it. Use it to compute, to read files and to draw plots. Variables are kept. "
    "Save files for the user in /mnt/data and name them as sandbox:/mnt/data/NAME. Never guess what code would print."
)
_LOOK = (
    "Write one ```python block now that reads the files and does what I asked. Write nothing else.",
    "请你写一个 ```python 代码块，读取文件并完成我的要求。除了代码，什么都不要写。",
)
# What the model reads after its code, in English and in Chinese.
_RAN = (
    "The code has run. Output:\n{logs}\n\n"
    "If this answers the question, answer now in words, with the values from the output and without code.",
    "代码已运行，输出：\n{logs}\n\n如果这已经回答了问题，请直接用中文作答，写出输出中的数值，不要再写代码。",
)
_FAILED = (
    "The code failed:\n{logs}\n\nWrite the corrected code as one ```python block.",
    "代码出错：\n{logs}\n\n请改正错误，重新写一个 ```python 代码块。",
)
_DOUBTED = (
    "The code has run. Output:\n{logs}\n\nThis is probably not what was asked for: {doubt}\nChange that line and write "
    "the whole code again as one ```python block; do not repeat the old code.",
    "代码已运行，输出：\n{logs}\n\n这多半不是问题所要的结果：{doubt}\n"
    "请照此改正那一行，重新写出完整的 ```python 代码块，不要重复原来的代码。",
)
_SAID = {"ok": _RAN, DECLINED: NOT_ALLOWED}  # by the call's status; any other is a failure
_LOGS = 20_000  # characters of output that a step keeps
_TOLD = 4000  # characters of them that the model reads again
_MAX_FILE = 512 * 1024 * 1024
_MIB = 1024 * 1024


class CodeInterpreter:
    """Runs cells in one session a thread; the assistant's and the thread's files are there as copies.

    A call's part of a step is {"input", "outputs"} as in the API, and besides "status" (of the cell), "seconds",
    "restarted" (variables of earlier calls were lost before this one), "doubt" (why what came out may not be what was
    meant) and, if the code showed a table, "table": its last one as a bare HTML <table> that is safe to show.
    """

    kind: Kind = "code_interpreter"

    def __init__(self, store: Store, sandbox: Sandbox, settings: Callable[[], Settings] = Settings) -> None:
        self._store = store
        self._sandbox = sandbox
        self._settings = settings

    def describe(self, run: Run) -> JsonObject | None:  # noqa: ARG002 - the port's signature
        """Small models write code in fences whatever they are told; so a fence is the call, and words explain it."""
        self._sandbox.warm_soon()  # while the model writes, so that its code need not wait
        return None

    def words(self, run: Run) -> str:
        files = "".join(f"\n- {line}" for line in self._listed(run))
        return _WORDS + (f"\nFiles:{files}" if files else "")

    def first_look(self, run: Run, *, chinese: bool) -> FirstLook | None:
        listed = "\n".join(f"- {line}" for line in self._listed(run))
        return FirstLook(listed, _LOOK[chinese]) if listed else None

    def call(
        self, run: Run, untrusted_arguments: str, cancel: CancelToken, on_output: Callable[[str], None]
    ) -> Outcome:
        code = code_of(untrusted_arguments)
        try:
            session = self._sandbox.session(run.thread_id, self._mounts(run), limits=self._limits(run))
            result = session.run(code, on_output=on_output, cancel=cancel)
        except Unavailable as error:  # no jail, no code: the model tells the user why
            return _outcome(code, f"Code cannot run here: {error.message}", (), {})
        images = tuple(self._keep(image.png, f"figure-{n + 1}.png") for n, image in enumerate(result.images))
        files = self._keep_files(result)
        kept: JsonObject = {"seconds": round(result.seconds, 3), "restarted": result.restarted}
        if result.doubt:
            kept["doubt"] = result.doubt
        if result.value_html:
            kept["table"] = result.value_html
        return _outcome(code, _told(result, images, files), images, files, status=result.status, **kept)

    def declined(self, untrusted_arguments: str) -> Outcome:
        return _outcome(code_of(untrusted_arguments), NOT_ALLOWED[0], (), {}, status=DECLINED)

    def recall(self, call: JsonObject, *, chinese: bool) -> tuple[ChatMessage, ...]:
        own = call.get(self.kind, {})
        logs = "\n".join(output["logs"] for output in own.get("outputs", ()) if output["type"] == "logs")
        status = own.get("status", "ok")
        doubt = str(own.get("doubt") or "")
        said = _DOUBTED if doubt else _SAID.get(status, _FAILED)
        logs = cut(logs.replace(f"\nHint: {doubt}", "") if doubt else logs, _TOLD)
        return (
            ChatMessage(role="assistant", content=f"```python\n{own.get('input', '').strip()}\n```"),
            ChatMessage(role="user", content=said[chinese].format(logs=logs, doubt=doubt)),
        )

    def _listed(self, run: Run) -> Iterable[str]:
        """Return a line for each file: its path and how it begins, so that columns need no guessing."""
        for mount in self._mounts(run):
            begins = preview(mount.path, mount.name)
            yield f"/mnt/data/{mount.name}" + (f" ({begins})" if begins else "")

    def _limits(self, run: Run) -> Limits:
        """Return the settings' limits, or those of the assistant: its metadata may name the same two settings."""
        try:
            own: Mapping[str, str] = self._store.assistants.get(run.assistant_id).metadata
        except NotFound:
            own = {}
        settings = self._settings()
        seconds = _bounded(own, "code_seconds", settings.code_seconds)
        memory = _bounded(own, "code_memory_mib", settings.code_memory_mib)
        return Limits(seconds=seconds, memory=memory * _MIB, output=_LOGS)

    def _mounts(self, run: Run) -> list[Mount]:
        mounts: list[Mount] = []
        for file_id in dict.fromkeys(self._file_ids(run)):
            try:
                file = self._store.files.get(file_id)
            except NotFound:
                continue  # deleted since
            mounts.append(Mount(path=self._store.blobs.path(file.sha256), name=file.filename, file_id=file.id))
        return mounts

    def _file_ids(self, run: Run) -> Iterable[str]:
        holders: list[Any] = [self._store.threads.get(run.thread_id)]
        try:
            holders.append(self._store.assistants.get(run.assistant_id))
        except NotFound:
            log.info("the assistant of run %s is gone; its files are not mounted", run.id)
        for holder in holders:
            yield from (holder.tool_resources.get(self.kind) or {}).get("file_ids") or ()

    def _keep_files(self, result: CellResult) -> dict[str, str]:
        kept: dict[str, str] = {}
        for produced in result.files:
            untrusted = read_file(produced)
            if untrusted is not None:  # else it changed meanwhile: a link, or grown
                kept[f"sandbox:/mnt/data/{produced.name}"] = self._keep(untrusted, produced.name.rpartition("/")[2])
        return kept

    def _keep(self, content: bytes, filename: str) -> str:
        with self._store.files.receive(_MAX_FILE) as incoming:
            incoming.write(content)
            return self._store.files.create(incoming, filename=filename, purpose="assistants_output").id


def code_of(untrusted_arguments: str) -> str:
    """Return the code in a call's arguments: JSON with a `code`, or the code itself as small models write it."""
    try:
        value = json.loads(untrusted_arguments, strict=False)
    except ValueError:
        return untrusted_arguments
    if isinstance(value, dict):
        for key in ("code", "input", "python"):
            if isinstance(value.get(key), str):
                return str(value[key])
    return untrusted_arguments


def cut(text: str, most: int) -> str:
    """Return a text without its middle if it is longer than `most` characters."""
    if len(text) <= most:
        return text
    note = f"\n… {len(text) - most:,} characters left out …\n"
    return text[: most // 2] + note + text[len(text) - most // 2 :]


def _bounded(metadata: Mapping[str, str], key: str, default: int) -> int:
    """Return a number from an assistant's metadata if it is one that the setting of that name could have."""
    untrusted, declared = metadata.get(key, ""), DECLARATIONS[key]
    if not (untrusted.isascii() and untrusted.isdigit() and len(untrusted) < 10):
        return default
    low, high = declared.minimum or 0, declared.maximum or 0
    return int(untrusted) if low <= int(untrusted) <= high else default


def _told(result: CellResult, images: tuple[str, ...], files: dict[str, str]) -> str:
    lines = [result.logs] if result.logs else []
    if images:
        lines.append(f"[{len(images)} figure(s) drawn; the user sees them.]")
    if files:
        lines.append(f"[Files for the user: {', '.join(files)}]")
    return "\n".join(lines) or "[The code ran and printed nothing.]"


def _outcome(
    code: str, logs: str, images: tuple[str, ...], files: dict[str, str], *, status: str = "refused", **kept: Any
) -> Outcome:
    outputs: list[JsonObject] = [{"type": "logs", "logs": logs}]
    outputs += [{"type": "image", "image": {"file_id": file_id}} for file_id in images]
    return Outcome(
        output=logs,
        details={"input": code, "outputs": outputs, "status": status, **kept},
        images=images,
        files=files,
    )
