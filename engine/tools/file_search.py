"""File search: passages from the vector stores of the assistant and of the thread, each with a marker to cite it by."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from engine.cancel import CancelToken
from engine.errors import NotFound
from engine.inference.port import ChatMessage
from engine.retrieval.citations import Source
from engine.store import Store
from engine.tools.base import DECLINED, NOT_ALLOWED, FirstLook, Kind, Outcome
from engine.tools.whole_files import ROOM, Read, WholeFiles, told
from engine.types import Chunk, JsonObject, PageRequest, Run, RunStep, SearchHit

Find = Callable[..., Sequence[SearchHit]]
_RESULTS, _MOST = 20, 50
# In English and in Chinese.
_NOTHING = (
    "No passage was found. Say so, or search again with other words.",
    "没有找到相关段落。请如实告诉用户，或换个说法再搜索一次。",
)
_CITE = (
    "Passages from the files. Leave out nothing in them that the question asks for. Put a passage's marker right after "
    "each statement that it supports.",
    "以下是文件中的段落。请把其中与问题有关的内容答全，不要遗漏。每句话后面请标上支持它的段落的标记。",
)
_MOST_CUT = 10  # passages that were found and had no room, kept with their scores
_WAIT_SECONDS = 600.0  # for files that are still being read


class FileSearch:
    """Searches; `find(store_ids, queries, limit=, threshold=)` and `wait(store_ids, seconds)` come from retrieval."""

    kind: Kind = "file_search"

    def __init__(
        self,
        store: Store,
        find: Find,
        wait: Callable[[Sequence[str], float], bool],
        whole: WholeFiles | None = None,
    ) -> None:
        """`whole` reads whole files for questions that want it; without it all questions are searched for."""
        self._store = store
        self._find = find
        self._wait = wait
        self._whole = whole

    def describe(self, run: Run) -> JsonObject:  # noqa: ARG002 - the port's signature
        return {
            "type": "function",
            "function": {
                "name": self.kind,
                "description": "Searches the user's files and returns passages. Use it before answering questions that "
                "the files may answer. Write a short query in the language of the question.",
                "parameters": {
                    "type": "object",
                    "properties": {"query": {"type": "string", "description": "what to look for"}},
                    "required": ["query"],
                },
            },
        }

    def call(
        self,
        run: Run,
        untrusted_arguments: str,
        cancel: CancelToken,
        on_output: Callable[[str], None],  # noqa: ARG002 - nor has it anything to say meanwhile
    ) -> Outcome:
        query = _query_of(untrusted_arguments)
        limit, threshold = _options(run)
        stores = list(dict.fromkeys(self._stores(run)))
        if stores:
            self._wait(stores, _WAIT_SECONDS)
        round_number = self._searches_before(run)
        if self._whole is not None and stores and not round_number:  # once is enough
            read = self._whole.read(run, stores, cancel)
            if read is not None:
                return _of_whole(query, read)
        room = ROOM if self._whole is None else self._whole.room(run)
        hits = self._find(stores, [query], limit=limit, threshold=threshold) if stores and query else ()
        kept = _fitting(hits, room)
        markers = [f"【{round_number}:{n}†source】" for n in range(len(kept))]
        details = {
            "ranking_options": {"ranker": "default_2024_08_21", "score_threshold": threshold},
            "results": [_result(hit, marker) for hit, marker in zip(kept, markers, strict=True)],
            "query": query,
            "left_out": len(hits) - len(kept),
            "cut": [_scored(hit) for hit in hits[len(kept) :][:_MOST_CUT]],
        }
        files = {marker: hit.file_id for hit, marker in zip(kept, markers, strict=True)}
        return Outcome(output=_told(details, chinese=False), details=details, files=files)

    def declined(self, untrusted_arguments: str) -> Outcome:
        details: JsonObject = {"query": _query_of(untrusted_arguments), "results": [], "status": DECLINED}
        return Outcome(output=_told(details, chinese=False), details=details)

    def words(self, run: Run) -> str:  # noqa: ARG002 - the function says it all
        return ""

    def first_look(self, run: Run, *, chinese: bool) -> FirstLook | None:  # noqa: ARG002 - functions are asked about
        return None

    def recall(self, call: JsonObject, *, chinese: bool) -> tuple[ChatMessage, ...]:
        own = call.get(self.kind, {})
        arguments = json.dumps({"query": own.get("query", "")}, ensure_ascii=False)
        asked = {"id": call["id"], "type": "function", "function": {"name": self.kind, "arguments": arguments}}
        return (
            ChatMessage(role="assistant", content="", tool_calls=(asked,)),
            ChatMessage(role="tool", content=_told(own, chinese=chinese), name=self.kind, tool_call_id=call["id"]),
        )

    def _stores(self, run: Run) -> Iterable[str]:
        holders: list[Any] = [self._store.threads.get(run.thread_id)]
        try:
            holders.insert(0, self._store.assistants.get(run.assistant_id))
        except NotFound:
            holders = holders[:1]
        for holder in holders:
            for store_id in (holder.tool_resources.get(self.kind) or {}).get("vector_store_ids") or ():
                try:
                    if self._store.vector_stores.get(store_id).status != "expired":
                        yield store_id
                except NotFound:
                    continue

    def _searches_before(self, run: Run) -> int:
        steps = self._store.steps.list(run.id, PageRequest(limit=100, order="asc")).items
        calls = [call for step in steps for call in step.details.get("tool_calls", ())]
        return sum(call["type"] == self.kind and "results" in call[self.kind] for call in calls)


def sources_in(steps: Iterable[RunStep]) -> tuple[Source, ...]:
    """Return the passages that the searches of a run gave to its model."""
    calls = (call for step in steps for call in step.details.get("tool_calls", ()))
    return tuple(
        Source(
            marker=result["marker"],
            file_id=result["file_id"],
            filename=result["file_name"],
            chunk=Chunk(
                text=result["content"][0]["text"],
                tokens=0,
                page=result["page"],
                heading=tuple(result["heading"]),
                page_starts=tuple(result.get("page_starts") or ()),
            ),
        )
        for call in calls
        if call["type"] == FileSearch.kind
        for result in call[FileSearch.kind].get("results") or ()
        if "marker" in result
    )


def _query_of(untrusted_arguments: str) -> str:
    try:
        value = json.loads(untrusted_arguments, strict=False)
    except ValueError:
        return untrusted_arguments[:1000]
    query = value.get("query") if isinstance(value, dict) else None
    return query[:1000] if isinstance(query, str) else ""


def _options(run: Run) -> tuple[int, float]:
    own = next((tool.get("file_search") or {} for tool in run.tools if tool["type"] == "file_search"), {})
    ranking = own.get("ranking_options") or {}
    return min(own.get("max_num_results") or _RESULTS, _MOST), float(ranking.get("score_threshold") or 0.0)


def _of_whole(query: str, read: Read) -> Outcome:
    """Return the passages that notes on whole files point at, or all of them where they fit."""
    results: list[JsonObject] = [
        {
            "file_id": source.file_id,
            "file_name": source.filename,
            "score": 1.0,
            "content": [{"type": "text", "text": source.chunk.text}],
            "marker": source.marker,
            **_place(source.chunk),
            "scores": {"keyword": None, "vector": None, "rerank": None},
        }
        for source in read.survey.sources
    ]
    details: JsonObject = {"results": results, "query": query, "whole": read.whole}
    files = {source.marker: source.file_id for source in read.survey.sources}
    return Outcome(output=_told(details, chinese=False), details=details, files=files)


def _fitting(hits: Sequence[SearchHit], room: int) -> list[SearchHit]:
    """Return the best hits that fit the room, at least one."""
    kept: list[SearchHit] = []
    for hit in hits:
        if kept and hit.chunk.tokens > room:
            break
        kept.append(hit)
        room -= hit.chunk.tokens
    return kept


def _result(hit: SearchHit, marker: str) -> JsonObject:
    return {**_scored(hit), "content": [{"type": "text", "text": hit.chunk.text}], "marker": marker}


def _scored(hit: SearchHit) -> JsonObject:
    """Return where a passage is and why it was found, without its text."""
    return {
        "file_id": hit.file_id,
        "file_name": hit.filename,
        "score": round(hit.score, 4),
        **_place(hit.chunk),
        "scores": {"keyword": hit.keyword_score, "vector": hit.vector_score, "rerank": hit.rerank_score},
    }


def _place(chunk: Chunk) -> JsonObject:
    starts = {"page_starts": list(chunk.page_starts)} if chunk.page_starts else {}
    return {"page": chunk.page, **starts, "heading": list(chunk.heading)}


def _told(details: JsonObject, *, chinese: bool) -> str:
    results = details.get("results") or ()
    if details.get("status") == DECLINED:
        return NOT_ALLOWED[chinese]
    before, after = told(details.get("whole") or {}, chinese=chinese)
    if before:
        return "\n\n".join(filter(None, (before, after)))
    if not results:
        return _NOTHING[chinese]
    lines = [_CITE[chinese]]
    for result in results:
        place = f", page {result['page']}" if result.get("page") else ""
        lines.append(f"{result['marker']} {result['file_name']}{place}\n{result['content'][0]['text']}")
    return "\n\n".join(filter(None, (*lines, after)))
