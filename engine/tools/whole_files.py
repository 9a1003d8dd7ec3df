"""Reads all of some files for a question that no few passages answer: summaries, complete lists, comparisons."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Protocol

from engine.cancel import CancelToken
from engine.errors import FiresideError
from engine.retrieval.folding import fold
from engine.retrieval.survey import Part, Survey, parts_of, survey
from engine.retrieval.whole import wanted
from engine.store import Store
from engine.types import JsonObject, PageRequest, Run, VectorStoreFile

log = logging.getLogger(__name__)

ROOM = 2400
"""Tokens of passages or notes in one answer: a laptop reads some tens a second."""
_LEAST_ROOM = 300
_BESIDE = 1200  # tokens of a context for instructions, question and answer
_MOST_PARTS = 5000
_LONGEST_STEM = 3  # a shorter name of a file may be any word

_NOTES = (
    "Notes on the files, taken part by part. Answer from them; keep the marker of each line right after what it "
    "supports.",
    "以下是逐段阅读文件所做的笔记。请据此回答，并在每句话后面保留支持它的标记。",
)
_UNREAD = (
    "Not everything could be read: {files}. Tell the user so.",
    "没有读完全部内容：{files}。请告诉用户。",
)
_READ = ("{read} of {of} passages of {name}", "{name} 的 {of} 段中读了 {read} 段")


class Mind(Protocol):
    """The model of a run, as going over files needs it."""

    def context(self, run: Run) -> int:
        """Return its context in tokens."""

    def most_passes(self) -> int:
        """Return how often it may be asked for one question; 0: never."""

    def ask(self, run: Run, instructions: str, text: str, max_tokens: int, cancel: CancelToken) -> str:
        """Have it answer. Raises FiresideError."""

    def progress(self, run: Run, done: int, total: int) -> None:
        """Tell who waits how many tokens of how many are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What going over files brought: `whole` is for the step, `survey` has passages and notes."""

    survey: Survey
    whole: JsonObject


class WholeFiles:
    """Decides by the newest question of a thread, which costs nothing; what fails leaves the search to passages."""

    def __init__(self, store: Store, mind: Mind) -> None:
        self._store = store
        self._mind = mind

    def room(self, run: Run) -> int:
        """Return how many tokens of passages a run's model may be given."""
        return max(_LEAST_ROOM, min(ROOM, (self._mind.context(run) - _BESIDE) // 2))

    def read(self, run: Run, stores: Sequence[str], cancel: CancelToken) -> Read | None:
        """Return what the files say as a whole, if the question wants that."""
        most = self._mind.most_passes()
        question = self._question(run)
        want = wanted(question) if most else None
        if want is None:
            return None
        parts = list(islice(self._parts(stores, question), _MOST_PARTS))
        if not parts:
            return None
        try:
            found = survey(
                question,
                want,
                parts,
                search=0,
                ask=lambda instructions, text, most: self._mind.ask(run, instructions, text, most, cancel),
                room=self.room(run),
                most_passes=most,
                on_progress=lambda done, total: self._mind.progress(run, done, total),
                stopped=cancel.is_set,
            )
        except FiresideError as error:
            log.info("going over the files failed: %s", error.code)
            return None
        coverage: list[JsonObject] = [asdict(each) for each in found.coverage]
        whole: JsonObject = {"want": want, "passes": found.passes, "unread": found.unread, "coverage": coverage}
        return Read(survey=found, whole={**whole, "notes": list(found.notes)})

    def _question(self, run: Run) -> str:
        messages = self._store.messages.history(run.thread_id)
        return next((message.text for message in messages if message.role == "user"), "")

    def _parts(self, stores: Sequence[str], question: str) -> Iterable[Part]:
        """Yield the passages of all files, each file once; only those of the files that the question names, if any."""
        named: dict[str, tuple[str, str]] = {}
        for vector_store_id in stores:
            for file in self._files(vector_store_id):
                named.setdefault(file.id, (vector_store_id, self._store.files.get(file.id).filename))
        asked = fold(question)
        chosen = {each: value for each, value in named.items() if _is_named(value[1], asked)} or named
        for file_id, (vector_store_id, filename) in chosen.items():
            yield from parts_of(file_id, filename, self._store.chunks.list(vector_store_id, file_id))

    def _files(self, vector_store_id: str) -> Iterable[VectorStoreFile]:
        after: str | None = None
        while True:
            request = PageRequest(limit=100, order="asc", after=after)
            page = self._store.vector_store_files.list(vector_store_id, request, status="completed")
            yield from page.items
            if not page.has_more:
                return
            after = page.items[-1].id


def told(whole: JsonObject, *, chinese: bool) -> tuple[str, str]:
    """Return what the model reads before and after notes on files; before passages, only what was not read."""
    notes = whole.get("notes") or ()
    before = "\n\n".join((_NOTES[chinese], "\n".join(notes))) if notes else ""
    incomplete = [each for each in whole.get("coverage") or () if each["read"] < each["of"]]
    if not incomplete:
        return before, ""
    joint = "、" if chinese else ", "
    files = joint.join(
        _READ[chinese].format(name=each["filename"], read=each["read"], of=each["of"]) for each in incomplete
    )
    return before, _UNREAD[chinese].format(files=files)


def _is_named(filename: str, asked: str) -> bool:
    stem = fold(filename.rpartition(".")[0] or filename)
    return fold(filename) in asked or (len(stem) >= _LONGEST_STEM and stem in asked)
