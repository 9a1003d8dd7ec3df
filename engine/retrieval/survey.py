"""Goes over all passages of some files in passes: a model takes notes on each part, then on its notes, with markers.

For questions that no few passages answer. What does not fit the passes allowed is not read, and the result says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from engine.retrieval import tokens
from engine.retrieval.citations import MARKER, Source, marker_of
from engine.retrieval.citing import Citer
from engine.retrieval.whole import Want
from engine.types import Chunk

Ask = Callable[[str, str, int], str]
"""Has a language model answer: instructions, text, and the most tokens of the answer. Raises FiresideError."""
Progress = Callable[[int, int], None]
"""Hears how many tokens of how many are read."""

NOTE_TOKENS = 320
_NOTHING = "-"
_MOST_MARKERS = 10_000
_ROUNDS = 3  # of notes on notes
_LEAST_ROOM = 300
# In English and in Chinese: a small model answers in the language it read last.
_NOTES = (
    "You read one part of the user's files. Write down in a few short lines what this part says that matters for the "
    "task. Keep names, numbers and dates. End each line with the marker of its passage, such as 【0:1†source】. If "
    "nothing here matters, write only: -",
    "你正在阅读用户文件的一部分。请用几行简短的话记下这部分中与任务有关的内容，保留名称、数字和日期。每行末尾标上所在段落的标记，"
    "例如【0:1†source】。如果没有相关内容，只写：-",
)
_AGAIN = (
    "These are notes on the user's files. Make fewer lines of them for the task: join what belongs together, leave "
    "out what is said twice. Keep names, numbers, dates and the markers such as 【0:1†source】.",
    "以下是对用户文件所做的笔记。请针对任务把它们精简：合并相关的内容，去掉重复的。保留名称、数字、日期和标记，例如【0:1†source】。",
)
_TASK = ("Task: {task}\n\n{text}", "{text}\n\n任务：{task}")
_LIST_TOO = (" Leave out no item.", "一项也不要遗漏。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A passage of a file, without what the one before it said already."""

    file_id: str
    filename: str
    chunk: Chunk


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of a file was read."""

    filename: str
    read: int
    of: int
    last_page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Notes on all that was read, one a line, and the passages they point at. `notes` is empty if all fitted as it is.

    `unread` counts passages beyond the passes allowed, `passes` how often the model was asked.
    """

    notes: tuple[str, ...]
    sources: tuple[Source, ...]
    coverage: tuple[Coverage, ...]
    unread: int = 0
    passes: int = 0


@dataclass
class _Work:
    """What one survey carries along."""

    task: str
    want: Want
    ask: Ask
    room: int
    chinese: bool
    on_progress: Progress
    stopped: Callable[[], bool]
    total: int = 0
    done: int = 0
    passes: int = 0
    sources: dict[str, Source] = field(default_factory=dict)


def parts_of(file_id: str, filename: str, chunks: Sequence[Chunk]) -> Iterator[Part]:
    """Yield the passages of a file in order, each without the text that the one before it ends with."""
    end = 0
    for chunk in chunks:
        text = chunk.text
        if chunk.start is not None and chunk.stop is not None:
            repeated = max(0, end - chunk.start)
            # A table's header is repeated before the passage's own text, and stays.
            header = len(text) - (chunk.stop - chunk.start)
            text = text[:header] + text[header + repeated :] if header >= 0 else text[repeated:]
            end = max(end, chunk.stop)
        if text.strip():
            yield Part(
                file_id=file_id,
                filename=filename,
                chunk=replace(chunk, text=text.strip(), tokens=tokens.count(text)),
            )


def survey(
    task: str,
    want: Want,
    parts: Sequence[Part],
    *,
    search: int,
    ask: Ask,
    room: int,
    most_passes: int,
    on_progress: Progress = lambda _done, _total: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Survey:
    """Read all parts, `room` tokens at a time and in at most `most_passes` passes; their notes fit the room, too.

    `search` counts the searches of the run, for the markers. Files are not mixed in a pass, so that they can be
    compared. Raises what `ask` raises.
    """
    room = max(_LEAST_ROOM, room)
    if sum(part.chunk.tokens for part in parts) <= room:
        sources = _sources(parts, search)
        return Survey(notes=(), sources=tuple(sources), coverage=tuple(_coverage(parts, parts)))
    batches = list(_batches(list(zip(_sources(parts, search), parts, strict=False)), room))
    chosen = _chosen(batches, most_passes, want)
    work = _Work(task, want, ask, room, _is_chinese(task), on_progress, stopped)
    work.total = sum(part.chunk.tokens for batch in chosen for _, part in batch)
    notes = [note for batch in chosen if not stopped() for note in _noted(work, batch)]
    for _ in range(_ROUNDS):
        if sum(map(tokens.count, notes)) <= room or stopped():
            break
        notes = _condensed(work, notes)
    kept = _within(notes, room)
    read = [part for batch in chosen for _, part in batch]
    cited = {found[0] for note in kept for found in MARKER.finditer(note)}
    return Survey(
        notes=tuple(kept),
        sources=tuple(source for marker, source in work.sources.items() if marker in cited),
        coverage=tuple(_coverage(read, parts)),
        unread=len(parts) - len(read),
        passes=work.passes,
    )


def _sources(parts: Sequence[Part], search: int) -> list[Source]:
    return [
        Source(marker=marker_of(search, number), file_id=part.file_id, filename=part.filename, chunk=part.chunk)
        for number, part in enumerate(parts[:_MOST_MARKERS])
    ]


_Batch = list[tuple[Source, Part]]


def _batches(parts: Sequence[tuple[Source, Part]], room: int) -> Iterator[_Batch]:
    for _, of_file in groupby(parts, key=lambda pair: pair[1].file_id):
        batch: _Batch = []
        size = 0
        for pair in of_file:
            if batch and size + pair[1].chunk.tokens > room:
                yield batch
                batch, size = [], 0
            batch.append(pair)
            size += pair[1].chunk.tokens
        yield batch


def _chosen(batches: Sequence[_Batch], most: int, want: Want) -> list[_Batch]:
    """Return what the passes allow: the beginning for a list, which has an end one can name; else a part of all."""
    if len(batches) <= most:
        return list(batches)
    if want == "list":
        return list(batches[:most])
    step = len(batches) / most
    return [batches[int(number * step)] for number in range(most)]


def _noted(work: _Work, batch: _Batch) -> list[str]:
    sources = [source for source, _ in batch]
    texts = [f"{source.marker} {source.filename}{_page(source.chunk)}\n{source.chunk.text}" for source in sources]
    instructions = _NOTES[work.chinese] + (_LIST_TOO[work.chinese] if work.want == "list" else "")
    notes = _lines(_asked(work, instructions, "\n\n".join(texts)), sources)
    work.sources |= {source.marker: source for source in sources}
    work.done += sum(source.chunk.tokens for source in sources)
    work.on_progress(work.done, work.total)
    return notes


def _condensed(work: _Work, notes: Sequence[str]) -> list[str]:
    """Take notes on notes, a room full at a time."""
    known = list(work.sources.values())
    found: list[str] = []
    group: list[str] = []
    for note in (*notes, None):
        if group and (note is None or sum(map(tokens.count, group)) + tokens.count(note) > work.room):
            cited = {each[0] for line in group for each in MARKER.finditer(line)}
            sources = [source for source in known if source.marker in cited]
            found += _lines(_asked(work, _AGAIN[work.chinese], "\n".join(group)), sources) or group
            group = []
        if note is not None:
            group.append(note)
    return found


def _asked(work: _Work, instructions: str, text: str) -> str:
    work.passes += 1
    return work.ask(instructions, _TASK[work.chinese].format(task=work.task, text=text), NOTE_TOKENS)


def _lines(untrusted: str, sources: Sequence[Source]) -> list[str]:
    """Return the notes in an answer, their markers checked, and put where the model left them out."""
    known = {source.marker for source in sources}
    citer = Citer(sources)
    lines = []
    for line in untrusted.splitlines():
        note = MARKER.sub(lambda match: match[0] if match[0] in known else "", line).strip()
        if not MARKER.sub("", note).strip(f" {_NOTHING}*•。."):
            continue
        missing = () if MARKER.search(note) else citer.markers(note)
        lines.append(note + "".join(missing))
    return lines


def _within(notes: Sequence[str], room: int) -> list[str]:
    kept: list[str] = []
    for note in notes:
        room -= tokens.count(note)
        if kept and room < 0:
            break
        kept.append(note)
    return kept


def _coverage(read: Sequence[Part], parts: Sequence[Part]) -> Iterator[Coverage]:
    counts = {file_id: len(list(group)) for file_id, group in groupby(read, key=lambda part: part.file_id)}
    for file_id, group in groupby(parts, key=lambda part: part.file_id):
        of_file = list(group)
        pages = [part.chunk.last_page for part in read if part.file_id == file_id and part.chunk.last_page]
        yield Coverage(
            filename=of_file[0].filename,
            read=counts.get(file_id, 0),
            of=len(of_file),
            last_page=max(pages, default=None),
        )


def _page(chunk: Chunk) -> str:
    return f", page {chunk.page}" if chunk.page else ""


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)
