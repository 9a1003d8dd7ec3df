"""What the next message would cost before it is sent: tokens by what they are for, and what would no longer fit."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from engine.errors import NotFound
from engine.inference.port import InferencePort
from engine.retrieval.tokens import count as rough_count
from engine.runs.counts import TokenCounts
from engine.runs.prompt import MESSAGE_TOKENS, Budget, Count, PromptTooLong, build
from engine.service.loader import Loader
from engine.service.runs import Runs, spoken
from engine.settings import Settings
from engine.store import Store
from engine.tools.base import Toolbox
from engine.tools.whole_files import ROOM
from engine.types import JsonObject, Message, Run

_NEXT = "next"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Tokens of the next prompt. `exact`: counted by the model, not guessed; `reserve` is kept for the answer.

    `files`: what a search may add while the answer is written. `dropped`: messages that no longer fit, `more_dropped`
    if there are others before them. `too_long`: instructions and message alone do not fit.
    """

    context: int
    reserve: int
    instructions: int
    tools: int
    history: int
    message: int
    files: int
    dropped: int = 0
    more_dropped: bool = False
    too_long: bool = False
    exact: bool = False

    @property
    def used(self) -> int:
        return self.instructions + self.tools + self.history + self.message + self.files


class Estimates:
    """Never loads a model: what is not in memory, or at work, is guessed at without it."""

    def __init__(
        self,
        store: Store,
        runs: Runs,
        loader: Loader,
        backend: InferencePort,
        tools: Toolbox,
        counts: TokenCounts,
        settings: Callable[[], Settings],
    ) -> None:
        self._store = store
        self._runs = runs
        self._loader = loader
        self._backend = backend
        self._tools = tools
        self._counts = counts
        self._settings = settings

    def of(
        self,
        thread_id: str | None,
        assistant_id: str,
        text: str,
        attachments: Sequence[JsonObject] = (),
        images: Sequence[str] = (),
    ) -> Estimate:
        """Estimate a message to be said; its text may still be empty. Raises NotFound, Unavailable (no model)."""
        said = spoken(text or "…", attachments, images)
        run = self._runs.planned(thread_id, said, assistant_id)
        model_id = str(run.trace["model"])
        count, context, exact = self._count(model_id)
        described = [json.dumps(tool, ensure_ascii=False) for tool in self._tools.offered(run).values()]
        described += [json.dumps(tool, ensure_ascii=False) for tool in run.tools if tool["type"] == "function"]
        described.append(self._words(run))
        tools = sum(count([each for each in described if each]))
        new = Message(id=_NEXT, created_at=0, thread_id=thread_id or "", role="user", content=said.content)
        files = ROOM if self._searches(run, attachments) else 0
        budget = Budget(
            context=context,
            answer=self._settings().max_answer_tokens,
            max_prompt_tokens=run.max_prompt_tokens,
            slack=tools,
        )
        instructions = sum(count([run.instructions])) + MESSAGE_TOKENS if run.instructions else 0
        message = sum(count([text])) + MESSAGE_TOKENS if text.strip() or images else 0
        parts: dict[str, Any] = {"instructions": instructions, "tools": tools, "message": message, "files": files}
        try:
            prompt = build(run.instructions, self._with(new, thread_id), count=count, budget=budget)
        except PromptTooLong:
            return Estimate(context=context, reserve=budget.reserve, history=0, too_long=True, exact=exact, **parts)
        history = max(0, prompt.tokens - instructions - (message or sum(count(["…"])) + MESSAGE_TOKENS))
        return Estimate(
            context=context,
            reserve=budget.reserve,
            history=history if prompt.tokens and thread_id is not None else 0,
            dropped=len(prompt.dropped),
            more_dropped=prompt.more_dropped,
            exact=exact,
            **parts,
        )

    def _count(self, model_id: str) -> tuple[Count, int, bool]:
        """Return how to count for a model, its context, and whether that is the model's own way."""
        spec = self._loader.spec(model_id)
        loaded = next((model for model in self._loader.loaded() if model.model_id == model_id), None)
        if loaded is None or self._store.runs.unfinished():
            context = loaded.context if loaded is not None else spec.context
            return lambda texts: [rough_count(text) for text in texts], context, False
        ask = partial(self._backend.count, spec)
        return lambda texts: self._counts.of(model_id, texts, ask), loaded.context, True

    def _words(self, run: Run) -> str:
        with suppress(NotFound):  # of a thread that is not there yet
            return self._tools.words(run)
        return ""

    def _searches(self, run: Run, attachments: Sequence[JsonObject]) -> bool:
        """Whether a search is likely to bring passages into the prompt."""
        if not any(tool["type"] == "file_search" for tool in run.tools):
            return False
        if any(tool["type"] == "file_search" for each in attachments for tool in each.get("tools", ())):
            return True
        holders = [self._store.assistants.get(run.assistant_id).tool_resources]
        if run.thread_id:
            holders.append(self._store.threads.get(run.thread_id).tool_resources)
        return any((holder.get("file_search") or {}).get("vector_store_ids") for holder in holders)

    def _with(self, new: Message, thread_id: str | None) -> Iterator[Message]:
        yield new
        if thread_id is not None:
            yield from self._store.messages.history(thread_id)
